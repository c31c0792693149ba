import type { AcceptingEvent, Beginning, Listener, LoggedEvent, Place, Verdict } from '../broker/broker.ts'
import type { BusSettings } from '../bus/options.ts'
import type { DedupWindow } from './dedup-window.ts'
import { EventLog, type LogEntry } from './event-log.ts'
import { RetainedTexts } from './retained.ts'

/** Events handed over in one reading. */
const PAGE = 100

/** The log of events in memory, the places kept by name, and the results beside it. */
export class MemoryLog {
  readonly #settings: BusSettings
  readonly #dedup: DedupWindow
  readonly #log: EventLog
  readonly #results: RetainedTexts
  readonly #places = new Map<string, { readonly holder: string; readonly place: Place | undefined }>()
  readonly #listeners = new Set<Listener>()

  constructor(settings: BusSettings, dedup: DedupWindow) {
    this.#settings = settings
    this.#dedup = dedup
    const { maxEvents, maxEventAgeMs, maxEventChars, maxResults, maxResultAgeMs, maxResultChars } = settings
    this.#log = new EventLog({ maxCount: maxEvents, maxAgeMs: maxEventAgeMs, maxChars: maxEventChars })
    this.#results = new RetainedTexts({
      maxCount: maxResults,
      maxAgeMs: maxResultAgeMs,
      maxChars: maxResultChars,
    })
  }

  get sums(): { readonly events: number; readonly results: number; readonly resultsDropped: number } {
    return { events: this.#log.size, results: this.#results.size, resultsDropped: this.#results.dropped }
  }

  append(events: readonly AcceptingEvent[]): Verdict[] {
    const now = this.#settings.ports.now()
    const verdicts = events.map((event) => this.#appendOne(event, now))
    if (verdicts.includes('accepted')) {
      queueMicrotask(() => {
        for (const listener of [...this.#listeners]) listener('')
      })
    }
    return verdicts
  }

  seek(beginning: Beginning): Place | undefined {
    this.#log.prune(this.#settings.ports.now())
    if (beginning.kind === 'behind') {
      const known = this.#log.positionOf(beginning.id)
      return known === undefined ? undefined : this.#behind(known)
    }
    if (beginning.kind === 'now') return this.#behind(this.#log.next - 1)
    if (beginning.kind === 'since') return this.#behind(this.#log.positionAt(beginning.time) - 1)
    return { ...this.#behind(this.#log.first - 1), id: null }
  }

  read({ number }: Place): LoggedEvent[] {
    this.#log.prune(this.#settings.ports.now())
    const from = Math.max(number + 1, this.#log.first)
    const to = Math.min(this.#log.next, from + PAGE)
    return Array.from({ length: to - from }, (_, index) => logged(this.#log.at(from + index) as LogEntry))
  }

  takePlace(name: string, holder: string): Place | undefined {
    const place = this.#places.get(name)?.place
    this.#places.set(name, { holder, place })
    return place
  }

  keepPlace(name: string, holder: string, place: Place): boolean {
    if (this.#places.get(name)?.holder !== holder) return false
    this.#places.set(name, { holder, place })
    return true
  }

  results(taskIds: readonly string[]): (string | undefined)[] {
    const now = this.#settings.ports.now()
    return taskIds.map((taskId) => this.#results.get(taskId, now))
  }

  watch(grown: Listener): () => void {
    this.#listeners.add(grown)
    return () => this.#listeners.delete(grown)
  }

  #appendOne({ head, payload, given, result }: AcceptingEvent, now: number): Verdict {
    const key = given ? `event\n${head.topic}\n${head.id}` : ''
    if (given && this.#dedup.isDuplicate(key, now)) return 'duplicate'
    if (given) this.#dedup.remember(key, now)
    this.#log.append({ id: head.id, at: now, head: { ...head, timestamp: now }, text: payload })
    if (result?.text === null) this.#results.delete(result.taskId)
    else if (result) this.#results.set(result.taskId, result.text, now)
    return 'accepted'
  }

  #behind(number: number): Place {
    return { number, key: '', id: this.#log.at(number)?.id ?? null }
  }
}

const logged = ({ position, id, head, text }: LogEntry): LoggedEvent => ({
  number: position,
  key: '',
  id,
  topic: head.topic,
  open: () => ({ ...head, headers: { ...head.headers }, payload: JSON.parse(text) }),
})
