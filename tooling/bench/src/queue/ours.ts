import { createRedisMessageBus } from '@pawl/message-bus/redis'
import { CONCURRENCY, countdown, type Engine, type Load, payloadOf, SESSIONS, TTL_MS } from './load.ts'

/** Ours: a thousand sessions, each kept in order, acknowledgement fenced. */
export async function ours(redisUrl: string, load: Load): Promise<Engine> {
  const bus = createRedisMessageBus({ redisUrl, onHandlerError: (error) => console.error(error) })
  const { done, all } = countdown(load.messages)
  const last = new Map<string | null, number>()
  await bus.consume(
    'bench',
    ({ payload, sessionId }) => {
      const { n } = payload as { n: number }
      if (n <= (last.get(sessionId) ?? -1)) throw new Error(`Message ${n} came out of order.`)
      last.set(sessionId, n)
      done()
    },
    { concurrency: CONCURRENCY },
  )
  const optionsOf = (n: number) =>
    load.fields === 'default'
      ? { sessionId: `s${n % SESSIONS}` }
      : { sessionId: `s${n % SESSIONS}`, id: `m${n}`, priority: 1 + (n % 3), ttlMs: TTL_MS }
  return {
    send: (from, to) =>
      Promise.all(
        Array.from({ length: to - from }, (_, index) =>
          bus.send('bench', payloadOf(from + index), optionsOf(from + index)),
        ),
      ),
    handled: all,
    close: () => bus.close(),
  }
}
