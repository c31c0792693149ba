import { type BrokenStore, wrapping } from './broken-store.ts'

/** Writes a cell whatever revision it has. */
export const overwritesCells: BrokenStore = {
  name: 'overwrites cells',
  wrap: (harness) =>
    wrapping(harness, ({ cells }) => ({
      cells: {
        read: (key) => cells.read(key),
        list: (filter) => cells.list(filter),
        remove: (removal) => cells.remove(removal),
        async write(write) {
          const verdict = await cells.write(write)
          if (verdict.ok) return verdict
          return cells.write({ ...write, expected: verdict.current?.revision ?? null })
        },
      },
    })),
}
