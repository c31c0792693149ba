import { z } from 'zod'
import { type Skip, skipSchema } from '../tree/skip.ts'
import { type Finding, findingSchema } from './finding.ts'

/** The four scans, in the order in which reports name them. */
export const scanKinds = ['secrets', 'file-modes', 'code-patterns', 'dependencies'] as const

/** One of {@link scanKinds}. */
export type ScanKind = (typeof scanKinds)[number]

/** What one lockfile said. `licences` maps an SPDX expression (or `unknown`) to its number of packages. */
export const lockfileSummarySchema = z.object({
  file: z.string(),
  format: z.enum(['npm', 'pnpm', 'yarn']),
  packages: z.number().int(),
  licences: z.array(z.object({ licence: z.string(), packages: z.number().int() })),
})

/** See {@link lockfileSummarySchema}. */
export type LockfileSummary = z.infer<typeof lockfileSummarySchema>

/** What every scan returns: plain JSON, the same bytes for the same tree. */
export const scanReportSchema = z.object({
  scan: z.enum(scanKinds),
  /** How many files (for `file-modes`: files and directories) were examined. */
  examined: z.number().int(),
  findings: z.array(findingSchema),
  skips: z.array(skipSchema),
  /** How many findings and skips were dropped after the limits of the input. */
  omitted: z.object({ findings: z.number().int(), skips: z.number().int() }),
  lockfiles: z.array(lockfileSummarySchema),
})

/** See {@link scanReportSchema}. */
export type ScanReport = z.infer<typeof scanReportSchema>

/** Collects one scan's report within the limits of its input. */
export interface ScanCollector {
  examined(): void
  find(finding: Finding): void
  skip(skip: Skip): void
  lockfile(summary: LockfileSummary): void
  report(): ScanReport
}

/** A collector that keeps the first `maxFindings` findings and `maxSkips` skips and counts the others. */
export function collectScan(
  scan: ScanKind,
  limits: { maxFindings: number; maxSkips: number },
): ScanCollector {
  const report: ScanReport = {
    scan,
    examined: 0,
    findings: [],
    skips: [],
    omitted: { findings: 0, skips: 0 },
    lockfiles: [],
  }
  return {
    examined: () => {
      report.examined += 1
    },
    find: (finding) => {
      if (report.findings.length < limits.maxFindings) report.findings.push(finding)
      else report.omitted.findings += 1
    },
    skip: (skip) => {
      if (report.skips.length < limits.maxSkips) report.skips.push(skip)
      else report.omitted.skips += 1
    },
    lockfile: (summary) => {
      report.lockfiles.push(summary)
    },
    report: () => report,
  }
}
