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
  const { counted: countedWork, ...work } = redisWork(link, keys, settings, bus)
  const { counted: countedLog, ...log } = redisLog(link, keys, settings, bus)
  return {
    ...work,
    ...log,
    ...redisQuestions(link, keys, settings, bus),
    kind: link.kind,
    limits: link.limits,
    get detail() {
      return link.detail
    },
    ping: () => link.ping(),
    async numbers() {
      const events = await countedLog()
      const { duplicates, forgottenEarly } = countedWork()
      return {
        duplicates: duplicates + events.duplicates,
        forgottenEarly: forgottenEarly + events.forgottenEarly,
      }
    },
    close: () => link.close(),
  }
}
