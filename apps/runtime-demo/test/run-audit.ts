import type { TaskContext } from '../src/agents/agent.ts'
import { rankFindings } from '../src/agents/analyst.ts'
import { scanTree } from '../src/agents/security-auditor.ts'
import { writeAudit } from '../src/agents/writer.ts'
import { type ScanKind, scanKinds } from '../src/audit/scan-report.ts'
import { quietContext } from './quiet-context.ts'

type Options = Omit<Parameters<typeof scanTree.run>[0], 'scan'>

/** One scan as a function of its own. */
export const scanner =
  (scan: ScanKind) =>
  (options: Options, context: TaskContext = quietContext()) =>
    scanTree.run({ scan, ...options }, context)

/** All tasks of an audit on one directory, scans side by side, as the workflow runs them. */
export async function runAudit(path: string, outDir: string) {
  const context = quietContext()
  const reports = await Promise.all(scanKinds.map((scan) => scanTree.run({ scan, path }, context)))
  const review = await rankFindings.run({ reports }, context)
  const written = await writeAudit.run({ review, path: 'fixture', runId: 'run-1', outDir }, context)
  return { reports, review, written, lines: context.lines }
}
