import { type BrokenStore, wrapping } from './broken-store.ts'

/** Writes for whoever asks, as if the fence were his. */
export const ignoresTheFence: BrokenStore = {
  name: 'ignores the fence',
  wrap: (harness) =>
    wrapping(harness, (store) => ({
      async commit(commit) {
        const verdict = await store.commit(commit)
        if (verdict.ok || verdict.reason !== 'stale_fence') return verdict
        const run = await store.run(commit.runId)
        return run === undefined ? verdict : store.commit({ ...commit, fence: run.fence })
      },
    })),
}
