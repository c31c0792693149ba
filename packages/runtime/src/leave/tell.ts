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
      emit('workflow.started', { ...of, input: payload as Json })
      break
    case 'resumed':
      emit('workflow.resumed', { ...of, fromVersion: meta.toVersion ?? 0, fromStep })
      break
    case 'rolled_back':
      emit('workflow.rolled_back', { ...of, toVersion: meta.toVersion ?? 0, fromStep })
      break
    case 'failed':
      emit('workflow.failed', { ...of, error })
      break
    case 'cancelled':
      emit('workflow.cancelled', { ...of, reason: meta.reason ?? '' })
      break
    case 'completed':
      emit('workflow.completed', { ...of, output: payload as Json, durationMs, steps: entry.steps })
      break
    case 'step_completed':
      emit('step.completed', {
        ...step,
        durationMs: meta.durationMs ?? 0,
        attempts,
        tokens: meta.tokens ?? 0,
      })
      break
    case 'step_failed':
      emit('step.failed', { ...step, error, attempts })
      break
    case 'step_skipped':
      emit('step.skipped', step)
      break
  }
}
