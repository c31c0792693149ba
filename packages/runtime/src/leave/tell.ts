import type { Json } from '@pawl/state-store'
import type { ErrorRecord } from '../errors.ts'
import type { Emit } from './events.ts'
import type { Departing } from './lifecycle.ts'

/** Tells this process of a committed entry, in journal order and at once. */
export function tell(entry: Departing, emit: Emit): void {
  const { runId, type: workflow, version, payload, meta } = entry
  const of = { runId, workflow }
  const fromStep = meta.fromStep ?? null
  const step = { ...of, step: entry.step ?? '', agent: meta.agent ?? null, version }
  const attempts = meta.attempts ?? 1
  const error = payload as ErrorRecord
  const durationMs = Math.max(0, entry.at - entry.startedAt)
  switch (entry.kind) {
    case 'started':
      return emit('workflow.started', { ...of, input: payload as Json })
    case 'resumed':
      return emit('workflow.resumed', { ...of, fromVersion: meta.toVersion ?? 0, fromStep })
    case 'rolled_back':
      return emit('workflow.rolled_back', { ...of, toVersion: meta.toVersion ?? 0, fromStep })
    case 'failed':
      return emit('workflow.failed', { ...of, error })
    case 'cancelled':
      return emit('workflow.cancelled', { ...of, reason: meta.reason ?? '' })
    case 'completed':
      return emit('workflow.completed', { ...of, output: payload as Json, durationMs, steps: entry.steps })
    case 'step_completed':
      return emit('step.completed', { ...step, durationMs: meta.durationMs ?? 0, attempts })
    case 'step_failed':
      return emit('step.failed', { ...step, error, attempts })
    case 'step_skipped':
      return emit('step.skipped', step)
  }
}
