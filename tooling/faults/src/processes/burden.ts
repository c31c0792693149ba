import { workflow } from '@pawl/runtime'

export const STEPS = ['weigh', 'lift', 'carry', 'rest', 'carry on', 'set down'] as const

/** How long a step takes, so that a run is often hit in the middle. */
const STEP_MS = 120

/** What the besieged processes work on. */
export const burden = workflow('burden', async (ctx, input: { readonly number: number }) => {
  for (const step of STEPS) {
    await ctx.step(step, () => new Promise<string>((resolve) => setTimeout(() => resolve(step), STEP_MS)))
  }
  return input.number
})
