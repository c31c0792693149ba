import type { Entry, EntryKind, Json } from '@pawl/state-store'

/** One thing that happened in a run, as a timeline draws it. */
export interface TimelineEvent {
  readonly runId: string
  /** Its place in the journal. */
  readonly version: number
  /** What the journal calls it, such as `step_completed`. */
  readonly kind: EntryKind
  readonly step: string | null
  readonly agent: string | null
  /** When it began, in epoch milliseconds of the store's clock; for what takes no time, when it happened. */
  readonly startedAt: number
  /** When it was committed. */
  readonly at: number
  readonly durationMs: number
  /** Attempts that it took; 0 for what is not attempted. */
  readonly attempts: number
  /** The attempts that failed before, oldest first. */
  readonly errors: readonly { readonly attempt: number; readonly message: string; readonly code?: string }[]
  readonly tokens: number | null
  /** Whether a later rollback took it off the line that counts. */
  readonly rolledBack: boolean
  /** Input, output, error, signal or patch, as the kind says; see {@link dataOf}. */
  readonly data: Json
}

/** Versions that rollbacks took off the line: from after the version gone back to, up to the rollback. */
export function rolledBackSpans(
  rollbacks: readonly Entry[],
): readonly (readonly [from: number, to: number])[] {
  return rollbacks.map((entry) => [(entry.meta.toVersion ?? 0) + 1, entry.version - 1] as const)
}

/**
 * What an entry says: its payload. Of `resumed` and `rolled_back`, which have none, `{ toVersion, fromStep, reason }` as
 * far as known: the version that counts from there on, the last step before, and why.
 */
export function dataOf({ kind, payload, meta }: Entry): Json {
  if (kind !== 'resumed' && kind !== 'rolled_back') return payload
  const { toVersion, fromStep, reason } = meta
  return {
    ...(toVersion === undefined ? {} : { toVersion }),
    ...(fromStep === undefined ? {} : { fromStep }),
    ...(reason === undefined ? {} : { reason }),
  }
}

/** Draws one entry. `spans` are those of {@link rolledBackSpans}. */
export function timelineEvent(
  runId: string,
  entry: Entry,
  spans: readonly (readonly [from: number, to: number])[],
): TimelineEvent {
  const { version, kind, step, at, meta } = entry
  const durationMs = meta.durationMs ?? 0
  return {
    runId,
    version,
    kind,
    step,
    agent: meta.agent ?? null,
    startedAt: at - durationMs,
    at,
    durationMs,
    attempts: meta.attempts ?? (kind.startsWith('step_') && kind !== 'step_skipped' ? 1 : 0),
    errors: meta.errors ?? [],
    tokens: meta.tokens ?? null,
    rolledBack: spans.some(([from, to]) => version >= from && version <= to),
    data: dataOf(entry),
  }
}
