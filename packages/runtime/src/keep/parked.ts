import type { StateStore } from '@pawl/state-store'

/** At once; there may be more, then it is asked again. */
const BATCH = 1_000

/** Makes all runs ready that are parked for an agent, the oldest first. Resolves to how many. */
export async function unparkAll(store: Pick<StateStore, 'unpark'>, agent: string): Promise<number> {
  let all = 0
  for (;;) {
    const { unparked } = await store.unpark({ waitsFor: agent, limit: BATCH })
    all += unparked
    if (unparked < BATCH) return all
  }
}
