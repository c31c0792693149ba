import { type BrokenStore, wrapping } from './broken-store.ts'

/** Compacts a run whose steps' outputs are its result to nothing. */
export const losesResultsOfSteps: BrokenStore = {
  name: 'loses the results of steps when it compacts',
  wrap: (harness) =>
    wrapping(harness, (store) => ({
      async stateAt(at) {
        const state = await store.stateAt(at)
        const run = await store.run(at.runId)
        return run?.compactedAt == null ? state : { ...state, results: {} }
      },
    })),
}
