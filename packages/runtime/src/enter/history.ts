import type { At, Entry, EntryFilter, Page, Patch } from '@pawl/state-store'
import { rolledBackSpans, type TimelineEvent, timelineEvent } from '../leave/timeline.ts'
import type { Live } from './live.ts'
import { translateStoreError } from './store-errors.ts'

export interface EventFilter extends EntryFilter {
  /** Only events of this step. */
  readonly step?: string
  /** Only events of this agent. */
  readonly agent?: string
}

/** A page of a run's timeline. Filters by step and agent thin a page out: it may hold less than its limit. */
export async function readTimeline(
  { parts: { store } }: Live,
  runId: string,
  { step, agent, ...filter }: EventFilter,
): Promise<Page<TimelineEvent>> {
  const page = await translateStoreError(store.entries(runId, filter))
  const { items: rollbacks } = await translateStoreError(
    store.entries(runId, { kinds: ['rolled_back'], limit: 10_000 }),
  )
  const spans = rolledBackSpans(rollbacks)
  const wanted = (entry: Entry) =>
    (step === undefined || entry.step === step) && (agent === undefined || entry.meta.agent === agent)
  return {
    next: page.next,
    items: page.items.filter(wanted).map((entry) => timelineEvent(runId, entry, spans)),
  }
}

/** The patch that turns the state at one place into that at another. */
export const diffStates = ({ parts }: Live, from: At, to: At): Promise<Patch> =>
  translateStoreError(parts.store.diff(from, to))
