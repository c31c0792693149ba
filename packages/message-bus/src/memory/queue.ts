import type { Lease } from '../broker/broker.ts'
import type { Head } from '../contract/envelope.ts'
import type { ErrorSummary } from '../contract/errors.ts'
import type { DeadLetter } from '../contract/work.ts'
import { DeadLetters } from './dead-letters.ts'
import { Deque } from './deque.ts'
import { Heap } from './heap.ts'
import { type Leased, Leases } from './leases.ts'

interface Item {
  readonly payload: string
  head: Head
  /** Epoch milliseconds before which it is not delivered. */
  availableAt: number
}

/** Messages in order, of which only the first can be delivered. It is ready, delayed or leased, never two of them. */
export interface Session {
  /** `null`: made for one message that has no session. */
  readonly name: string | null
  readonly items: Item[]
  /** When it got in line: sessions take turns. */
  turn: number
  /** Of the lease that counts; 0 when there is none. */
  token: number
  place: Leased<Session> | undefined
  /** Messages under that lease. */
  leased: number
}

/** What a lease is for. */
export interface Taken extends Lease {
  readonly items: readonly { readonly head: Head; readonly payload: string }[]
  readonly of: Session
}

/** One work queue as data: no clock, no timers, no handlers. Callers pass the time. */
export class Queue {
  readonly name: string
  readonly dead: DeadLetters
  /** Those with a name that have messages. */
  readonly #sessions = new Map<string, Session>()
  readonly #leases = new Leases<Session>()
  /** Sessions whose first message has priority 0, as most have. */
  readonly #ready = new Deque<Session>()
  /** Sessions of any other priority. */
  readonly #ranked = new Heap<Session>((a, b) => {
    const [first, second] = [a.items[0] as Item, b.items[0] as Item]
    return first.head.priority === second.head.priority
      ? a.turn < b.turn
      : first.head.priority > second.head.priority
  })
  readonly #delayed = new Heap<Session>((a, b) => {
    const [first, second] = [(a.items[0] as Item).availableAt, (b.items[0] as Item).availableAt]
    return first === second ? a.turn < b.turn : first < second
  })
  #turn = 0
  /** Goes down: what is given back goes before all others. */
  #returned = 0
  #token = 0
  #depth = 0
  #leased = 0
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
  /** Sessions that could be taken now. */
  get takeable(): number {
    return this.#ready.size + this.#ranked.size
  }

  /** Adds a message to the tail of its session. */
  accept(head: Head, payload: string, availableAt: number, now: number): void {
    const session = this.#sessionOf(head.sessionId)
    session.items.push({ head, payload, availableAt })
    this.#depth++
    this.#chars += payload.length
    if (session.items.length === 1) this.#schedule(session, now)
  }

  /** Leases the best session that can be delivered now. What is past its time becomes a dead letter. */
  take(now: number, leaseMs: number, batchSize = 1): Taken | undefined {
    for (let session = this.#pop(); session; session = this.#pop()) {
      const items = deliverable(session.items, batchSize, now)
      if (items.length === 0) {
        this.#buryHead(session, now)
        continue
      }
      session.token = ++this.#token
      session.leased = items.length
      this.#leased += items.length
      session.place = this.#leases.add(session, leaseMs, now)
      return { token: session.token, session: session.name, items, of: session }
    }
    return undefined
  }

  /** Does the lease still hold, and is the nth of its messages the first that is left? */
  isNext(lease: Lease, nth: number): boolean {
    const session = held(lease)
    return session !== undefined && session.items[0] === (lease as Taken).items[nth]
  }

  /** Makes the lease last at least this much longer from now. `false`: it was lost, nothing changed. The same for what follows. */
  extend(lease: Lease, ms: number, now: number): boolean {
    const session = held(lease)
    if (!session) return false
    const place = session.place as Leased<Session>
    if (now + ms <= place.endsAt) return true
    this.#leases.delete(place)
    session.place = this.#leases.add(session, ms, now)
    return true
  }

  /** The first message is done; `ends`: so is the lease. */
  acknowledge(lease: Lease, ends: boolean, now: number): boolean {
    const session = held(lease)
    if (!session) return false
    this.#removeFirst(session)
    session.leased--
    this.#leased--
    if (ends || session.leased === 0) this.#release(session, now)
    return true
  }

  /** Delivers the first message again at the given time, as the next attempt. Its session waits with it. */
  retry(lease: Lease, availableAt: number, now: number): boolean {
    const session = held(lease)
    if (!session) return false
    const [item] = session.items
    if (item) {
      item.head = { ...item.head, attempt: item.head.attempt + 1 }
      item.availableAt = availableAt
    }
    this.#release(session, now)
    return true
  }

  /** Delivers the first message no more. */
  bury(lease: Lease, reason: DeadLetter['reason'], error: ErrorSummary | null, now: number): boolean {
    const session = held(lease)
    if (!session) return false
    this.#buryFirst(session, reason, error, now)
    this.#release(session, now)
    return true
  }

  /** Takes everything back as if it had never been leased. */
  giveBack(lease: Lease): boolean {
    const session = held(lease)
    if (!session) return false
    this.#end(session)
    session.turn = --this.#returned
    if (session.items.length === 0) return true
    if (priorityOf(session) === 0) this.#ready.unshift(session)
    else this.#ranked.push(session)
    return true
  }

  /** Makes what was delayed ready, and takes leases back whose time is over: each counts as an attempt. */
  advance(now: number): void {
    for (let first = this.#delayed.first; first; first = this.#delayed.first) {
      if ((first.items[0] as Item).availableAt > now) break
      this.#delayed.pop()
      first.turn = this.#turn++
      this.#getReady(first)
    }
    for (const session of this.#leases.over(now)) this.#lost(session, now)
  }

  /** When something may change by itself: a delay ends, or a lease. Nothing to wait for: undefined. */
  wakeAt(): number | undefined {
    const lease = this.#leases.nextEnd()
    const delay = this.#delayed.first?.items[0]?.availableAt
    return lease === undefined ? delay : delay === undefined ? lease : Math.min(lease, delay)
  }

  /** Buries what has expired at the head of the lines, which nobody claims. */
  buryExpired(now: number): void {
    for (let first = this.#ready.first; first && isExpired(first, now); first = this.#ready.first)
      this.#buryHead(this.#ready.shift() as Session, now)
    for (let first = this.#ranked.first; first && isExpired(first, now); first = this.#ranked.first)
      this.#buryHead(this.#ranked.pop() as Session, now)
  }

  /** Puts dead letters back with all their attempts. */
  revive(letters: readonly { readonly key: string; readonly delayMs: number }[], now: number): void {
    for (const { key, delayMs } of letters) {
      const letter = this.dead.remove(key)
      if (letter)
        this.accept({ ...letter.head, attempt: 1, timestamp: now }, letter.payload, now + delayMs, now)
    }
  }

  counts(now: number) {
    const delayed = this.#delayed.size
    const fronts = [this.#ready.first, this.#ranked.first, this.#delayed.first]
    const times = fronts.flatMap((session) => (session ? [(session.items[0] as Item).head.timestamp] : []))
    return {
      ready: this.#depth - this.#leased - delayed,
      delayed,
      leased: this.#leased,
      dead: this.dead.size,
      deadDropped: this.dead.dropped,
      oldestMs: times.length === 0 ? null : Math.max(now - Math.min(...times), 0),
    }
  }

  #buryHead(session: Session, now: number): void {
    this.#buryFirst(session, 'expired', null, now)
    this.#schedule(session, now)
  }

  #sessionOf(name: string | null): Session {
    const known = name === null ? undefined : this.#sessions.get(name)
    if (known) return known
    const made: Session = { name, items: [], turn: this.#turn++, token: 0, place: undefined, leased: 0 }
    if (name !== null) this.#sessions.set(name, made)
    return made
  }

  /** Puts a session that is neither leased nor in line into its line. */
  #schedule(session: Session, now: number): void {
    const [first] = session.items
    if (!first) {
      if (session.name !== null) this.#sessions.delete(session.name)
      return
    }
    session.turn = this.#turn++
    if (first.availableAt > now) this.#delayed.push(session)
    else this.#getReady(session)
  }

  #getReady(session: Session): void {
    if (priorityOf(session) === 0) this.#ready.push(session)
    else this.#ranked.push(session)
  }

  #pop(): Session | undefined {
    const ranked = this.#ranked.first
    if (ranked && priorityOf(ranked) > 0) return this.#ranked.pop()
    return this.#ready.shift() ?? this.#ranked.pop()
  }

  #end(session: Session): void {
    this.#leases.delete(session.place as Leased<Session>)
    session.place = undefined
    this.#leased -= session.leased
    session.token = 0
    session.leased = 0
  }

  #release(session: Session, now: number): void {
    this.#end(session)
    this.#schedule(session, now)
  }

  #lost(session: Session, now: number): void {
    const lease = { token: session.token, session: session.name, of: session }
    const { head } = session.items[0] as Item
    if (head.attempt < head.maxAttempts) this.retry(lease, now, now)
    else this.bury(lease, 'lost', { message: 'The lease ran out on the last attempt.' }, now)
  }

  #buryFirst(session: Session, reason: DeadLetter['reason'], error: ErrorSummary | null, now: number): void {
    const item = this.#removeFirst(session)
    if (item) this.dead.add({ head: item.head, payload: item.payload, reason, error, diedAt: now })
  }

  #removeFirst(session: Session): Item | undefined {
    const item = session.items.shift()
    if (!item) return undefined
    this.#depth--
    this.#chars -= item.payload.length
    return item
  }
}

/** The session, if the lease still counts. */
function held(lease: Lease): Session | undefined {
  const { of } = lease as Taken
  return of.token === lease.token ? of : undefined
}

const isExpired = ({ items }: Session, now: number): boolean => {
  const { ttlMs, timestamp } = (items[0] as Item).head
  return ttlMs !== null && timestamp + ttlMs <= now
}

const priorityOf = ({ items }: Session): number => (items[0] as Item).head.priority

/** The first messages, as many as may be taken together: none of them too old, none but the first delayed. */
function deliverable(items: readonly Item[], batchSize: number, now: number): readonly Item[] {
  const usable = (item: Item | undefined): item is Item =>
    item !== undefined &&
    item.availableAt <= now &&
    (item.head.ttlMs === null || item.head.timestamp + item.head.ttlMs > now)
  if (items.length === 1 && usable(items[0])) return [items[0]]
  let count = 0
  while (count < batchSize && usable(items[count])) count++
  return items.slice(0, count)
}
