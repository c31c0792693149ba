import type { Head } from '../contract/envelope.ts'
import { type ErrorSummary, LeaseLostError } from '../contract/errors.ts'
import type { DeadLetter, QueueStatus } from '../contract/work.ts'
import { DeadLetters } from './dead-letters.ts'
import { Heap } from './heap.ts'

interface Item {
  readonly payload: string
  /** Order of acceptance on this queue. */
  readonly seq: number
  readonly session: Session
  head: Head
  /** Epoch milliseconds before which it is not delivered. */
  availableAt: number
}

/** Messages in order, of which only the first can be delivered. */
interface Session {
  readonly key: string
  readonly items: Item[]
  lease: Lease | undefined
}

/** The right to work on one message until a time. It is the fence: only the session's current lease counts. */
export interface Lease {
  readonly head: Head
  readonly payload: string
  readonly session: Session
  expiresAt: number
  /** Called with LeaseLostError when the time is over. */
  readonly lost: (error: LeaseLostError) => void
}

/** One work queue as data: no clock, no timers, no handlers. Callers pass the time. */
export class Queue {
  readonly name: string
  readonly dead: DeadLetters
  readonly #sessions = new Map<string, Session>()
  readonly #leases = new Set<Lease>()
  /** Sessions by their first message. An entry is stale when its item is no longer first, or is leased. */
  readonly #ready = new Heap<Item>((a, b) =>
    a.head.priority === b.head.priority ? a.seq < b.seq : a.head.priority > b.head.priority,
  )
  readonly #delayed = new Heap<Item>((a, b) =>
    a.availableAt === b.availableAt ? a.seq < b.seq : a.availableAt < b.availableAt,
  )
  #seq = 0
  #depth = 0
  #chars = 0

  constructor(name: string, maxDeadLetters: number) {
    this.name = name
    this.dead = new DeadLetters(maxDeadLetters)
  }

  /** Messages held, leased ones included, and the characters of their payloads. */
  get depth(): number {
    return this.#depth
  }
  get chars(): number {
    return this.#chars
  }

  /** Adds a message to the tail of its session. */
  accept(head: Head, payload: string, availableAt: number, now: number): void {
    const seq = this.#seq++
    // The two kinds of key must not meet: a session that is called "5", and message number 5.
    const key = head.sessionId === null ? `m${seq}` : `s${head.sessionId}`
    const session = this.#sessions.get(key) ?? { key, items: [], lease: undefined }
    this.#sessions.set(key, session)
    session.items.push({ head, payload, seq, session, availableAt })
    this.#depth++
    this.#chars += payload.length
    if (session.items.length === 1) this.#schedule(session, now)
  }

  /** Leases the best message that can be delivered now. What is past its time becomes a dead letter. */
  take(now: number, leaseMs: number, lost: Lease['lost']): Lease | undefined {
    this.#promote(now)
    for (let item = this.#ready.pop(); item; item = this.#ready.pop()) {
      const { session, head, payload } = item
      if (session.lease || session.items[0] !== item) continue
      if (head.ttlMs !== null && head.timestamp + head.ttlMs <= now) {
        this.#bury(session, 'expired', null, now)
        continue
      }
      const lease: Lease = { head, payload, session, lost, expiresAt: now + leaseMs }
      session.lease = lease
      this.#leases.add(lease)
      return lease
    }
    return undefined
  }

  /** Does the lease still hold? */
  holds(lease: Lease): boolean {
    return lease.session.lease === lease
  }

  /** The work is done. `false`: the lease was lost, nothing changed. The same for what follows. */
  acknowledge(lease: Lease, now: number): boolean {
    if (!this.#release(lease)) return false
    this.#removeFirst(lease.session)
    this.#schedule(lease.session, now)
    return true
  }

  /** Delivers it again at the given time, as the next attempt. Its session waits with it. */
  retry(lease: Lease, availableAt: number, now: number): boolean {
    if (!this.#release(lease)) return false
    const [item] = lease.session.items
    if (item) {
      item.head = { ...item.head, attempt: item.head.attempt + 1 }
      item.availableAt = availableAt
    }
    this.#schedule(lease.session, now)
    return true
  }

  /** Delivers it no more. */
  bury(lease: Lease, reason: DeadLetter['reason'], error: ErrorSummary, now: number): boolean {
    if (!this.#release(lease)) return false
    this.#bury(lease.session, reason, error, now)
    return true
  }

  /** Makes what was delayed ready, and takes leases back whose time is over: each counts as an attempt, and its
   * holder is told. */
  advance(now: number): void {
    this.#promote(now)
    for (const lease of [...this.#leases]) {
      if (lease.expiresAt > now) continue
      const error = new LeaseLostError(lease.head.id)
      if (lease.head.attempt >= lease.head.maxAttempts)
        this.bury(lease, 'lost', { message: error.message }, now)
      else this.retry(lease, now, now)
      lease.lost(error)
    }
  }

  /** When something may change by itself: a delay ends, or a lease. Nothing to wait for: undefined. */
  wakeAt(): number | undefined {
    const times = [...this.#leases].map(({ expiresAt }) => expiresAt)
    const next = this.#delayed.first
    if (next) times.push(next.availableAt)
    return times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b))
  }

  /** Puts dead letters back with all their attempts. */
  revive(letters: ReturnType<DeadLetters['list']>, now: number): void {
    this.dead.remove(letters)
    for (const { head, payload } of letters)
      this.accept({ ...head, attempt: 1, timestamp: now }, payload, now, now)
  }

  status(now: number): Omit<QueueStatus, 'consumers'> {
    this.#promote(now)
    let delayed = 0
    for (const { items, lease } of this.#sessions.values()) {
      if (!lease && items[0] && items[0].availableAt > now) delayed += items.length
    }
    const leased = this.#leases.size
    const { size: dead, dropped: deadDropped } = this.dead
    return { ready: this.#depth - leased - delayed, delayed, leased, dead, deadDropped }
  }

  #promote(now: number): void {
    for (let first = this.#delayed.first; first && first.availableAt <= now; first = this.#delayed.first) {
      this.#delayed.pop()
      this.#ready.push(first)
    }
  }

  #schedule(session: Session, now: number): void {
    const [first] = session.items
    if (!first) this.#sessions.delete(session.key)
    else if (first.availableAt > now) this.#delayed.push(first)
    else this.#ready.push(first)
  }

  #release(lease: Lease): boolean {
    if (!this.holds(lease)) return false
    lease.session.lease = undefined
    this.#leases.delete(lease)
    return true
  }

  #bury(session: Session, reason: DeadLetter['reason'], error: ErrorSummary | null, now: number): void {
    const item = this.#removeFirst(session)
    if (item) this.dead.add({ head: item.head, payload: item.payload, reason, error, diedAt: now })
    this.#schedule(session, now)
  }

  #removeFirst(session: Session): Item | undefined {
    const item = session.items.shift()
    if (!item) return undefined
    this.#depth--
    this.#chars -= item.payload.length
    return item
  }
}
