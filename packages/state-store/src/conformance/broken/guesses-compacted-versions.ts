import { type BrokenStore, wrapping } from './broken-store.ts'

/** Tells the state of a version that is gone by that of the end. */
export const guessesCompactedVersions: BrokenStore = {
  name: 'guesses the versions of a compacted run',
  wrap: (harness) =>
    wrapping(harness, (store) => ({
      async stateAt(at) {
        const run = await store.run(at.runId)
        return store.stateAt(run?.compactedAt == null ? at : { runId: at.runId })
      },
    })),
}
