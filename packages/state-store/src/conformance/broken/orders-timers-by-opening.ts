import { type BrokenStore, wrapping } from './broken-store.ts'

/** Lists timers in the order in which their runs were opened. */
export const ordersTimersByOpening: BrokenStore = {
  name: 'orders timers by the opening of their runs',
  wrap: (harness) =>
    wrapping(harness, (store) => ({
      async timers(filter) {
        const { items, next } = await store.timers(filter)
        return { items: items.toSorted((a, b) => (a.run.runId < b.run.runId ? -1 : 1)), next }
      },
    })),
}
