import { createRedisMessageBus } from '@pawl/message-bus/redis'
import { beeQueue } from './bee-queue.ts'
import { bullmq } from './bullmq.ts'
import { looking, reset } from './counters.ts'
import { type Load, payloadOf } from './load.ts'

const PER_SECOND = 200
const SECONDS = 5
const WARM_UP = 100

export interface Latency {
  readonly p50: number
  readonly p99: number
}

type Paced = (
  url: string,
  load: Load,
  onJob: (n: number) => void,
) => Promise<{ send(n: number): Promise<unknown>; close(): Promise<void> }>

/** Time from the call of send to the beginning of the handler, at 200 messages a second, one producer and consumer. */
export const LATENCIES: { readonly [name: string]: Paced } = {
  ours: async (redisUrl, _load, onJob) => {
    const bus = createRedisMessageBus({ redisUrl })
    await bus.consume('bench', ({ payload }) => onJob((payload as { n: number }).n), { concurrency: 50 })
    return { send: (n) => bus.send('bench', payloadOf(n)), close: () => bus.close() }
  },
  'ours, two processes': async (redisUrl, _load, onJob) => {
    const [producer, consumer] = [createRedisMessageBus({ redisUrl }), createRedisMessageBus({ redisUrl })]
    await consumer.consume('bench', ({ payload }) => onJob((payload as { n: number }).n), { concurrency: 50 })
    const close = async () => {
      await producer.close()
      await consumer.close()
    }
    return { send: (n) => producer.send('bench', payloadOf(n)), close }
  },
  bullmq: async (url, load, onJob) => {
    const engine = await bullmq(url, load, onJob)
    return { send: (n) => engine.send(n, n + 1), close: engine.close }
  },
  'bee-queue': async (url, load, onJob) => {
    const engine = await beeQueue(url, load, onJob)
    return { send: (n) => engine.send(n, n + 1), close: engine.close }
  },
}

export async function latency(url: string, open: Paced): Promise<Latency> {
  const redis = looking(url)
  await reset(redis)
  redis.disconnect()
  const messages = PER_SECOND * SECONDS
  const sentAt = new Float64Array(messages)
  const took: number[] = []
  const load: Load = { messages, fields: 'default', produced: 'single' }
  const paced = await open(url, load, (n) => {
    if (n >= WARM_UP) took.push(performance.now() - (sentAt[n] as number))
  })
  const began = performance.now()
  for (let n = 0; n < messages; n++) {
    const wait = began + (n * 1_000) / PER_SECOND - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    sentAt[n] = performance.now()
    void paced.send(n)
  }
  const patience = performance.now() + 10_000
  while (took.length < messages - WARM_UP && performance.now() < patience)
    await new Promise((resolve) => setTimeout(resolve, 20))
  await paced.close()
  took.sort((a, b) => a - b)
  const at = (part: number): number => took[Math.floor(took.length * part)] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99) }
}
