import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { writeAtomically } from './atomic-file.ts'

/** Where a run's reports go: a directory of the run's own. */
export const reportPlaceSchema = z.object({
  /** Names the directory of the reports, so it may hold letters, digits, `.`, `_` and `-` only. */
  runId: z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/, 'letters, digits, ".", "_" and "-" only'),
  /** The directory itself. Default `.pawl/reports/<runId>` in the working directory. */
  outDir: z.string().min(1).exactOptional(),
})

/** See {@link reportPlaceSchema}. */
type ReportPlace = z.output<typeof reportPlaceSchema>

/** One written report. `path` is as given or relative to the working directory. */
export interface WrittenReport {
  readonly format: 'sarif' | 'markdown'
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

/** What a writing task returns. */
export interface WrittenReports {
  readonly directory: string
  readonly reports: WrittenReport[]
}

interface Content {
  readonly format: WrittenReport['format']
  readonly name: string
  readonly content: string
}

/** Writes reports side by side into the run's directory; the same content again leaves the same bytes. */
export async function writeReports(
  { runId, outDir }: ReportPlace,
  contents: readonly Content[],
): Promise<WrittenReports> {
  const directory = outDir ?? join('.pawl', 'reports', runId)
  const reports: WrittenReport[] = []
  for (const { format, name, content } of contents) {
    const path = await writeAtomically(directory, name, content)
    const sha256 = createHash('sha256').update(content).digest('hex')
    reports.push({ format, path, bytes: Buffer.byteLength(content), sha256 })
  }
  return { directory, reports }
}
