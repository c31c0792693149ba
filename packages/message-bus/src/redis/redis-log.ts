import type { AcceptingEvent, Beginning, LogBroker, LoggedEvent } from '../broker/broker.ts'
import type { BusSettings } from '../bus/options.ts'
import { decodeEnvelope, encodeEnvelope } from '../contract/envelope.ts'
import type { Keys } from './keys.ts'
import type { Link } from './link.ts'
import type { DedupCounts } from './redis-work.ts'
import { SCRIPTS } from './scripts.ts'
import { verdicts } from './verdicts.ts'

const PAGE = 100
/** Lua unpacks some 8,000 at most. */
const MOST_TASKS = 1000

/** Events and results in a Redis. @param bus the id of this bus, under which its last calls are known there */
export function redisLog(
  link: Link,
  keys: Keys,
  settings: BusSettings,
  bus: string,
): LogBroker & { counted(): Promise<DedupCounts> } {
  let calls = 0
  return {
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

    async takePlace(name, holder) {
      const text = await link.run(SCRIPTS.takePlace, [keys.log], [name, holder])
      const match = /^(\d+) (\S+) (.*)$/s.exec(String(text ?? ''))
      return match ? { number: Number(match[1]), key: match[2] as string, id: match[3] || null } : undefined
    },

    async keepPlace(name, holder, { number, key, id }) {
      return Number(await link.run(SCRIPTS.place, [keys.log], [name, holder, number, key, id ?? ''])) === 1
    },

    async results(taskIds) {
      const pages = Array.from({ length: Math.ceil(taskIds.length / MOST_TASKS) }, (_, page) =>
        taskIds.slice(page * MOST_TASKS, (page + 1) * MOST_TASKS),
      )
      const texts = await Promise.all(
        pages.map((page) => link.run(SCRIPTS.results, [keys.log], [settings.maxResultAgeMs, ...page])),
      )
      return (texts as (string | null)[][]).flat().map((text) => text ?? undefined)
    },

    async counted() {
      const texts = await link.command('HMGET', [`${keys.log}:meta`, 'duplicates', 'forgotten'])
      const [duplicates = 0, forgottenEarly = 0] = (texts as (string | null)[]).map(Number)
      return { duplicates, forgottenEarly }
    },

    watchLog: (grown) => link.subscribe(keys.channel(keys.log), grown),
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
