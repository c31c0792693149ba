import type { EntryKind, EntryMeta } from '@pawl/state-store'

/** An entry that is committed and may leave. */
export interface Departing {
  readonly runId: string
  readonly type: string
  readonly version: number
  readonly kind: EntryKind
  readonly step: string | null
  readonly at: number
  readonly payload: unknown
  readonly meta: EntryMeta
  /** Steps finished so far. */
  readonly steps: number
  readonly startedAt: number
  /** The trace context that the message carries. */
  readonly traceparent?: string | undefined
}

/** The message that other processes get, in the bus's words. */
export interface LifecycleMessage {
  readonly id: string
  readonly taskId: string
  readonly agentId: `workflow:${string}`
  readonly result: { readonly [key: string]: unknown }
  readonly metadata: {
    readonly event_type: string
    readonly run_version: number
    /** W3C trace context of what the run did here, or of whoever opened it; absent if that was not traced. */
    readonly traceparent?: string
  }
  readonly timestamp: number
}

/** Makes the message of a lifecycle entry. The same entry always makes the same id: `runId:version`. */
export function messageOf(departing: Departing): LifecycleMessage {
  const { runId, type, version, kind, at, traceparent } = departing
  return {
    id: `${runId}:${version}`,
    taskId: runId,
    agentId: `workflow:${type}`,
    result: { workflow_type: type, ...dataOf(departing) },
    metadata: {
      event_type: `workflow_${kind}`,
      run_version: version,
      ...(traceparent === undefined ? {} : { traceparent }),
    },
    timestamp: at,
  }
}

function dataOf({ kind, payload, meta, steps, at, startedAt }: Departing): {
  readonly [key: string]: unknown
} {
  switch (kind) {
    case 'started':
      return { input: payload }
    case 'completed':
      return { output: payload, completed_steps: steps, execution_time_ms: Math.max(0, at - startedAt) }
    case 'failed':
      return { error: payload }
    case 'cancelled':
      return { reason: meta.reason ?? null }
    case 'resumed':
      return { resumed_from_version: meta.toVersion ?? null, resumed_from_step: meta.fromStep ?? null }
    case 'rolled_back':
      return { rolled_back_to_version: meta.toVersion ?? null, rolled_back_from_step: meta.fromStep ?? null }
    default:
      return {}
  }
}
