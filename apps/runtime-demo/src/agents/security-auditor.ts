import { z } from 'zod'
import { type ScanOptions, scanInputSchema } from '../audit/scan-input.ts'
import { type ScanKind, type ScanReport, scanKinds } from '../audit/scan-report.ts'
import { matchCodePatterns } from '../audit/scanners/code-patterns.ts'
import { auditDependencies } from '../audit/scanners/dependencies.ts'
import { checkFileModes } from '../audit/scanners/file-modes.ts'
import { searchSecrets } from '../audit/scanners/secrets.ts'
import { assessRisks } from '../feature/risks.ts'
import { surveySchema } from '../feature/survey.ts'
import { taskOf } from './agent.ts'

/** Looks for what could be used against a source tree. */
export const securityAuditor = {
  id: 'security-auditor',
  description:
    'Examines source trees: credentials, permission bits, risky code, dependencies and their licences.',
} as const

const scans: Readonly<Record<ScanKind, (options: ScanOptions, signal: AbortSignal) => Promise<ScanReport>>> =
  {
    secrets: searchSecrets,
    'file-modes': checkFileModes,
    'code-patterns': matchCodePatterns,
    dependencies: auditDependencies,
  }

/** What {@link scanTree} takes: a scan's input, and which scan. */
const scanTreeInput = scanInputSchema.extend({ scan: z.enum(scanKinds) })

/**
 * One scan of one tree. The scans know nothing of one another and may run side by side. Throws `PATH_UNREADABLE`,
 * `PATH_NOT_DIRECTORY`, `INPUT_INVALID`.
 */
export const scanTree = taskOf(
  securityAuditor,
  scanTreeInput,
  async ({ scan, ...options }, { signal, log }) => {
    const report = await scans[scan](options, signal)
    const { examined, findings, skips } = report
    log(`${scan}: ${examined} examined, ${findings.length} findings, ${skips.length} skipped`)
    return report
  },
)

/**
 * What may go wrong with a change, from the import graph and the code that it touches. Throws `PATH_UNREADABLE`,
 * `PATH_NOT_DIRECTORY`, `INPUT_INVALID`.
 */
export const findRisks = taskOf(
  securityAuditor,
  z.object({ survey: surveySchema, repo: z.string().min(1) }),
  async ({ survey, repo }, { signal, log }) => {
    const risks = await assessRisks(survey, repo, signal)
    log(`risks: ${risks.length}, ${risks.filter(({ grade }) => grade === 'high').length} of them high`)
    return risks
  },
)
