import type { ProbeRules } from './breaker-options.ts'
import type { BreakerState } from './breaker-state.ts'

/** Something that happened, with an id of its own, in epoch milliseconds of the clock of whoever noted it. */
export interface Moment {
  readonly id: string
  readonly at: number
}

/**
 * All that processes have to agree on about a breaker, as plain data. There is no half-open: an opening becomes that
 * by the passing of time.
 */
export interface BreakerRecord {
  readonly format: 1
  /** When it opened; `null` while it is closed. */
  readonly opening: Moment | null
  /** Probes that succeeded since it opened. */
  readonly succeeded: number
  /** Probes under way, each holding its place until it ends or its time is over. */
  readonly probes: readonly Moment[]
}

export const CLOSED: BreakerRecord = { format: 1, opening: null, succeeded: 0, probes: [] }

/** With whose eyes a record is read. */
export interface Viewpoint {
  readonly now: number
  /** When a moment was by the clock of this process. */
  readonly timeOf: (moment: Moment) => number
  readonly rules: ProbeRules
}

/**
 * Decides what follows a record; `undefined` when nothing changes. Pure, and asked of newer records too, even of one
 * that holds its change already.
 */
export type Transition = (record: BreakerRecord, from: Viewpoint) => BreakerRecord | undefined

/** What a probe said of the service: nothing, if the service was not asked or the answer no longer wanted. */
export type ProbeOutcome = 'well' | 'ill' | 'nothing'

export function stateOf({ opening }: BreakerRecord, { now, timeOf, rules }: Viewpoint): BreakerState {
  if (opening === null) return 'closed'
  return now < timeOf(opening) + rules.resetTimeoutMs ? 'open' : 'half-open'
}

/**
 * Milliseconds after which a call that is refused now may pass: an open breaker's time, or in a half-open one the end
 * of the first lease, but never longer than the reset timeout, since a probe may end any time. 0 if it may pass now.
 */
export function retryAfterMs(record: BreakerRecord, from: Viewpoint): number {
  const { now, timeOf, rules } = from
  const state = stateOf(record, from)
  if (state === 'open' && record.opening) return timeOf(record.opening) + rules.resetTimeoutMs - now
  if (state === 'closed' || hasPlace(record, from)) return 0
  const leases = record.probes.map((probe) => timeOf(probe) + rules.probeTimeoutMs - now)
  return Math.min(rules.resetTimeoutMs, ...leases.filter((left) => left > 0))
}

/** It opens if it is closed: too many calls failed. */
export const opens =
  (opening: Moment): Transition =>
  ({ opening: already }) =>
    already ? undefined : { ...CLOSED, opening }

/** It opens, or its time begins anew. */
export const opensAnew =
  (opening: Moment): Transition =>
  ({ opening: already }) =>
    already?.id === opening.id ? undefined : { ...CLOSED, opening }

/** It closes. */
export const closes: Transition = ({ opening }) => (opening ? CLOSED : undefined)

/** A probe takes a place in a half-open breaker if there is one. */
export const admits =
  (probe: Moment): Transition =>
  (record, from) => {
    if (stateOf(record, from) !== 'half-open' || !hasPlace(record, from)) return undefined
    // A write whose answer was lost may have been made.
    if (isUnderWay(record, probe)) return undefined
    return { ...record, probes: [...underWay(record, from), probe] }
  }

/** A probe ends; one that lost its place decides nothing. @param end when, and the opening that follows a failure */
export const ends =
  (probe: Moment, outcome: ProbeOutcome, end: Moment): Transition =>
  (record, { rules }) => {
    if (!isUnderWay(record, probe)) return undefined
    if (outcome === 'ill') return { ...CLOSED, opening: end }
    const probes = record.probes.filter(({ id }) => id !== probe.id)
    if (outcome === 'nothing') return { ...record, probes }
    const succeeded = record.succeeded + 1
    return succeeded >= rules.probes ? CLOSED : { ...record, succeeded, probes }
  }

/** Has this probe a place? */
export const isUnderWay = ({ probes }: BreakerRecord, probe: Moment): boolean =>
  probes.some(({ id }) => id === probe.id)

/** Each success takes up a place for good. One is always left, though the rules of processes may differ. */
function hasPlace(record: BreakerRecord, from: Viewpoint): boolean {
  return underWay(record, from).length < Math.max(from.rules.probes - record.succeeded, 1)
}

const underWay = ({ probes }: BreakerRecord, { now, timeOf, rules }: Viewpoint): readonly Moment[] =>
  probes.filter((probe) => now < timeOf(probe) + rules.probeTimeoutMs)
