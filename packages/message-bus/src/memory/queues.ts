import type {
  AcceptingWork,
  KeptLetter,
  Lease,
  QueueCounts,
  QueueWake,
  Settlement,
  Turn,
  Turned,
  Verdict,
} from '../broker/broker.ts'
import type { BusSettings } from '../bus/options.ts'
import type { Envelope } from '../contract/envelope.ts'
import type { DedupWindow } from './dedup-window.ts'
import { Queue, type Taken } from './queue.ts'

const NONE: readonly Verdict[] = []

type Watcher = (wake: QueueWake | undefined) => void

interface Kept {
  readonly queue: Queue
  readonly watchers: Set<Watcher>
  consumers: number
  wakes: number
  /** A claim found less than it wanted since the last wake-up. */
  hungry: boolean
  /** How much there was when a send was refused for want of room, until the wake-up. */
  crowded: { readonly depth: number; readonly chars: number } | undefined
}

/** Work queues in memory, made when first used and forgotten when nothing is left of them. */
export class MemoryQueues {
  readonly #settings: BusSettings
  readonly #dedup: DedupWindow
  readonly #kept = new Map<string, Kept>()

  constructor(settings: BusSettings, dedup: DedupWindow) {
    this.#settings = settings
    this.#dedup = dedup
  }

