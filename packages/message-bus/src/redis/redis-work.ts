import type { AcceptingWork, KeptLetter, Lease, Unwatch, WorkBroker } from '../broker/broker.ts'
import type { BusSettings } from '../bus/options.ts'
import type { Keys } from './keys.ts'
import type { Link } from './link.ts'
import { MessageNames } from './names.ts'
import { SCRIPTS } from './scripts.ts'
import { keptLetter, sendArguments, USUAL_ATTEMPTS, wholeMs } from './stored.ts'
import { addSettlements, type RedisLease, type TurnAnswer, turned } from './turn-call.ts'
import { TurnNumbers } from './turn-numbers.ts'
import { verdicts } from './verdicts.ts'

const PAGE = 100
/** So many turns of a queue may be under way at once, those of consumeOnce among them, and their claims are known. */
const SLOTS = 16

/** Duplicates found, and ids forgotten before their time because there were too many. */
export interface DedupCounts {
  readonly duplicates: number
  readonly forgottenEarly: number
}

/** Work in a Redis. @param bus the id of this bus, under which its last calls and its consumers are known there */
export function redisWork(
  link: Link,
  keys: Keys,
  settings: BusSettings,
  bus: string,
): WorkBroker & { counted(): DedupCounts } {
  const numbers = new TurnNumbers()
  const messageNames = new MessageNames()
  let calls = 0
  const counted = new Map<string, DedupCounts>()
  let alive: Promise<Unwatch> | undefined
  const channelOf = (queue: string): string => keys.channel(keys.queue(queue))
  const live = async (): Promise<void> => {
    if (link.cheapChannels) alive ??= link.subscribe(`${keys.alive}${bus}`, () => {})
    try {
      await alive
    } catch (error) {
      alive = undefined
      throw error
    }
  }
  const sentOf = (key: string): string => `${key}:sent:${bus}`
  const sending = (key: string, work: readonly AcceptingWork[]): (string | number)[] => {
    const { maxQueueDepth, maxQueueChars, dedupMs, maxDedupIds, maxDeadLetters } = settings
    const args = [++calls, keys.channel(key), maxQueueDepth, maxQueueChars, dedupMs, maxDedupIds]
    return [...args, USUAL_ATTEMPTS, maxDeadLetters, ...sendArguments(work, messageNames)]
  }
  const asksWhoListens = link.knowsListeners && link.cheapChannels ? 1 : 0
  const exchanging = (sent: readonly (string | number)[], turn: readonly (string | number)[]) => [
    asksWhoListens,
    sent.length,
    ...sent,
    ...turn,
  ]
  return {
    async send(queue, work) {
      const key = keys.queue(queue)
      return verdicts(await link.run(SCRIPTS.send, [key, sentOf(key)], sending(key, work)))
    },

    async turn(queue, { send, settle, claim }) {
      const key = keys.queue(queue)
      const { number, lost } = numbers.next(queue)
      const { count = 0, leaseMs = 0, batchSize = 1 } = claim ?? {}
      const args = [number, lost.join(','), keys.channel(key), count, wholeMs(leaseMs), batchSize]
      args.push(settings.maxDeadLetters, settings.maxQueueDepth)
      const order = addSettlements(args, settle)
      const slotOf = (turn: number): string => `${key}:turn:${bus}:${turn % SLOTS}`
      const slots = lost.map(slotOf)
      try {
        const answer = await (send.length === 0
          ? link.run(SCRIPTS.turn, [key, slotOf(number), ...slots], args)
          : link.run(
              SCRIPTS.exchange,
              [key, slotOf(number), sentOf(key), ...slots],
              exchanging(sending(key, send), args),
            ))
        numbers.answered(queue, lost)
        return turned(answer as TurnAnswer, order, settle.length)
      } catch (error) {
        numbers.lost(queue, number)
        throw error
      }
    },

    async extend(queue, leases) {
      const args = leases.flatMap((lease) => [(lease as Lease as RedisLease).held, wholeMs(lease.ms)])
      const letters = String(await link.run(SCRIPTS.extend, [keys.queue(queue)], args))
      return leases.map((_, index) => letters[index] === '1')
    },

    async counts(queue) {
      const key = keys.queue(queue)
      const known = link.knowsListeners
      const args = [known ? keys.channel(key) : '', known && link.cheapChannels ? keys.alive : '']
      const answer = (await link.run(SCRIPTS.counts, [key], args)) as unknown[]
      const [
        depth = 0,
        delayed = 0,
        leased = 0,
        dead = 0,
        deadDropped = 0,
        consumers = 0,
        oldest = -1,
        ...more
      ] = answer.map(Number)
      counted.set(queue, { duplicates: more[0] ?? 0, forgottenEarly: more[1] ?? 0 })
      const ready = depth - delayed - leased
      return { ready, delayed, leased, dead, deadDropped, consumers, oldestMs: oldest < 0 ? null : oldest }
    },

    async deadLetters(queue) {
      const letters: KeptLetter[] = []
      for (let from = '-'; ; from = `(${letters.at(-1)?.key}`) {
        const page = await link.command('XRANGE', [`${keys.queue(queue)}:dead`, from, '+', 'COUNT', PAGE])
        const entries = page as [string, string[]][]
        letters.push(...entries.map(keptLetter))
        if (entries.length < PAGE) return letters
      }
    },

    async replay(queue, letters) {
      const key = keys.queue(queue)
      const args = [++calls, keys.channel(key), settings.maxQueueDepth, settings.maxQueueChars]
      const which = letters.flatMap((letter) => [letter.key, wholeMs(letter.delayMs)])
      const moved = Number(
        await link.run(SCRIPTS.replay, [key, `${key}:replayed:${bus}`], [...args, ...which]),
      )
      return moved < 0 ? 'full' : moved
    },

    purge: async (queue, letters) =>
      Number(await link.command('XDEL', [`${keys.queue(queue)}:dead`, ...letters])),

    async enroll(queue, consumers) {
      await live()
      await link.run(SCRIPTS.enroll, [keys.queue(queue)], [bus, consumers])
    },

    watchQueue: (queue, wake) =>
      link.subscribe(channelOf(queue), (text) => {
        const [wakes = 0, inMs = 0, room = 0] = (text ?? '').split(' ').map(Number)
        wake(text === undefined ? undefined : { wakes, inMs, room: room === 1 })
      }),

    counted() {
      const all = [...counted.values()]
      return {
        duplicates: all.reduce((sum, { duplicates }) => sum + duplicates, 0),
        forgottenEarly: all.reduce((sum, { forgottenEarly }) => sum + forgottenEarly, 0),
      }
    },
  }
}
