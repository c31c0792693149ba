import { type BrokenStore, wrapping } from './broken-store.ts'

/** Pages by id, so that a run with a smaller id that comes later is never seen by a reader that follows. */
export const skipsLateCommits: BrokenStore = {
  name: 'skips late commits',
  wrap: (harness) =>
    wrapping(harness, (store) => ({
      async runs({ cursor, limit, ...filter } = {}) {
        if (filter.order !== 'oldest') return store.runs({ ...filter, ...given({ cursor, limit }) })
        const { items } = await store.runs({ ...filter, limit: 1_000 })
        const after = cursor ?? ''
        const later = items.filter((run) => run.runId > after).sort((a, b) => (a.runId < b.runId ? -1 : 1))
        const page = later.slice(0, limit ?? 100)
        return { items: page, next: page.at(-1)?.runId ?? after }
      },
    })),
}

const given = ({ cursor, limit }: { cursor: string | undefined; limit: number | undefined }) => ({
  ...(cursor === undefined ? {} : { cursor }),
  ...(limit === undefined ? {} : { limit }),
})
