import type { Entry, StateStore } from '@pawl/state-store'

/** The trace context of whoever opened a run, from its first entry: for messages that no holder of the run sends. */
export async function openersTrace(
  store: StateStore,
  runId: string,
  read: readonly Entry[] = [],
): Promise<string | undefined> {
  const first = read[0]?.version === 1 ? read[0] : (await store.entries(runId, { to: 1 })).items[0]
  return first?.meta.traceparent
}
