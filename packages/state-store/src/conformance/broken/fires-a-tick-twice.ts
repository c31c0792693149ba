import { type BrokenStore, wrapping } from './broken-store.ts'

/** Opens a run for everybody who fires a tick. */
export const firesATickTwice: BrokenStore = {
  name: 'fires a tick twice',
  wrap: (harness) =>
    wrapping(harness, (store) => ({
      schedules: {
        put: (schedule) => store.schedules.put(schedule),
        read: (id) => store.schedules.read(id),
        list: (filter) => store.schedules.list(filter),
        due: (filter) => store.schedules.due(filter),
        advance: (tick) => store.schedules.advance(tick),
        pause: (id) => store.schedules.pause(id),
        unpause: (id) => store.schedules.unpause(id),
        remove: (id) => store.schedules.remove(id),
        async fire(tick) {
          const verdict = await store.schedules.fire(tick)
          if (!verdict.ok || verdict.created) return verdict
          const { runId, created } = await store.open({ type: 'letter' })
          return { ...verdict, runId, created }
        },
      },
    })),
}
