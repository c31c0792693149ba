import { type BrokenStore, wrapping } from './broken-store.ts'

/** Gives the longest ready run, whatever its rank. */
export const ignoresRanks: BrokenStore = {
  name: 'ignores the ranks of definitions',
  wrap: (harness) =>
    wrapping(harness, (store) => ({
      claim: (request) =>
        store.claim({
          ...request,
          definitions: request.definitions.map(({ rank: _, ...definition }) => definition),
        }),
    })),
}
