import { type BrokenStore, wrapping } from './broken-store.ts'

/** Judges a cell write anew when it comes again after a lost answer. */
export const forgetsWriteIds: BrokenStore = {
  name: 'forgets the ids of cell writes',
  wrap: (harness) =>
    wrapping(harness, ({ cells }) => ({
      cells: {
        read: (key) => cells.read(key),
        list: (filter) => cells.list(filter),
        remove: (removal) => cells.remove(removal),
        write: ({ id: _, ...write }) => cells.write(write),
      },
    })),
}
