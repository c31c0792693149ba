import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { reviewSchema } from '../audit/review.ts'
import { checkedInput } from '../audit/scan-input.ts'
import { writeAtomically } from '../report/atomic-file.ts'
import { toMarkdown } from '../report/markdown.ts'
import { toSarif } from '../report/sarif.ts'
import type { Agent } from './agent.ts'

/** What {@link writer} takes. */
export const writerInput = z.object({
  review: reviewSchema,
  /** The audited path, as the reports should name it. */
  path: z.string(),
  /** Names the directory of the reports, so it may hold letters, digits, `.`, `_` and `-` only. */
  runId: z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/, 'letters, digits, ".", "_" and "-" only'),
  /** Default `.pawl/reports/<runId>` in the working directory. */
  outDir: z.string().min(1).exactOptional(),
  /** When the audit ended, ISO 8601 in UTC. The only time in the reports; none is made up. */
  at: z.iso.datetime().exactOptional(),
})

/** One written report. `path` is as given or relative to the working directory. */
export interface WrittenReport {
  readonly format: 'sarif' | 'markdown'
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

/** What {@link writer} returns. */
export interface WriterOutput {
  readonly directory: string
  readonly reports: WrittenReport[]
}

async function writeReport(
  directory: string,
  format: WrittenReport['format'],
  name: string,
  content: string,
): Promise<WrittenReport> {
  const path = await writeAtomically(directory, name, content)
  const sha256 = createHash('sha256').update(content).digest('hex')
  return { format, path, bytes: Buffer.byteLength(content), sha256 }
}

/**
 * The agent that writes `audit.sarif` (SARIF 2.1.0) and `audit.md`. A second run with the same input writes the same
 * bytes, so it may be repeated after a crash. Throws `AUDIT_INPUT_INVALID`, `AUDIT_REPORT_UNWRITABLE`.
 */
export const writer: Agent<z.input<typeof writerInput>, WriterOutput> = {
  id: 'writer',
  description: 'Writes the reviewed findings as SARIF 2.1.0 and as Markdown.',
  run: async (input, { signal, log }) => {
    const { review, runId, outDir, path, at } = checkedInput(writerInput, input, 'writer')
    const directory = outDir ?? join('.pawl', 'reports', runId)
    signal.throwIfAborted()
    const sarif = `${JSON.stringify(toSarif(review, { runId, path, at }), null, 2)}\n`
    const reports = [
      await writeReport(directory, 'sarif', 'audit.sarif', sarif),
      await writeReport(directory, 'markdown', 'audit.md', toMarkdown(review, { runId, path, at })),
    ]
    log(`reports: ${reports.map((report) => report.path).join(', ')}`)
    return { directory, reports }
  },
}
