import { type BrokenStore, wrapping } from './broken-store.ts'
import { telemetryWith } from './tells-no-gap.ts'

/** Goes on after the time of the last line, so that other lines of that moment are never read. */
export const pagesByTimeAlone: BrokenStore = {
  name: 'pages by time alone',
  wrap: (harness) =>
    wrapping(harness, (store) => ({
      telemetry: telemetryWith(store, {
        async logs({ cursor, ...filter } = {}) {
          const after = cursor === undefined ? {} : beyond(filter.order, Number(cursor))
          const { items, next } = await store.telemetry.logs({ ...filter, ...after })
          return { items, next: next === null ? null : String(items.at(-1)?.at) }
        },
      }),
    })),
}

const beyond = (order: 'newest' | 'oldest' | undefined, at: number) =>
  order === 'oldest' ? { since: at + 1 } : { until: at }
