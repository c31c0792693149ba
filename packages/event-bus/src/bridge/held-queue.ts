import type { Gap } from '../gap.ts'

/** What an item takes beside its bytes, in objects; all that a marker takes. Small events are mostly this. */
const ITEM_BYTES = 256

/** What leaves the queue next: bytes as they are, or a marker that has to be encoded. */
export type Departure = { readonly bytes: Uint8Array } | { readonly job: string; readonly gap: Gap }

/** An event on its way to one client. */
export interface Outgoing {
  readonly job: string
  readonly seq: number
  /** A later event of the same job and key makes this one superfluous. */
  readonly key: string | undefined
  readonly bytes: Uint8Array
}

interface Held {
  readonly job: string | undefined
  readonly key: string | undefined
  /** Nothing once a later event has taken over: then it is a marker. */
  bytes: Uint8Array | undefined
  from: number
  to: number
  dropped: number
  /** Neighbours of the same job. */
  before: Held | undefined
  behind: Held | undefined
}

/**
 * What waits for one client, in order. Of events with the same progress key the last one stays; a marker takes the
 * place of the others, and markers of a job that stand side by side become one, so that the queue stays bounded by
 * what cannot be left out.
 */
export class HeldQueue {
  /** A set keeps the order and lets an item go from its middle. */
  readonly #items = new Set<Held>()
  readonly #lastOf = new Map<string, Held>()
  readonly #byKey = new Map<string, Held>()
  #bytes = 0
  #leftOut = 0

  get size(): number {
    return this.#items.size
  }

  /** Memory that is held, by estimate: the bytes, and what it takes to keep them in order. */
  get bytes(): number {
    return this.#bytes
  }

  /** Events that a later one replaced. */
  get leftOut(): number {
    return this.#leftOut
  }

  /** Adds what belongs to no job. */
  addBytes(bytes: Uint8Array): void {
    this.#append(heldOf({ job: undefined, key: undefined, seq: 0, bytes }))
  }

  /** Adds an event behind all others; the one that was held under its key becomes a marker. */
  addEvent({ job, seq, key: name, bytes }: Outgoing): void {
    const key = name === undefined ? undefined : JSON.stringify([job, name])
    const held = heldOf({ job, key, seq, bytes })
    const before = this.#lastOf.get(job)
    if (before) before.behind = held
    held.before = before
    this.#lastOf.set(job, held)
    this.#append(held)
    if (key === undefined) return
    const older = this.#byKey.get(key)
    this.#byKey.set(key, held)
    if (older) this.#makeMarker(older)
  }

  /** Takes what leaves next; nothing when nothing is held. */
  take(): Departure | undefined {
    for (const held of this.#items) {
      const { job, bytes, from, to, dropped } = held
      this.#remove(held)
      if (bytes) return { bytes }
      if (job !== undefined) return { job, gap: { reason: 'overflow', from, to, dropped } }
    }
    return undefined
  }

  clear(): void {
    this.#items.clear()
    this.#lastOf.clear()
    this.#byKey.clear()
    this.#bytes = 0
  }

  #append(held: Held): void {
    this.#items.add(held)
    this.#bytes += costOf(held)
  }

  #makeMarker(older: Held): void {
    this.#bytes -= costOf(older)
    older.bytes = undefined
    this.#bytes += costOf(older)
    this.#leftOut++
    const marker = older.before ? this.#joined(older.before, older) : older
    if (marker.behind) this.#joined(marker, marker.behind)
  }

  /** Makes one of two markers side by side. @returns the one that stands where the second stood */
  #joined(first: Held, second: Held): Held {
    if (first.bytes || second.bytes) return second
    first.to = second.to
    first.dropped += second.dropped
    this.#remove(second)
    return first
  }

  #remove(held: Held): void {
    const { job, key, before, behind } = held
    this.#items.delete(held)
    this.#bytes -= costOf(held)
    if (before) before.behind = behind
    if (behind) behind.before = before
    if (key !== undefined && this.#byKey.get(key) === held) this.#byKey.delete(key)
    if (job === undefined || this.#lastOf.get(job) !== held) return
    if (before) this.#lastOf.set(job, before)
    else this.#lastOf.delete(job)
  }
}

const costOf = ({ bytes }: Held): number => ITEM_BYTES + (bytes?.byteLength ?? 0)

const heldOf = ({
  job,
  key,
  seq,
  bytes,
}: Pick<Held, 'job' | 'key'> & { seq: number; bytes: Uint8Array }): Held => ({
  job,
  key,
  bytes,
  from: seq,
  to: seq,
  dropped: 1,
  before: undefined,
  behind: undefined,
})
