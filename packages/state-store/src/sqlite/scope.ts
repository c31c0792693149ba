import type { DatabaseSync } from 'node:sqlite'

/** What every operation of a batch is given. */
export interface Scope {
  readonly db: DatabaseSync
  readonly namespace: string
  /** The store's time, one for the whole batch. */
  now: number
}

/** What every read is given. */
export interface ReadScope {
  readonly db: DatabaseSync
  readonly namespace: string
  readonly now: () => number
}

/** The store's time: the frozen one of the test clock, else the machine's. */
export function prepareClock(db: DatabaseSync): () => number {
  const select = db.prepare('select now from clock where one = 1')
  return () => (select.get() as { now: number | null }).now ?? Date.now()
}
