import type { EventBus, OutputEvents } from '@pawl/event-bus'
import type { BreakerState } from '@pawl/resilience'
import type { Json, LogLevel } from '@pawl/state-store'
import type { ErrorRecord } from '../errors.ts'

/** What every event about a run says. */
export interface OfRun {
  readonly runId: string
  readonly workflow: string
}

interface OfStep extends OfRun {
  readonly step: string
  readonly agent: string | null
}

/**
 * The event map of a runtime's event bus. Events tell; nothing durable rests on them. What steps write comes as
 * `output.chunk`, `output.rewind` and `output.ended`: `Outputs` of the event bus puts it together.
 */
export interface RuntimeEvents extends OutputEvents {
  'runtime.started': { readonly worker: string; readonly store: string }
  'runtime.stopped': { readonly worker: string; readonly released: number }
  /** Something that an operator should know; the runtime goes on. */
  'runtime.warning': { readonly code: string; readonly message: string; readonly cause: unknown }
  /** An agent's breaker, as this process knows it; it may be another one that changed it. */
  'breaker.changed': { readonly agent: string; readonly from: BreakerState; readonly to: BreakerState }
  /** An agent may not be given work any more, or may again: by its health, or by somebody in whatever process. */
  'agent.disabled': { readonly agent: string; readonly reason: string | null }
  'agent.enabled': { readonly agent: string; readonly reason: string | null }
  'workflow.started': OfRun & { readonly input: Json }
  'workflow.resumed': OfRun & { readonly fromVersion: number; readonly fromStep: string | null }
  'workflow.rolled_back': OfRun & { readonly toVersion: number; readonly fromStep: string | null }
  /** Nobody holds the run: it waits for a timer or for one of these signals. */
  'workflow.waiting': OfRun & { readonly wakeInMs: number | null; readonly signals: readonly string[] }
  /** A step was not begun because its agent is out of reach; the run waits for it, and comes to no harm. */
  'workflow.parked': OfStep & { readonly agent: string; readonly wakeInMs: number }
  'workflow.completed': OfRun & { readonly output: Json; readonly durationMs: number; readonly steps: number }
  'workflow.failed': OfRun & { readonly error: ErrorRecord }
  'workflow.cancelled': OfRun & { readonly reason: string }
  'step.started': OfStep
  /** An attempt failed and another follows. */
  'step.retried': OfStep & { readonly attempt: number; readonly error: ErrorRecord }
  /** What a step said with `progress`: `done` of `total` percent. Only the newest matters. */
  'step.progress': OfStep & { readonly done: number; readonly total: 100 }
  'step.completed': OfStep & {
    readonly durationMs: number
    readonly attempts: number
    readonly tokens: number
    readonly version: number
  }
  'step.failed': OfStep & { readonly error: ErrorRecord; readonly attempts: number; readonly version: number }
  'step.skipped': OfStep & { readonly version: number }
  /** What a workflow or step said with `log`, as it said it: secrets are taken out of what is kept or leaves, not here. */
  'run.log': OfRun & {
    readonly step: string | null
    readonly agent: string | null
    readonly level: LogLevel
    readonly message: string
    readonly details: unknown
    /** Code runs again on what its journal recorded, and an earlier execution said this. */
    readonly replayed: boolean
  }
}

export type Emit = <T extends keyof RuntimeEvents>(type: T, payload: RuntimeEvents[T]) => void

/**
 * Tells a bus, and never throws: a closed bus or a pipe of the caller's that fails must not undo what is
 * already committed, nor reach a step that only said something.
 */
export function emitterOf(events: EventBus<RuntimeEvents>): Emit {
  const emit = events.emit.bind(events) as (type: string, payload: unknown) => void
  return (type, payload) => {
    try {
      emit(type, payload)
    } catch {
      // Nobody hears it; the journal has it.
    }
  }
}
