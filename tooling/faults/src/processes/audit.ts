import type { Entry, Run } from '@pawl/state-store'
import { STEPS } from './burden.ts'

/** What a run's row and journal say against a run that nobody disturbed; empty if nothing. */
export function auditRun(run: Run, journal: readonly Entry[]): readonly string[] {
  const steps = journal.filter(({ kind }) => kind === 'step_completed').map(({ step }) => step)
  return [
    ...(run.status === 'completed' ? [] : [`it is ${run.status}`]),
    ...(steps.join() === STEPS.join() ? [] : [`its steps are ${steps.join(', ')}`]),
    ...(journal.every(({ version }, index) => version === index + 1) ? [] : ['its versions have a gap']),
    ...(journal.filter(({ kind }) => kind === 'completed').length === 1
      ? []
      : ['it does not end exactly once']),
  ]
}

/** A run in the hands of a worker that was killed. */
export interface Orphan {
  readonly runId: string
  readonly fence: number
  /** The store's time of the kill. */
  readonly at: number
}

/** How long an orphan waited for somebody to write for it again, in milliseconds; 0 if there was nothing left to do. */
export function recoveryMs({ fence, at }: Orphan, journal: readonly Entry[]): number {
  const next = journal.find((entry) => entry.fence > fence)
  return next === undefined ? 0 : Math.max(0, next.at - at)
}
