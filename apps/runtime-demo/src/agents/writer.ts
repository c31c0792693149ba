import { z } from 'zod'
import { reviewSchema } from '../audit/review.ts'
import { termGroupSchema } from '../content/key-term.ts'
import { outlineOf } from '../content/outline.ts'
import { researchSchema } from '../content/passage.ts'
import { briefMarkdown, briefSchema } from '../report/brief.ts'
import { featurePlanMarkdown, featurePlanSchema } from '../report/feature-plan.ts'
import { toMarkdown } from '../report/markdown.ts'
import { toSarif } from '../report/sarif.ts'
import { reportPlaceSchema, type WrittenReports, writeReports } from '../report/written-report.ts'
import { taskOf } from './agent.ts'

/** Puts what the others found into documents. */
export const writer = {
  id: 'writer',
  description: 'Outlines, and writes what the others found as SARIF 2.1.0 and Markdown.',
} as const

const auditInput = reportPlaceSchema.extend({
  review: reviewSchema,
  /** The audited path, as the reports should name it. */
  path: z.string(),
  /** When the audit was asked for, ISO 8601 in UTC. The only time in the reports; none is made up. */
  at: z.iso.datetime().exactOptional(),
})

/**
 * Writes `audit.sarif` (SARIF 2.1.0) and `audit.md`. A second run with the same input writes the same bytes, so it may
 * be repeated after a crash. Throws `INPUT_INVALID`, `REPORT_UNWRITABLE`.
 */
export const writeAudit = taskOf(
  writer,
  auditInput,
  async ({ review, runId, outDir, path, at }, { signal, log }): Promise<WrittenReports> => {
    signal.throwIfAborted()
    const identity = { runId, path, at }
    const place = outDir === undefined ? { runId } : { runId, outDir }
    const written = await writeReports(place, [
      {
        format: 'sarif',
        name: 'audit.sarif',
        content: `${JSON.stringify(toSarif(review, identity), null, 2)}\n`,
      },
      { format: 'markdown', name: 'audit.md', content: toMarkdown(review, identity) },
    ])
    log(`reports: ${written.reports.map((report) => report.path).join(', ')}`)
    return written
  },
)

/** Puts sentences of the sources in an order to write after. Throws `INPUT_INVALID`. */
export const outlineBrief = taskOf(
  writer,
  z.object({ research: researchSchema, groups: z.array(termGroupSchema) }),
  async ({ research, groups }, { signal, log }) => {
    signal.throwIfAborted()
    const outline = outlineOf(research, groups)
    log(`outline: ${outline.sections.length} sections, ${outline.gaps.length} gaps`)
    return outline
  },
)

/** Writes `brief.md`; the same input again leaves the same bytes. Throws `INPUT_INVALID`, `REPORT_UNWRITABLE`. */
export const writeBrief = taskOf(
  writer,
  reportPlaceSchema.extend({ brief: briefSchema }),
  async ({ brief, ...place }, { signal, log }) => {
    signal.throwIfAborted()
    const content = briefMarkdown(brief)
    const written = await writeReports(place, [{ format: 'markdown', name: 'brief.md', content }])
    log(`brief: ${written.reports[0]!.path}`)
    return written
  },
)

/** Writes `plan.md`; the same input again leaves the same bytes. Throws `INPUT_INVALID`, `REPORT_UNWRITABLE`. */
export const writeFeaturePlan = taskOf(
  writer,
  reportPlaceSchema.extend({ plan: featurePlanSchema }),
  async ({ plan, ...place }, { signal, log }) => {
    signal.throwIfAborted()
    const content = featurePlanMarkdown(plan)
    const written = await writeReports(place, [{ format: 'markdown', name: 'plan.md', content }])
    log(`plan: ${written.reports[0]!.path}`)
    return written
  },
)
