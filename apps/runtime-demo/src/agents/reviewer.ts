import { z } from 'zod'
import { type Review, reviewScans } from '../audit/review.ts'
import { checkedInput } from '../audit/scan-input.ts'
import { scanReportSchema } from '../audit/scan-report.ts'
import type { Agent } from './agent.ts'

/** What {@link reviewer} takes: the reports of the scans, in any order. */
export const reviewerInput = z.object({ reports: z.array(scanReportSchema) })

/** The agent that merges the scans' reports, drops repetitions and ranks what is left. Throws `AUDIT_INPUT_INVALID`. */
export const reviewer: Agent<z.input<typeof reviewerInput>, Review> = {
  id: 'reviewer',
  description: 'Merges, deduplicates and ranks the findings of all scans.',
  run: async (input, { signal, log }) => {
    signal.throwIfAborted()
    const review = reviewScans(checkedInput(reviewerInput, input, 'reviewer').reports)
    const { error, warning, note } = review.totals
    log(`review: ${error} errors, ${warning} warnings, ${note} notes`)
    return review
  },
}
