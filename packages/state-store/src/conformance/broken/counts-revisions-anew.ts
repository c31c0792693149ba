import type { Cell, CellVerdict } from '../../contract/cells.ts'
import { type BrokenStore, wrapping } from './broken-store.ts'

/** Begins the revisions of a cell at 1 again after it was removed. */
export const countsRevisionsAnew: BrokenStore = {
  name: 'counts revisions anew after a removal',
  wrap: (harness) =>
    wrapping(harness, ({ cells }) => {
      const bases = new Map<string, number>()
      const base = (key: string) => bases.get(key) ?? 0
      const shown = (key: string, cell: Cell | undefined) =>
        cell === undefined ? undefined : { ...cell, revision: cell.revision - base(key) }
      const verdictOf = (key: string, verdict: CellVerdict): CellVerdict =>
        verdict.ok
          ? { ok: true, revision: verdict.revision - base(key) }
          : { ok: false, current: shown(key, verdict.current) }
      return {
        cells: {
          read: async (key) => shown(key, await cells.read(key)),
          list: (filter) => cells.list(filter),
          remove: async ({ key, expected, ...more }) =>
            verdictOf(key, await cells.remove({ key, expected: expected + base(key), ...more })),
          async write({ key, expected, ...more }) {
            const verdict = await cells.write({
              key,
              expected: expected === null ? null : expected + base(key),
              ...more,
            })
            if (verdict.ok && expected === null) bases.set(key, verdict.revision - 1)
            return verdictOf(key, verdict)
          },
        },
      }
    }),
}
