import type { Broker, Listener, Unwatch } from '../broker/broker.ts'
import type { BusSettings } from '../bus/options.ts'
import { DedupWindow } from './dedup-window.ts'
import { MemoryLog } from './log.ts'
import { MemoryQueues } from './queues.ts'

/** Messages in this process. Nothing survives it. */
export function memoryBroker(settings: BusSettings): Broker {
  const dedup = new DedupWindow(settings.dedupMs, settings.maxDedupIds)
  const queues = new MemoryQueues(settings, dedup)
  const log = new MemoryLog(settings, dedup)
  const questions = new Map<string, { readonly text: string; readonly until: number }[]>()
  const responders = new Hearers()
  const askers = new Hearers()
  return {
    kind: 'memory',
    detail: '',
    limits: { count: 50, chars: 64 * 1024 * 1024, turns: 1 },
    send: async (queue, work) => queues.send(queue, work),
    turn: async (queue, turn) => queues.turn(queue, turn),
    extend: async (queue, leases) => queues.extend(queue, leases),
    counts: async (queue) => queues.counts(queue),
    deadLetters: async (queue) => queues.deadLetters(queue),
    replay: async (queue, letters) => queues.replay(queue, letters),
    purge: async (queue, keys) => queues.purge(queue, keys),
    enroll: async (queue, consumers) => queues.enroll(queue, consumers),
    watchQueue: async (queue, wake) => unwatching(queues.watch(queue, wake)),
    append: async (events) => log.append(events),
    seek: async (beginning) => log.seek(beginning),
    read: async (place) => log.read(place),
    takePlace: async (name, holder) => log.takePlace(name, holder),
    keepPlace: async (name, holder, place) => log.keepPlace(name, holder, place),
    results: async (taskIds) => log.results(taskIds),
    watchLog: async (grown) => unwatching(log.watch(grown)),
    async ask(topic, text, timeoutMs) {
      if (!responders.hears(topic)) return false
      const until = settings.ports.now() + timeoutMs
      questions.set(topic, [...(questions.get(topic) ?? []), { text, until }])
      responders.tell(topic, '')
      return true
    },
    async takeQuestion(topic) {
      const waiting = questions.get(topic) ?? []
      const fresh = waiting.filter(({ until }) => until > settings.ports.now())
      const first = fresh.shift()
      if (fresh.length > 0) questions.set(topic, fresh)
      else questions.delete(topic)
      return first?.text
    },
    cancelQuestion: async (topic, id) => responders.tell(topic, id),
    watchQuestions: async (topic, heard) => {
      const leave = responders.add(topic, heard)
      return async () => {
        leave()
        // What was asked until now is still taken.
        heard(undefined)
      }
    },
    answer: async (asker, text) => askers.tell(asker, text),
    watchAnswers: async (asker, heard) =>
      unwatching(askers.add(asker, (text) => text !== undefined && heard(text))),
    ping: async () => {},
    numbers: async () => ({ ...log.sums, ...queues.sums, ...dedup.counts }),
    close: async () => {},
  }
}

const unwatching =
  (stop: () => void): Unwatch =>
  async () =>
    stop()

/** Who listens at which address. They hear after the teller has gone on, as over a network. */
class Hearers {
  readonly #at = new Map<string, Set<Listener>>()

  hears(address: string): boolean {
    return this.#at.has(address)
  }

  add(address: string, heard: Listener): () => void {
    const there = this.#at.get(address) ?? new Set()
    this.#at.set(address, there.add(heard))
    return () => {
      there.delete(heard)
      if (there.size === 0) this.#at.delete(address)
    }
  }

  tell(address: string, text: string | undefined): void {
    queueMicrotask(() => {
      for (const heard of [...(this.#at.get(address) ?? [])]) heard(text)
    })
  }
}
