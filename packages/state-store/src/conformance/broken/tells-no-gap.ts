import type { StateStore } from '../../contract/store.ts'
import { type BrokenStore, wrapping } from './broken-store.ts'

/** Hides from a reader of the log that something is missing. */
export const tellsNoGap: BrokenStore = {
  name: 'tells no gap in the log',
  wrap: (harness) =>
    wrapping(harness, (store) => ({
      telemetry: telemetryWith(store, {
        async logs(filter) {
          const page = await store.telemetry.logs(filter)
          return { ...page, items: page.items.filter(({ level }) => level !== 'warn') }
        },
      }),
    })),
}

/** Puts other methods in front of a store's telemetry. */
export const telemetryWith = (
  { telemetry }: StateStore,
  methods: Partial<StateStore['telemetry']>,
): StateStore['telemetry'] => ({
  log: (line) => telemetry.log(line),
  redact: (line) => telemetry.redact(line),
  sample: (sample) => telemetry.sample(sample),
  logs: (filter) => telemetry.logs(filter),
  samples: (filter) => telemetry.samples(filter),
  dropped: () => telemetry.dropped(),
  flush: () => telemetry.flush(),
  ...methods,
})
