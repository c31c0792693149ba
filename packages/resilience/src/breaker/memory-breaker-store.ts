import type { BreakerCell, BreakerStore } from './breaker-store.ts'

interface Kept {
  /** Text, so that nobody holds a reference into the store. */
  readonly text: string
  readonly revision: number
  /** Of the write that made it. */
  readonly id: string
}

/** A store in this process's memory: for tests, and for registries in one process that share their breakers. */
export function createMemoryBreakerStore(): BreakerStore {
  const cells = new Map<string, Kept>()
  const cellOf = (kept: Kept | undefined): BreakerCell | undefined =>
    kept && { value: JSON.parse(kept.text), revision: kept.revision }
  return {
    read: async (key) => cellOf(cells.get(key)),
    write: async ({ key, value, expected, id }) => {
      const kept = cells.get(key)
      if (kept?.id === id) return { ok: true, revision: kept.revision }
      if ((kept?.revision ?? null) !== expected) return { ok: false, current: cellOf(kept) }
      const revision = (expected ?? 0) + 1
      cells.set(key, { text: JSON.stringify(value), revision, id })
      return { ok: true, revision }
    },
  }
}
