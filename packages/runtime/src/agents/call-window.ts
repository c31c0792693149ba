/** How far back calls are counted, in milliseconds. */
export const WINDOW_MS = 300_000

const SLOTS = 20
const SLOT_MS = WINDOW_MS / SLOTS

/** Buckets for each doubling of a duration: a percentile is off by less than a tenth. */
const BUCKETS_PER_DOUBLING = 4
const BUCKETS = 105

/** Calls of an agent in a window, as plain data: those of several processes can be added up. */
export interface CallCounts {
  readonly calls: number
  readonly failed: number
  /** How many calls took how long, by the bucket of their duration. */
  readonly times: { readonly [bucket: string]: number }
}

interface Slot {
  /** Which part of time it is about. */
  readonly number: number
  calls: number
  failed: number
  readonly times: Uint32Array
}

/** Counts the calls of one agent over the last five minutes, in slots of 15 seconds. */
export class CallWindow {
  readonly #slots: (Slot | undefined)[] = Array.from({ length: SLOTS })

  note(now: number, ok: boolean, durationMs: number): void {
    const slot = this.#slotAt(now)
    slot.calls += 1
    if (!ok) slot.failed += 1
    const bucket = bucketOf(durationMs)
    slot.times[bucket] = slot.times[bucket]! + 1
  }

  countsAt(now: number): CallCounts {
    const oldest = Math.floor(now / SLOT_MS) - SLOTS
    const recent = this.#slots.filter((slot) => slot !== undefined && slot.number > oldest) as Slot[]
    return sumCounts(recent.map(({ times, ...slot }) => ({ ...slot, times: sparse(times) })))
  }

  #slotAt(now: number): Slot {
    const number = Math.floor(now / SLOT_MS)
    const place = number % SLOTS
    const known = this.#slots[place]
    if (known !== undefined && known.number === number) return known
    const slot: Slot = { number, calls: 0, failed: 0, times: new Uint32Array(BUCKETS) }
    this.#slots[place] = slot
    return slot
  }
}

export function sumCounts(all: readonly CallCounts[]): CallCounts {
  const times: { [bucket: string]: number } = {}
  let [calls, failed] = [0, 0]
  for (const counts of all) {
    calls += counts.calls
    failed += counts.failed
    for (const [bucket, count] of Object.entries(counts.times)) times[bucket] = (times[bucket] ?? 0) + count
  }
  return { calls, failed, times }
}

/** From 0 to 1; `null` without a call. */
export const successRate = ({ calls, failed }: CallCounts): number | null =>
  calls === 0 ? null : (calls - failed) / calls

/** The nearest rank of the durations, in milliseconds, give or take a tenth; `null` without a call. `part` from 0 to 1. */
export function percentile({ times }: CallCounts, part: number): number | null {
  const buckets = Object.entries(times)
    .map(([bucket, count]) => [Number(bucket), count] as const)
    .sort(([a], [b]) => a - b)
  let left = Math.ceil(part * buckets.reduce((sum, [, count]) => sum + count, 0))
  for (const [bucket, count] of buckets) {
    left -= count
    if (left <= 0) return middleOf(bucket)
  }
  return null
}

/** What takes longer than 19 hours is in the last bucket. */
const bucketOf = (ms: number): number =>
  ms <= 1 ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log2(ms) * BUCKETS_PER_DOUBLING))

/** Those that count anything. */
const sparse = (times: Uint32Array): CallCounts['times'] =>
  Object.fromEntries([...times.entries()].filter(([, count]) => count > 0))

const middleOf = (bucket: number): number =>
  bucket === 0 ? 1 : Math.round(2 ** ((bucket - 0.5) / BUCKETS_PER_DOUBLING))
