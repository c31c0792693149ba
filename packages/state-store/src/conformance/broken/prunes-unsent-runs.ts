import { type BrokenStore, wrapping } from './broken-store.ts'

/** Takes messages that never left for sent when it prunes. */
export const prunesUnsentRuns: BrokenStore = {
  name: 'prunes runs with messages to send',
  wrap: (harness) =>
    wrapping(harness, (store) => ({
      async prune(retention) {
        for (const { run } of await store.unsent({ idleMs: 0 })) {
          store.confirm({ runId: run.runId, version: run.version })
        }
        await store.heartbeat({ worker: 'the confirmations travel with it', leaseMs: 1 })
        return store.prune(retention)
      },
    })),
}
