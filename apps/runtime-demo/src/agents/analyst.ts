import { z } from 'zod'
import { reviewScans } from '../audit/review.ts'
import { scanReportSchema } from '../audit/scan-report.ts'
import { keyTerms } from '../content/key-terms.ts'
import { outlineSchema } from '../content/outline.ts'
import { researchSchema } from '../content/passage.ts'
import { judgeDocument, judgeText } from '../content/readability.ts'
import { groupTerms } from '../content/term-groups.ts'
import { readDocument } from '../documents/read-documents.ts'
import { loadEnglish } from '../language/english.ts'
import { taskOf } from './agent.ts'

/** Makes sense of what others found. */
export const analyst = {
  id: 'analyst',
  description: 'Ranks findings, groups the key terms of a topic and judges how readable texts are.',
} as const

/** What {@link rankFindings} takes: the reports of the scans, in any order. */
const scansInput = z.object({ reports: z.array(scanReportSchema) })

/** Merges the scans' reports, drops repetitions and ranks what is left. Throws `INPUT_INVALID`. */
export const rankFindings = taskOf(analyst, scansInput, async ({ reports }, { signal, log }) => {
  signal.throwIfAborted()
  const review = reviewScans(reports)
  const { error, warning, note } = review.totals
  log(`review: ${error} errors, ${warning} warnings, ${note} notes`)
  return review
})

/** Takes the terms out of what was found and groups those that occur together. Throws `INPUT_INVALID`. */
export const groupKeyTerms = taskOf(
  analyst,
  z.object({ research: researchSchema }),
  async ({ research }, { signal, log }) => {
    const english = await loadEnglish()
    signal.throwIfAborted()
    const groups = groupTerms(keyTerms(research, english))
    log(`${groups.length} groups of key terms: ${groups.map(({ name }) => name).join(', ')}`)
    return groups
  },
)

const readabilityInput = z.object({
  /** The directory that was researched. */
  sources: z.string().min(1),
  /** Documents in it. */
  files: z.array(z.string()),
  outline: outlineSchema,
  /** The first so many are judged. Default 10. */
  maxDocuments: z.number().int().positive().default(10),
  maxFileBytes: z
    .number()
    .int()
    .positive()
    .default(1024 * 1024),
})

/**
 * Judges the documents that the outline stands on, and the points that were chosen from them. A document that is gone
 * by now is left out. Throws `PATH_UNREADABLE`, `PATH_NOT_DIRECTORY`, `INPUT_INVALID`.
 */
export const judgeReadability = taskOf(
  analyst,
  readabilityInput,
  async ({ sources, files, outline, maxDocuments, maxFileBytes }, { signal, log }) => {
    const english = await loadEnglish()
    const points = outline.sections.flatMap((section) => section.points.map(({ text }) => text))
    const judged = [judgeText('the points of the outline', points.join('\n\n'), english)]
    for (const file of files.slice(0, maxDocuments)) {
      signal.throwIfAborted()
      const document = await readDocument(sources, file, maxFileBytes)
      if (document !== undefined) judged.push(judgeDocument(document, english))
    }
    log(`readability: ${judged.map(({ ease }) => ease).join(', ')}`)
    return judged
  },
)
