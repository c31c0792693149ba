import type { FaultOptions, FaultReport } from './fault.ts'
import { startPostgresSite } from './store/postgres-site.ts'
import { type RoundReport, storeRound } from './store/round.ts'
import type { Site } from './store/site.ts'
import { startSupabaseSite } from './store/supabase-site.ts'

/** Every transport to a database whose processes can be killed. */
const SITES: readonly (() => Promise<Site>)[] = [startPostgresSite, startSupabaseSite]

/** Rounds under way at once: most of a round is waiting for a lease. */
const AT_ONCE = 3

/**
 * Workers write runs step by step while they, the database, the way to it or their time are taken away from them. No
 * accepted entry may be missing, none may be there twice, and none may be by a fence that was taken.
 */
export async function run({ rounds, seed, print }: FaultOptions): Promise<FaultReport> {
  const violations: string[] = []
  print(
    rowOf(
      'transport',
      'blow',
      'rounds',
      'accepted',
      'stale refused',
      'thawed',
      'lost',
      'double',
      'stale written',
    ),
  )
  for (const start of SITES) {
    await using site = await start()
    const reports = await allRounds(site, rounds, seed)
    for (const { seed: failed, report } of reports) {
      for (const violation of report.violations) {
        violations.push(
          `${site.name}: ${violation}. Replay: npm run faults -- store --rounds 1 --seed ${failed}`,
        )
      }
    }
    for (const blow of site.blows)
      print(
        line(
          site.name,
          blow,
          reports.filter(({ report }) => report.blow === blow),
        ),
      )
    print(line(site.name, 'all', reports))
    violations.push(...untested(site, reports))
  }
  return { violations }
}

type Seeded = { readonly seed: number; readonly report: RoundReport }

const total = (reports: readonly Seeded[], field: keyof RoundReport): number =>
  reports.reduce((sum, { report }) => sum + Number(report[field]), 0)

const line = (name: string, blow: string, reports: readonly Seeded[]): string =>
  rowOf(
    name,
    blow,
    reports.length,
    ...(['accepted', 'staleRefused', 'thawed', 'lost', 'doubled', 'staleWritten'] as const).map((field) =>
      total(reports, field),
    ),
  )

/** A program that exercised nothing proves nothing; a few rounds may miss by chance. */
function untested(site: Site, reports: readonly Seeded[]): readonly string[] {
  if (reports.length < 3 * site.blows.length) return []
  return [
    ...(total(reports, 'staleRefused') > 0
      ? []
      : [`${site.name}: no stale write was refused; fences were not tested`]),
    ...(total(reports, 'thawed') > 0
      ? []
      : [`${site.name}: no thawed worker went on; freezing alone was not tested`]),
  ]
}

const WIDTHS = [11, 17, 8, 10, 15, 8, 6, 8, 15]

const rowOf = (...cells: readonly (string | number)[]): string =>
  cells
    .map((cell, index) =>
      index < 2 ? String(cell).padEnd(WIDTHS[index]!) : String(cell).padStart(WIDTHS[index]!),
    )
    .join('')

async function allRounds(site: Site, rounds: number, seed: number): Promise<readonly Seeded[]> {
  const reports: Seeded[] = []
  let next = 0
  const lane = async () => {
    while (next < rounds) {
      const own = seed + next
      next += 1
      reports.push({ seed: own, report: await storeRound(site, own) })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return reports
}
