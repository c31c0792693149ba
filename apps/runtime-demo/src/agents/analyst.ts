import { checkedInput, type ScanInput, scanInputSchema } from '../audit/scan-input.ts'
import type { ScanReport } from '../audit/scan-report.ts'
import { auditDependencies } from '../audit/scanners/dependencies.ts'
import type { Agent } from './agent.ts'

/**
 * The agent that reads lockfiles: where dependencies come from, and under which licences.
 * Throws `AUDIT_PATH_UNREADABLE`, `AUDIT_PATH_NOT_DIRECTORY`, `AUDIT_INPUT_INVALID`.
 */
export const analyst: Agent<ScanInput, ScanReport> = {
  id: 'analyst',
  description: "Analyses a source tree's locked dependencies and their licences.",
  run: async (input, { signal, log }) => {
    const report = await auditDependencies(checkedInput(scanInputSchema, input, 'analyst'), signal)
    const packages = report.lockfiles.reduce((sum, lockfile) => sum + lockfile.packages, 0)
    log(
      `dependencies: ${packages} packages in ${report.examined} lockfiles, ${report.findings.length} findings`,
    )
    return report
  },
}
