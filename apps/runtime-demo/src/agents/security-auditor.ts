import { z } from 'zod'
import { checkedInput, type ScanInput, type ScanOptions, scanInputSchema } from '../audit/scan-input.ts'
import type { ScanReport } from '../audit/scan-report.ts'
import { matchCodePatterns } from '../audit/scanners/code-patterns.ts'
import { checkFileModes } from '../audit/scanners/file-modes.ts'
import { searchSecrets } from '../audit/scanners/secrets.ts'
import type { Agent, AgentContext } from './agent.ts'

type Scan = (options: ScanOptions, signal: AbortSignal) => Promise<ScanReport>

const scans = {
  secrets: searchSecrets,
  'file-modes': checkFileModes,
  'code-patterns': matchCodePatterns,
} as const satisfies Record<string, Scan>

/** The scans of this agent, each a step of its own. */
export type SecurityScan = keyof typeof scans

/** What {@link securityAuditor} takes: a scan's input, and which scan. */
export const securityAuditorInput = scanInputSchema.extend({
  scan: z.enum(['secrets', 'file-modes', 'code-patterns']),
})

async function runScan(scan: SecurityScan, options: ScanOptions, context: AgentContext): Promise<ScanReport> {
  const report = await scans[scan](options, context.signal)
  const { examined, findings, skips } = report
  context.log(`${scan}: ${examined} examined, ${findings.length} findings, ${skips.length} skipped`)
  return report
}

const scanner =
  (scan: SecurityScan) =>
  async (input: ScanInput, context: AgentContext): Promise<ScanReport> =>
    runScan(scan, checkedInput(scanInputSchema, input, scan), context)

/** Searches a tree for credentials. Throws `AUDIT_PATH_UNREADABLE`, `AUDIT_PATH_NOT_DIRECTORY`, `AUDIT_INPUT_INVALID`. */
export const scanSecrets = scanner('secrets')

/** Checks a tree's permission bits. Throws as {@link scanSecrets} does. */
export const scanFileModes = scanner('file-modes')

/** Matches risky code in a tree. Throws as {@link scanSecrets} does. */
export const scanCodePatterns = scanner('code-patterns')

/** The agent that examines the tree itself. Its scans do not know of one another and may run side by side. */
export const securityAuditor: Agent<z.input<typeof securityAuditorInput>, ScanReport> = {
  id: 'security-auditor',
  description: 'Examines a source tree for credentials, permission bits and risky code.',
  run: async (input, context) => {
    const { scan, ...options } = checkedInput(securityAuditorInput, input, 'security-auditor')
    return runScan(scan, options, context)
  },
}
