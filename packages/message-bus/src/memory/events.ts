import { decodeEnvelope, encodeEnvelope, type Head } from '../contract/envelope.ts'
import type { EventGap, EventHandler, SubscribeOptions } from '../contract/events.ts'
import type { Published, Subscription } from '../contract/subscription.ts'
import { compileTopicPattern } from '../contract/topic.ts'
import type { DedupWindow } from './dedup-window.ts'
import { EventLog } from './event-log.ts'
import type { HandlerErrors } from './handler-errors.ts'
import { Membership } from './membership.ts'
import type { MemorySettings } from './options.ts'

interface Reader {
  readonly membership: Membership
  readonly test: (topic: string) => boolean
  readonly handler: EventHandler
  /** Next position to read. */
  position: number
  /** Id of the last event that was passed, and what was missed since. */
  after: string | null
  gap: EventGap | undefined
  running: boolean
}

/** Events in memory: one log, and for each subscription a place in it. */
export class MemoryEvents {
  readonly log: EventLog
  readonly #settings: MemorySettings
  readonly #dedup: DedupWindow
  readonly #errors: HandlerErrors
  readonly #readers = new Set<Reader>()

  constructor(settings: MemorySettings, dedup: DedupWindow, errors: HandlerErrors) {
    this.#settings = settings
    this.#dedup = dedup
    this.#errors = errors
    const { maxEvents, maxEventAgeMs, maxEventChars } = settings
    this.log = new EventLog({ maxCount: maxEvents, maxAgeMs: maxEventAgeMs, maxChars: maxEventChars })
  }

  get subscriptions(): number {
    return this.#readers.size
  }

  /** Adds an event and wakes the readers. `given`: the id is the caller's, so it is checked for duplicates. */
  append(head: Head, payload: string, given: boolean): Published {
    const { id, topic, timestamp } = head
    const key = `event\n${id}`
    if (given && this.#dedup.isDuplicate(key, timestamp)) return { id, duplicate: true }
    this.log.append({ id, topic, at: timestamp, text: encodeEnvelope(head, payload) })
    if (given) this.#dedup.remember(key, timestamp)
    for (const reader of this.#readers) this.#wake(reader)
    return { id, duplicate: false }
  }

  subscribe(
    pattern: string,
    handler: EventHandler,
    { from = 'now', signal }: SubscribeOptions,
  ): Subscription {
    const test = compileTopicPattern(pattern)
    const membership = new Membership(this.#settings.ports.newId(), pattern, signal, () =>
      this.#readers.delete(reader),
    )
    const reader: Reader = { membership, test, handler, running: false, ...this.#begin(from) }
    if (signal?.aborted) void membership.close()
    else this.#readers.add(reader)
    this.#wake(reader)
    return membership
  }

  async close(): Promise<void> {
    for (const reader of this.#readers) await reader.membership.close()
  }

  #begin(from: NonNullable<SubscribeOptions['from']>): Pick<Reader, 'position' | 'after' | 'gap'> {
    this.log.prune(this.#settings.ports.now())
    const start = { position: this.log.first, after: null, gap: undefined }
    if (from === 'now')
      return { ...start, position: this.log.next, after: this.log.at(this.log.next - 1)?.id ?? null }
    if (from === 'start') return start
    if (typeof from !== 'string') return { ...start, position: this.log.positionAt(from.getTime()) }
    const known = this.log.positionOf(from)
    if (known === undefined) return { ...start, after: from, gap: { after: from, missed: null } }
    return { position: known + 1, after: from, gap: undefined }
  }

  /** Handlers run after the publisher has gone on, never inside its call. */
  #wake(reader: Reader): void {
    if (reader.running || reader.membership.closed || reader.position >= this.log.next) return
    reader.running = true
    queueMicrotask(() => void this.#read(reader))
  }

  async #read(reader: Reader): Promise<void> {
    while (!reader.membership.closed && reader.position < this.log.next) {
      this.#skipWhatIsGone(reader)
      const entry = this.log.at(reader.position)
      if (!entry) break
      reader.position++
      reader.after = entry.id
      const running = reader.test(entry.topic) ? this.#deliver(reader, entry.text) : undefined
      // Awaited only when there is something to wait for: turns of the queue given away for nothing would let a
      // busy publisher run ahead of its readers.
      if (running) await running
    }
    reader.running = false
  }

  #skipWhatIsGone(reader: Reader): void {
    this.log.prune(this.#settings.ports.now())
    const gone = this.log.first - reader.position
    if (gone <= 0) return
    reader.gap = { after: reader.gap ? reader.gap.after : reader.after, missed: sum(reader.gap, gone) }
    reader.position = this.log.first
  }

  /** Calls the handler. A promise, if any, never rejects. */
  #deliver(reader: Reader, text: string): PromiseLike<unknown> | undefined {
    const envelope = decodeEnvelope(text)
    const { gap } = reader
    reader.gap = undefined
    const failed = (error: unknown): void => this.#errors.report(error, envelope)
    try {
      const returned = reader.handler(envelope, { envelope, gap, signal: reader.membership.signal })
      return isThenable(returned) ? returned.then(undefined, failed) : undefined
    } catch (error) {
      failed(error)
      return undefined
    }
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'

/** Two gaps in a row are one; if the first had no number, neither has the sum. */
const sum = (gap: EventGap | undefined, more: number): number | null =>
  gap === undefined ? more : gap.missed === null ? null : gap.missed + more
