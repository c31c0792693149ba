import type { Commit } from '../../contract/commit.ts'
import type { Transaction } from '../../contract/transaction.ts'
import { type BrokenStore, wrapping } from './broken-store.ts'

/** Writes the caller's part by itself, and the commit when it is too late to undo that. */
export const partsTheTransaction: BrokenStore = {
  name: 'parts a transaction from its commit',
  wrap: (harness) =>
    wrapping(harness, (store) => ({
      async transact(work) {
        const { runId, fence } = await store.open({
          type: 'other',
          claimFor: { worker: 'other', leaseMs: 1_000 },
        })
        let asked: Commit | undefined
        await store.transact((tx: Transaction) => {
          asked = work(tx) as Commit
          return {
            runId,
            worker: 'other',
            fence: fence ?? 0,
            version: 2,
            entries: [{ kind: 'completed' }],
            next: { status: 'completed' },
          }
        })
        return store.commit(asked!)
      },
    })),
}
