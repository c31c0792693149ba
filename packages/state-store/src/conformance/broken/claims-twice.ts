import type { ClaimedRun } from '../../contract/claim.ts'
import { type BrokenStore, wrapping } from './broken-store.ts'

/** Gives a run that it has just given away to the next worker too. */
export const claimsTwice: BrokenStore = {
  name: 'claims a run twice',
  wrap: (harness) =>
    wrapping(harness, (store) => {
      let last: readonly ClaimedRun[] = []
      return {
        async claim(request) {
          const taken = await store.claim(request)
          const both = [...taken, ...last].slice(0, request.limit)
          last = taken
          return both
        },
      }
    }),
}
