import { analyst } from '../src/agents/analyst.ts'
import { reviewer } from '../src/agents/reviewer.ts'
import { scanCodePatterns, scanFileModes, scanSecrets } from '../src/agents/security-auditor.ts'
import { writer } from '../src/agents/writer.ts'
import { quietContext } from './quiet-context.ts'

/** All four agents on one directory, scans side by side, as the workflow runs them. */
export async function runAudit(path: string, outDir: string) {
  const context = quietContext()
  const reports = await Promise.all([
    scanSecrets({ path }, context),
    scanFileModes({ path }, context),
    scanCodePatterns({ path }, context),
    analyst.run({ path }, context),
  ])
  const review = await reviewer.run({ reports }, context)
  const written = await writer.run({ review, path: 'fixture', runId: 'run-1', outDir }, context)
  return { reports, review, written, lines: context.lines }
}
