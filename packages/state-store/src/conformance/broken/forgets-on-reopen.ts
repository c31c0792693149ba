import type { BrokenStore } from './broken-store.ts'

/** Keeps nothing: every opening starts with empty data. */
export const forgetsOnReopen: BrokenStore = {
  name: 'forgets on reopen',
  needs: 'reopen',
  wrap(harness, fresh) {
    let opened = 0
    return { open: (options) => (opened++ === 0 ? harness.open(options) : fresh.open(options)) }
  },
}
