import { type BrokenStore, wrapping } from './broken-store.ts'

/** Counts a run as waiting for something also after it went on. */
export const keepsSayingWhatRunsWaitFor: BrokenStore = {
  name: 'keeps saying what runs wait for',
  wrap: (harness) =>
    wrapping(harness, (store) => ({
      async parked() {
        const { items } = await store.runs({ status: ['waiting', 'running', 'completed'] })
        const named = await store.parked()
        const runs = items.filter(({ status }) => status !== 'waiting').length
        return runs === 0 ? named : [...named, { waitsFor: 'stripe', runs, nextAt: null }]
      },
    })),
}