  /** Queues with anything in them, and the messages and consumers of all. */
  get sums(): { readonly queues: number; readonly queued: number; readonly consumers: number } {
    const all = [...this.#kept.values()]
    const sum = (of: (kept: Kept) => number): number => all.reduce((total, kept) => total + of(kept), 0)
    return {
      queues: all.length,
      queued: sum(({ queue }) => queue.depth),
      consumers: sum((one) => one.consumers),
    }
  }

  send(name: string, work: readonly AcceptingWork[]): Verdict[] {
    const kept = this.#open(name)
    const now = this.#settings.ports.now()
    const verdicts = this.#accept(kept, work, now)
    if (kept.hungry) this.#wake(kept, now)
    this.#forgetIfEmpty(kept)
    return verdicts
  }

  #accept(kept: Kept, work: readonly AcceptingWork[], now: number): Verdict[] {
    const { name } = kept.queue
    if (!this.#hasRoom(kept.queue, work.length, 0)) kept.queue.buryExpired(now)
    let full = false
    const verdicts = work.map((one): Verdict => {
      const key = one.given ? `work\n${name}\n${one.head.id}` : ''
      if (one.given && this.#dedup.isDuplicate(key, now)) return 'duplicate'
      // Those behind one that found no room must not overtake it.
      full ||= !this.#hasRoom(kept.queue, 1, one.payload.length)
      if (full) return 'full'
      if (one.given) this.#dedup.remember(key, now)
      kept.queue.accept(
        one.head.timestamp === now ? one.head : { ...one.head, timestamp: now },
        one.payload,
        now + one.delayMs,
        now,
      )
      return 'accepted'
    })
    if (full) kept.crowded = { depth: kept.queue.depth, chars: kept.queue.chars }
    return verdicts
  }

  turn(name: string, { send, settle, claim }: Turn): Turned {
    const kept = this.#open(name)
    const { queue } = kept
    const now = this.#settings.ports.now()
    const verdicts = send.length === 0 ? NONE : this.#accept(kept, send, now)
    const before = settle.length > 0 && kept.hungry ? queue.wakeAt() : undefined
    const settled = settle.map((one) => settleOne(queue, one, now))
    queue.advance(now)
    // Who waits knows of a later time alone: what failed comes again before its lease would have ended.
    const isSooner = before !== undefined && (queue.wakeAt() ?? before) < before
    const held: { lease: Taken; messages: { envelope: Envelope }[] }[] = []
    if (!claim) queue.buryExpired(now)
    while (claim && held.length < claim.count) {
      const lease = queue.take(now, claim.leaseMs, claim.batchSize)
      if (!lease) {
        kept.hungry = true
        break
      }
      held.push({ lease, messages: lease.items.map(opened) })
    }
    if ((kept.hungry && (isSooner || queue.takeable > 0)) || this.#hasRoomAgain(kept)) this.#wake(kept, now)
    const next = queue.wakeAt()
    this.#forgetIfEmpty(kept)
    return {
      verdicts,
      settled,
      held,
      nextInMs: next === undefined ? undefined : Math.max(next - now, 0),
      wakes: kept.wakes,
      now,
    }
  }

  extend(name: string, leases: readonly (Lease & { readonly ms: number })[]): boolean[] {
    const queue = this.#kept.get(name)?.queue
    const now = this.#settings.ports.now()
    return leases.map((lease) => queue?.extend(lease, lease.ms, now) ?? false)
  }

  counts(name: string): QueueCounts {
    const kept = this.#kept.get(name)
    const none = { ready: 0, delayed: 0, leased: 0, dead: 0, deadDropped: 0, oldestMs: null }
    return { ...(kept?.queue.counts(this.#settings.ports.now()) ?? none), consumers: kept?.consumers ?? 0 }
  }

  deadLetters(name: string): KeptLetter[] {
    return [...(this.#kept.get(name)?.queue.dead.entries() ?? [])].map(
      ([key, { head, payload, ...rest }]) => ({
        key,
        letter: { envelope: opened({ head, payload }).envelope, ...rest },
      }),
    )
  }

  replay(
    name: string,
    letters: readonly { readonly key: string; readonly delayMs: number }[],
  ): number | 'full' {
    const kept = this.#kept.get(name)
    if (!kept) return 0
    const { queue } = kept
    const there = letters.filter(({ key }) => queue.dead.get(key))
    const chars = there.reduce((sum, { key }) => sum + (queue.dead.get(key)?.payload.length ?? 0), 0)
    if (!this.#hasRoom(queue, there.length, chars)) return 'full'
    const now = this.#settings.ports.now()
    queue.revive(there, now)
    if (kept.hungry && there.length > 0) this.#wake(kept, now)
    return there.length
  }

  purge(name: string, keys: readonly string[]): number {
    const kept = this.#kept.get(name)
    if (!kept) return 0
    const removed = keys.filter((key) => kept.queue.dead.remove(key)).length
    this.#forgetIfEmpty(kept)
    return removed
  }

  enroll(name: string, consumers: number): void {
    const kept = this.#open(name)
    kept.consumers = consumers
    this.#forgetIfEmpty(kept)
  }

  watch(name: string, watcher: Watcher): () => void {
    const kept = this.#open(name)
    kept.watchers.add(watcher)
    return () => {
      kept.watchers.delete(watcher)
      this.#forgetIfEmpty(kept)
    }
  }

  /** An empty queue takes any one message. */
  #hasRoom(queue: Queue, messages: number, chars: number): boolean {
    const { maxQueueDepth, maxQueueChars } = this.#settings
    const fits = queue.chars + chars <= maxQueueChars || queue.depth === 0
    return fits && queue.depth + messages <= maxQueueDepth
  }

  #hasRoomAgain({ crowded, queue }: Kept): boolean {
    if (!crowded || !this.#hasRoom(queue, 1, 0)) return false
    // Who found no room among this much would find none now.
    return queue.depth < crowded.depth || queue.chars < crowded.chars
  }

  #wake(kept: Kept, now: number): void {
    const room = this.#hasRoomAgain(kept)
    const next = kept.queue.takeable > 0 ? now : kept.queue.wakeAt()
    if (next === undefined && !room) return
    const wake = { wakes: ++kept.wakes, inMs: Math.max((next ?? now) - now, 0), room }
    if (kept.queue.takeable > 0) kept.hungry = false
    if (room) kept.crowded = undefined
    queueMicrotask(() => {
      for (const watcher of [...kept.watchers]) watcher(wake)
    })
  }

  #open(name: string): Kept {
    const known = this.#kept.get(name)
    if (known) return known
    const queue = new Queue(name, this.#settings.maxDeadLetters)
    const made: Kept = {
      queue,
      watchers: new Set(),
      consumers: 0,
      wakes: 0,
      hungry: false,
      crowded: undefined,
    }
    this.#kept.set(name, made)
    return made
  }

  #forgetIfEmpty({ queue, watchers, consumers }: Kept): void {
    if (consumers > 0 || watchers.size > 0 || queue.depth > 0 || queue.dead.size > 0) return
    this.#kept.delete(queue.name)
  }
}

function settleOne(queue: Queue, { lease, outcome, nth, ends }: Settlement, now: number): boolean {
  if (!queue.isNext(lease, nth)) {
    // Nobody tells of this lease any more.
    if (ends) queue.giveBack(lease)
    return false
  }
  switch (outcome.kind) {
    case 'done':
      return queue.acknowledge(lease, ends, now)
    case 'retry':
      return queue.retry(lease, now + outcome.inMs, now)
    case 'dead':
      return queue.bury(lease, outcome.reason, outcome.error, now)
    case 'returned':
      return queue.giveBack(lease)
  }
}

/** A copy for whoever gets it, with the payload as an object again. */
function opened({ head, payload }: Taken['items'][number]): { envelope: Envelope } {
  const { id, topic, sessionId, type, sender, target, timestamp, attempt, maxAttempts } = head
  const { ttlMs, priority, headers } = head
  return {
    // Field by field: a spread costs ten times as much.
    envelope: {
      id,
      topic,
      sessionId,
      type,
      payload: JSON.parse(payload),
      sender,
      target,
      timestamp,
      attempt,
      maxAttempts,
      ttlMs,
      priority,
      headers: { ...headers },
    },
  }
}
