import type { BusEvent } from './event.ts'

/** Type of the marker that a stream yields where events are missing. Nobody else may emit it. */
export const GAP = 'bus.gap'

/** Which events a stream did not deliver, and why. */
export interface Gap {
  /**
   * - `expired`: the replay ring no longer held them
   * - `overflow`: the reader was too slow for its buffer
   * - `restarted`: the bus is another one than the reader knew; numbers begin anew and `from` is 0 (bridges only)
   * - `not-json`: they could not be sent (bridges only)
   */
  readonly reason: 'expired' | 'overflow' | 'restarted' | 'not-json'
  /** First and last `seq` of the range that may be missing, both included. */
  readonly from: number
  readonly to: number
  /** How many events of this stream were dropped; `null` when nobody can know (`expired`). */
  readonly dropped: number | null
}

/**
 * A gap in a stream, shaped like an event so that one `switch (event.type)` handles it. Its `seq` is the last
 * missing number, so `from: event.seq + 1` goes on behind it, like behind any event.
 */
export type GapEvent = BusEvent<typeof GAP, Gap>

/** Makes the marker. `origin` is the bus's id, `timestamp` the moment when the gap was noticed. */
export const gapEvent = (origin: string, gap: Gap, timestamp: number): GapEvent => ({
  id: `${origin}:gap:${gap.from}-${gap.to}`,
  seq: gap.to,
  type: GAP,
  payload: gap,
  timestamp,
  meta: {},
})

/** Is it the marker of a gap? */
export const isGap = (event: BusEvent): event is GapEvent => event.type === GAP

/** The overflow gap with one more item in it; a marker that is dropped itself widens the range by its own. */
export const widen = (gap: Gap | undefined, item: BusEvent): Gap => ({
  reason: 'overflow',
  from: Math.min(gap?.from ?? item.seq, isGap(item) ? item.payload.from : item.seq),
  to: Math.max(gap?.to ?? 0, item.seq),
  dropped: (gap?.dropped ?? 0) + (isGap(item) ? (item.payload.dropped ?? 0) : 1),
})
