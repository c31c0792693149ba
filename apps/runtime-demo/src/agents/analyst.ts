import { z } from 'zod'
import { reviewScans } from '../audit/review.ts'
import { scanReportSchema } from '../audit/scan-report.ts'
import { taskOf } from './agent.ts'

/** Makes sense of what others found: ranks findings, groups key terms, judges how readable texts are. */
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
