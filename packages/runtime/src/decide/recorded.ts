import { type Entry, type Json, lineage } from '@pawl/state-store'

/** The kinds of things that a code workflow waits for; each has names of its own. */
export type Family = 'step' | 'timer' | 'signal' | 'shared'

/** An outcome that stands in the journal. */
export interface Recorded {
  readonly family: Family
  readonly name: string
  readonly version: number
  readonly ok: boolean
  /** The output, the signal's payload, or the error. */
  readonly payload: Json
  readonly hash: string | null
  readonly declared: string | undefined
  readonly skipped: boolean
}

/** What a journal says about a run that goes on: the input of every decision. */
export interface RecordedRun {
  readonly input: Json
  /** In journal order; only what counts (see lineage), without failures that a resume tries again. */
  readonly outcomes: readonly Recorded[]
  /** Timers that were set and have not fired: when they fire. */
  readonly timers: ReadonlyMap<string, number>
  /** Inbox messages that the run has consumed. */
  readonly consumed: ReadonlySet<number>
  readonly lastStep: string | null
  readonly startedAt: number
  /** The trace context of whoever opened the run. */
  readonly traceparent: string | undefined
}

const FAMILY: { readonly [kind in Entry['kind']]?: Family } = {
  step_completed: 'step',
  step_failed: 'step',
  step_skipped: 'step',
  timer_fired: 'timer',
  signal_received: 'signal',
  signal_timed_out: 'signal',
  shared_set: 'shared',
}

/** Reads a whole journal (versions from 1, no gaps). Pure. */
export function readRecorded(journal: readonly Entry[]): RecordedRun {
  const line = lineage(journal)
  const timers = new Map<string, number>()
  const consumed = new Set<number>()
  let outcomes: Recorded[] = []
  let failedSteps: ReadonlySet<string> = new Set()
  // A cancel request is obeyed once: a rollback behind the cancellation must not cancel the run again.
  for (const entry of ownPart(journal)) if (entry.kind === 'cancelled') consume(consumed, entry)
  for (const entry of line) {
    if (entry.kind !== 'cancelled') consume(consumed, entry)
    if (entry.kind === 'timer_set') timers.set(entry.step ?? '', entry.meta.wakeAt ?? 0)
    if (entry.kind === 'failed') failedSteps = new Set(entry.meta.failedSteps ?? [])
    if (entry.kind === 'resumed' || entry.kind === 'forked') {
      const retried = failedSteps
      outcomes = outcomes.filter((outcome) => outcome.ok || !retried.has(outcome.name))
      failedSteps = new Set()
    }
    const family = FAMILY[entry.kind]
    if (family !== undefined) outcomes.push(outcomeOf(entry, family))
    if (family === 'timer') timers.delete(entry.step ?? '')
  }
  const lastStep = line.findLast((entry) => entry.step !== null)?.step ?? null
  const first = line[0]
  return {
    input: first?.payload ?? null,
    outcomes,
    timers,
    consumed,
    lastStep,
    startedAt: first?.at ?? 0,
    traceparent: first?.meta.traceparent,
  }
}

/** What a fork wrote itself: the signals that it copied stand in its inbox, requests to cancel its parent do not. */
const ownPart = (journal: readonly Entry[]): readonly Entry[] =>
  journal.slice(journal.findLastIndex((entry) => entry.kind === 'forked') + 1)

function consume(consumed: Set<number>, entry: Entry): void {
  if (entry.meta.inbox !== undefined) consumed.add(entry.meta.inbox)
}

const outcomeOf = (entry: Entry, family: Family): Recorded => ({
  family,
  name: entry.step ?? '',
  version: entry.version,
  ok: entry.kind !== 'step_failed' && entry.kind !== 'signal_timed_out',
  payload: entry.payload,
  hash: entry.hash,
  declared: entry.meta.declared,
  skipped: entry.kind === 'step_skipped',
})
