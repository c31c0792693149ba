import type { Broker } from '../broker/broker.ts'
import type { BusSettings } from '../bus/options.ts'
import type { Keys } from './keys.ts'
import type { Link } from './link.ts'
import { redisLog } from './redis-log.ts'
import { redisQuestions } from './redis-questions.ts'
import { redisWork } from './redis-work.ts'

/** Room for more than in memory: it is another machine's. */
export const ROOM = { maxQueueDepth: 1_000_000, maxQueueChars: 1024 * 1024 * 1024 }

/** Messages in a Redis. All that happens to them happens in Lua, one script an operation; here they are only called. */
export function redisBroker(link: Link, keys: Keys, settings: BusSettings): Broker {
  const bus = settings.ports.newId()
  return {
    ...redisWork(link, keys, settings, bus),
    ...redisLog(link, keys, settings, bus),
    ...redisQuestions(link, keys, bus),
    kind: link.kind,
    limits: link.limits,
    get detail() {
      return link.detail
    },
    async ping() {
      await link.command('PING', [])
    },
    close: () => link.close(),
  }
}
