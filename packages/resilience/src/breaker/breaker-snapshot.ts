import {
  countIn,
  listOf,
  membersIn,
  numberIn,
  oneOfIn,
  orNull,
  type Reader,
  textIn,
} from '../data/plain-data.ts'
import type { BreakerCounts, BreakerState } from './breaker-state.ts'

/** A breaker as plain data: what survives a restart without a store. JSON-safe. */
export interface BreakerSnapshot {
  readonly key: string
  readonly state: BreakerState
  /** Epoch milliseconds when it opened; `null` while it is closed. */
  readonly openedAt: number | null
  readonly counts: BreakerCounts
}

/** Every breaker of a registry that is worth remembering. JSON-safe; give it back to `restore`. */
export interface RegistrySnapshot {
  readonly format: 1
  readonly breakers: readonly BreakerSnapshot[]
}

/** Reads a snapshot that comes from outside. @throws BadDataError */
export const breakerSnapshotIn: Reader<BreakerSnapshot> = (path, data) =>
  membersIn(path, data, {
    key: textIn,
    state: oneOfIn('closed', 'open', 'half-open'),
    openedAt: orNull(numberIn),
    counts: (at, counts) =>
      membersIn(at, counts, { fires: countIn, successes: countIn, failures: countIn, rejects: countIn }),
  })

/** Reads a snapshot that comes from outside. @throws BadDataError */
export const registrySnapshotIn: Reader<RegistrySnapshot> = (path, data) =>
  membersIn(path, data, { format: oneOfIn(1), breakers: listOf(breakerSnapshotIn) })
