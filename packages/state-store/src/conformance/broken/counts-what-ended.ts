import { type BrokenStore, wrapping } from './broken-store.ts'

/** Counts finished runs among those that are to be worked on. */
export const countsWhatEnded: BrokenStore = {
  name: 'counts what has ended',
  wrap: (harness) =>
    wrapping(harness, (store) => ({
      async backlog(filter) {
        const { at, parts } = await store.backlog(filter)
        const { items } = await store.runs({ status: ['completed', 'failed', 'cancelled'] })
        return { at, parts: parts.map((part) => ({ ...part, ready: part.ready + items.length })) }
      },
    })),
}
