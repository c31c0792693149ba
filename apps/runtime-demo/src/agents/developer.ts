import { z } from 'zod'
import { planChange } from '../feature/change-plan.ts'
import { surveySchema } from '../feature/survey.ts'
import { taskOf } from './agent.ts'

/** Knows in which order to change code. */
export const developer = {
  id: 'developer',
  description: 'Plans a change: what to do in which module, in an order in which it keeps compiling.',
} as const

/** What to change where, with the lines to look at. Throws `INPUT_INVALID`. */
export const planFeature = taskOf(
  developer,
  z.object({ survey: surveySchema }),
  async ({ survey }, { signal, log }) => {
    signal.throwIfAborted()
    const plan = planChange(survey)
    log(`plan: ${plan.steps.length} steps`)
    return plan
  },
)
