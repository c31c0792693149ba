import { Redis } from 'ioredis'
import { countdown, type Engine, type Load, payloadOf } from './load.ts'

const READ = 100

/** Bare streams: XADD in pipelines, XREADGROUP and XACK by a hundred. No retries, no order, no fence, no priority. */
export async function floor(redisUrl: string, load: Load): Promise<Engine> {
  const producer = new Redis(redisUrl)
  const consumer = new Redis(redisUrl)
  await producer.xgroup('CREATE', 'floor', 'group', '$', 'MKSTREAM')
  const { done, all } = countdown(load.messages)
  let open = true
  const reading = (async () => {
    while (open) {
      const read = await consumer
        .xreadgroup('GROUP', 'group', 'me', 'COUNT', READ, 'BLOCK', 100, 'STREAMS', 'floor', '>')
        .catch(() => null)
      const entries = (read as [string, [string, string[]][]][] | null)?.[0]?.[1] ?? []
      for (const [, fields] of entries) {
        JSON.parse(fields[1] as string)
        done()
      }
      if (entries.length > 0) await consumer.xack('floor', 'group', ...entries.map(([id]) => id))
    }
  })()
  return {
    send: async (from, to) => {
      for (let start = from; start < to; start += READ) {
        const pipeline = producer.pipeline()
        for (let n = start; n < Math.min(start + READ, to); n++)
          pipeline.xadd('floor', '*', 'm', JSON.stringify(payloadOf(n)))
        await pipeline.exec()
      }
    },
    handled: all,
    close: async () => {
      open = false
      await reading
      producer.disconnect()
      consumer.disconnect()
    },
  }
}
