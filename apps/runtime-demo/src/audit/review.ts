import { z } from 'zod'
import { compareBytes } from '../byte-order.ts'
import { type Skip, skipSchema } from '../tree/skip.ts'
import { type Finding, findingSchema } from './finding.ts'
import { rankFindings } from './rank.ts'
import { type Level, levels } from './rule.ts'
import { lockfileSummarySchema, type ScanReport, scanKinds } from './scan-report.ts'

/** All scans as one: what the writer writes. Plain JSON. */
export const reviewSchema = z.object({
  /** Without repetitions, worst first. */
  findings: z.array(findingSchema),
  /** One per path and reason, in byte order of the paths. */
  skips: z.array(skipSchema),
  lockfiles: z.array(lockfileSummarySchema),
  totals: z.object({ error: z.number().int(), warning: z.number().int(), note: z.number().int() }),
  rules: z.array(z.object({ ruleId: z.string(), level: z.enum(levels), findings: z.number().int() })),
  scans: z.array(
    z.object({
      scan: z.enum(scanKinds),
      examined: z.number().int(),
      findings: z.number().int(),
      omitted: z.object({ findings: z.number().int(), skips: z.number().int() }),
    }),
  ),
})

/** See {@link reviewSchema}. */
export type Review = z.infer<typeof reviewSchema>

function countLevels(findings: readonly Finding[]): Record<Level, number> {
  const totals = { error: 0, warning: 0, note: 0 }
  for (const { level } of findings) totals[level] += 1
  return totals
}

/** In the order of the ranked findings, so the rules come worst first too. */
function countRules(ranked: readonly Finding[]): Review['rules'] {
  return [...Map.groupBy(ranked, ({ ruleId }) => ruleId)].flatMap(([ruleId, group]) =>
    group[0] === undefined ? [] : [{ ruleId, level: group[0].level, findings: group.length }],
  )
}

/** Every scan meets the same links and unreadable directories. */
function mergeSkips(skips: readonly Skip[]): Skip[] {
  const first = new Map<string, Skip>()
  for (const skip of skips) {
    const key = JSON.stringify([skip.path, skip.reason])
    if (!first.has(key)) first.set(key, skip)
  }
  return [...first.values()].sort((a, b) => compareBytes(a.path, b.path) || compareBytes(a.reason, b.reason))
}

/** Merges, deduplicates and ranks. Pure; the order in which the reports are given does not matter. */
export function reviewScans(reports: readonly ScanReport[]): Review {
  const ordered = [...reports].sort((a, b) => scanKinds.indexOf(a.scan) - scanKinds.indexOf(b.scan))
  const findings = rankFindings(ordered.flatMap((report) => report.findings))
  return {
    findings,
    skips: mergeSkips(ordered.flatMap((report) => report.skips)),
    lockfiles: ordered.flatMap((report) => report.lockfiles),
    totals: countLevels(findings),
    rules: countRules(findings),
    scans: ordered.map(({ scan, examined, findings: found, omitted }) => ({
      scan,
      examined,
      findings: found.length,
      omitted,
    })),
  }
}
