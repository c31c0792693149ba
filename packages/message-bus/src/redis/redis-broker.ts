import type {
  AcceptingEvent,
  AcceptingWork,
  Beginning,
  Broker,
  Held,
  HeldMessage,
  KeptLetter,
  Lease,
  LoggedEvent,
  Settlement,
  Turned,
  Unwatch,
  Verdict,
} from '../broker/broker.ts'
import type { BusSettings } from '../bus/options.ts'
import { decodeEnvelope, encodeEnvelope } from '../contract/envelope.ts'
import type { Keys } from './keys.ts'
import type { Link } from './link.ts'
import { MessageNames } from './names.ts'
import { SCRIPTS } from './scripts.ts'
import {
  entryOf,
  heldMessage,
  keptLetter,
  type Stored,
  sendArguments,
  USUAL_ATTEMPTS,
  wholeMs,
} from './stored.ts'
import { TurnNumbers } from './turn-numbers.ts'

/** Room for more than in memory: it is another machine's. */
export const ROOM = { maxQueueDepth: 1_000_000, maxQueueChars: 1024 * 1024 * 1024 }

const PAGE = 100
const LETTERS = { A: 'accepted', D: 'duplicate', F: 'full' } as const

/** Messages in a Redis. All that happens to them happens in Lua, one script an operation; here they are only called. */
export function redisBroker(link: Link, keys: Keys, settings: BusSettings): Broker {
  const bus = settings.ports.newId()
  const numbers = new TurnNumbers()
  const messageNames = new MessageNames()
  let calls = 0
  const counted = new Map<string, { readonly duplicates: number; readonly forgottenEarly: number }>()
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
    kind: link.kind,
    limits: link.limits,
    get detail() {
      return link.detail
    },

    async send(queue, work) {
      const key = keys.queue(queue)
      return verdicts(await link.run(SCRIPTS.send, [key, sentOf(key)], sending(key, work)))
    },

    async turn(queue, { send, settle, claim }) {
      const key = keys.queue(queue)
      const { number, lost } = numbers.next(queue)
      const { count = 0, leaseMs = 0, batchSize = 1 } = claim ?? {}
      const args = [number, lost, keys.channel(key), count, wholeMs(leaseMs), batchSize]
      args.push(settings.maxDeadLetters, settings.maxQueueDepth)
      const order = addSettlements(args, settle)
      const names = [key, `${key}:turn:${bus}:0`, `${key}:turn:${bus}:1`]
      try {
        const answer = await (send.length === 0
          ? link.run(SCRIPTS.turn, names, args)
          : link.run(SCRIPTS.exchange, [...names, sentOf(key)], exchanging(sending(key, send), args)))
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
      const args = [keys.channel(key), settings.maxQueueDepth, settings.maxQueueChars]
      const which = letters.flatMap((letter) => [letter.key, wholeMs(letter.delayMs)])
      const moved = Number(await link.run(SCRIPTS.replay, [key], [...args, ...which]))
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

    async append(events) {
      const { maxEvents, maxEventAgeMs, maxEventChars, dedupMs, maxDedupIds, maxResults, maxResultAgeMs } =
        settings
      const args: (string | number)[] = [
        ++calls,
        keys.channel(keys.log),
        maxEvents,
        maxEventAgeMs,
        maxEventChars,
      ]
      args.push(dedupMs, maxDedupIds, maxResults, maxResultAgeMs)
      for (const event of events) args.push(...appendArguments(event))
      return verdicts(await link.run(SCRIPTS.append, [keys.log, `${keys.log}:sent:${bus}`], args))
    },

    async seek(beginning) {
      const answer = await link.run(
        SCRIPTS.seek,
        [keys.log],
        [beginning.kind, detailOf(beginning), settings.maxEventAgeMs],
      )
      const [number, key = '', id] = answer as string[]
      return number === undefined ? undefined : { number: Number(number), key, id: id || null }
    },

    async read(place) {
      const answer = await link.run(SCRIPTS.read, [keys.log], [place.key, settings.maxEventAgeMs, PAGE])
      return loggedEvents(answer as string[])
    },

    async place(name) {
      const text = await link.command('HGET', [`${keys.log}:places`, name])
      const match = /^(\d+) (\S+) (.*)$/s.exec(String(text ?? ''))
      return match ? { number: Number(match[1]), key: match[2] as string, id: match[3] || null } : undefined
    },

    async keepPlace(name, { number, key, id }) {
      await link.run(SCRIPTS.place, [keys.log], [name, number, key, id ?? ''])
    },

    async results(taskIds) {
      if (taskIds.length === 0) return []
      const texts = await link.run(SCRIPTS.results, [keys.log], [settings.maxResultAgeMs, ...taskIds])
      return (texts as (string | null)[]).map((text) => text ?? undefined)
    },

    watchLog: (grown) => link.subscribe(keys.channel(keys.log), grown),

    async ask(topic, question, timeoutMs) {
      const key = keys.questions(topic)
      return (
        Number(
          await link.run(
            SCRIPTS.ask,
            [key],
            [keys.channel(key), timeoutMs, question, link.knowsListeners ? 1 : 0],
          ),
        ) === 1
      )
    },

    async takeQuestion(topic) {
      const question = await link.run(SCRIPTS.takeQuestion, [keys.questions(topic)], [])
      return typeof question === 'string' ? question : undefined
    },

    async cancelQuestion(topic, id) {
      await link.command('PUBLISH', [keys.channel(keys.questions(topic)), id])
    },

    async watchQuestions(topic, heard) {
      const key = keys.questions(topic)
      const unwatch = await link.subscribe(keys.channel(key), (text) => heard(text || undefined))
      await link.run(SCRIPTS.enroll, [key], [bus, 1])
      return async () => {
        // First off the list: the server may notice late that nobody listens.
        await link.run(SCRIPTS.enroll, [key], [bus, 0]).catch(() => {})
        await unwatch()
      }
    },

    async answer(asker, text) {
      await link.command('PUBLISH', [keys.answers(asker), text])
    },

    watchAnswers: (asker, heard) =>
      link.subscribe(keys.answers(asker), (text) => text !== undefined && heard(text)),

    async ping() {
      await link.command('PING', [])
    },

    numbers() {
      const all = [...counted.values()]
      return {
        duplicates: all.reduce((sum, { duplicates }) => sum + duplicates, 0),
        forgottenEarly: all.reduce((sum, { forgottenEarly }) => sum + forgottenEarly, 0),
      }
    },
    close: () => link.close(),
  }
}

const verdicts = (letters: unknown): Verdict[] =>
  [...String(letters)].map((letter) => LETTERS[letter as keyof typeof LETTERS])

/** A lease that knows its messages as they stand in Redis: the server is told, not asked. */
interface RedisLease extends Lease {
  /** What the scripts call it. */
  readonly held: string
  readonly stored: readonly Stored[]
}

/** Adds the arguments of `turn.lua` from the ninth on. @returns which settlement each of its verdicts is about */
function addSettlements(args: (string | number)[], settle: readonly Settlement[]): readonly number[] {
  const order: number[] = []
  const others: number[] = []
  const held: string[] = []
  const names: string[] = []
  const sessions: string[] = []
  let ends = ''
  let chars = 0
  settle.forEach((settlement, index) => {
    if (settlement.outcome.kind !== 'done') {
      others.push(index)
      return
    }
    const lease = settlement.lease as RedisLease
    const { name, length } = lease.stored[settlement.nth] as Stored
    order.push(index)
    held.push(lease.held)
    names.push(name)
    sessions.push(lease.session === null ? '' : ` ${lease.session}`)
    ends += settlement.ends ? '1' : '0'
    chars += length
  })
  args.push(chars, ends.includes('0') ? ends : '', order.length, ...held, ...names, ...sessions)
  for (const index of others) {
    const { lease, outcome } = settle[index] as Settlement
    args.push((lease as RedisLease).held, outcome.kind)
    if (outcome.kind === 'retry') args.push(wholeMs(outcome.inMs), '')
    else if (outcome.kind === 'dead')
      args.push(outcome.reason, outcome.error ? JSON.stringify(outcome.error) : '')
    else args.push('', '')
  }
  return order.concat(others)
}

/** What `turn.lua` returns. */
type TurnAnswer = readonly [
  nextInMs: number,
  wakes: number,
  now: number,
  letters: string,
  claim: number,
  entries: readonly string[],
  bodies: readonly (string | null)[],
  counts: readonly number[],
  accepted: string,
]

function turned(
  [nextInMs, wakes, now, letters, claim, entries, bodies, counts, accepted]: TurnAnswer,
  order: readonly number[],
  settlements: number,
): Turned {
  const settled = new Array<boolean>(settlements)
  for (let index = 0; index < settlements; index++) settled[order[index] as number] = letters[index] === '1'
  const held: Held[] = []
  for (let at = 0; at < entries.length; ) {
    const nth = held.length
    const end = at + Number(counts[nth] ?? 1)
    const messages: HeldMessage[] = []
    const stored: Stored[] = []
    let session: string | null = null
    for (; at < end; at++) {
      const entry = entryOf(entries[at] as string)
      session = entry.session
      stored.push(entry)
      messages.push(heldMessage(entry, bodies[at] ?? null))
    }
    const name = `${claim}:${stored[0]?.name}`
    const lease: RedisLease = { token: Number(claim), held: name, session, stored }
    held.push({ lease, messages })
  }
  return {
    verdicts: verdicts(accepted),
    settled,
    held,
    nextInMs: Number(nextInMs) < 0 ? undefined : Number(nextInMs),
    wakes: Number(wakes),
    now: Number(now),
  }
}

function appendArguments({ head, payload, given, result }: AcceptingEvent): (string | number)[] {
  const body = encodeEnvelope(head, payload)
  return [given ? 1 : 0, head.id, head.topic, body, result?.taskId ?? '', result?.text ?? '']
}

const detailOf = (beginning: Beginning): string | number =>
  beginning.kind === 'behind' ? beginning.id : beginning.kind === 'since' ? Math.max(beginning.time, 0) : ''

function loggedEvents(answer: readonly string[]): LoggedEvent[] {
  const events: LoggedEvent[] = []
  for (let at = 0; at < answer.length; at += 5) {
    const [key = '', number, id = '', topic = '', body = ''] = answer.slice(at, at + 5)
    // The key begins with the time of acceptance, by the server's clock.
    const open = () => ({ ...decodeEnvelope(body), timestamp: Number(key.split('-')[0]) })
    events.push({ number: Number(number), key, id, topic, open })
  }
  return events
}
