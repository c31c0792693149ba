import { type BrokenStore, wrapping } from './broken-store.ts'
import { telemetryWith } from './tells-no-gap.ts'

/** Keeps messages as they were given, secrets included. */
export const showsSecrets: BrokenStore = {
  name: 'shows secrets',
  wrap: (harness) =>
    wrapping(harness, (store) => {
      const given: string[] = []
      return {
        telemetry: telemetryWith(store, {
          log(line) {
            store.telemetry.log(line)
            given.push(line.message)
          },
          async logs(filter) {
            const page = await store.telemetry.logs(filter)
            if (page.items.length !== given.length) return page
            return { ...page, items: page.items.map((item, index) => ({ ...item, message: given[index]! })) }
          },
        }),
      }
    }),
}
