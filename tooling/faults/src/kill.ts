import type { FaultOptions, FaultReport } from './fault.ts'
import { killRound, type RoundReport } from './kill/round.ts'
import { VICTIMS } from './kill/workflows.ts'

/** Rounds under way at once: enough to keep two cores busy, few enough that kills still hit the middle. */
const AT_ONCE = 3

/**
 * A 10-step workflow in a child process, killed with SIGKILL at random moments and started again until it has
 * ended: as a line of code, as two branches with the same step names, and as a graph.
 */
export async function run({ rounds, seed, print }: FaultOptions): Promise<FaultReport> {
  const violations: string[] = []
  let resumed = 0
  print(rowOf('workflow', 'rounds', 'kills', 'resumed', 'repeated calls', 'violations'))
  for (const victim of Object.keys(VICTIMS)) {
    const reports = await allRounds(victim, rounds, seed)
    const sum = (field: 'kills' | 'resumed' | 'repeated') =>
      reports.reduce((total, { report }) => total + report[field], 0)
    const broken = reports.filter(({ report }) => report.violations.length > 0)
    for (const { seed: failed, report } of broken) {
      for (const violation of report.violations) {
        violations.push(`${victim}: ${violation}. Replay: npm run faults -- kill --rounds 1 --seed ${failed}`)
      }
    }
    print(rowOf(victim, rounds, sum('kills'), sum('resumed'), sum('repeated'), broken.length))
    resumed += sum('resumed')
  }
  // A single round may end before its kill comes; many rounds of three workflows may not.
  if (rounds >= 5 && resumed === 0) violations.push('no kill hit the middle of a run; nothing was tested')
  return { violations }
}

const WIDTHS = [10, 7, 6, 8, 15, 11]

/** One row of the table: kills, those after which another process went on, and steps called more than once. */
const rowOf = (...cells: readonly (string | number)[]): string =>
  cells
    .map((cell, index) => (index === 0 ? String(cell).padEnd(10) : String(cell).padStart(WIDTHS[index]!)))
    .join('')

async function allRounds(victim: string, rounds: number, seed: number) {
  const reports: { readonly seed: number; readonly report: RoundReport }[] = []
  let next = 0
  const lane = async () => {
    while (next < rounds) {
      const own = seed + next
      next += 1
      reports.push({ seed: own, report: await killRound(victim, own) })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return reports
}
