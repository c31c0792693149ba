import type { Verdict } from '../../contract/commit.ts'
import { type BrokenStore, wrapping } from './broken-store.ts'

/** Acknowledges the third commit of a batch without writing it. */
export const losesAnOperation: BrokenStore = {
  name: 'loses an operation of a batch',
  wrap: (harness) =>
    wrapping(harness, (store) => {
      let batch = 0
      return {
        async commit(commit): Promise<Verdict> {
          batch += 1
          queueMicrotask(() => {
            batch = 0
          })
          if (batch !== 3) return store.commit(commit)
          const version = commit.version + commit.entries.length - 1
          return { ok: true, version, status: 'running', inbox: 0, at: await store.now() }
        },
      }
    }),
}
