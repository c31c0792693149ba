import { importPeer } from '../peers.ts'
import { CONCURRENCY, countdown, type Engine, type Load, payloadOf } from './load.ts'

/** What we use of BullMQ. */
interface BullMq {
  readonly Queue: new (
    name: string,
    options: object,
  ) => {
    add(name: string, data: object, options: object): Promise<unknown>
    addBulk(jobs: readonly { name: string; data: object; opts: object }[]): Promise<unknown>
    close(): Promise<void>
  }
  readonly Worker: new (
    name: string,
    handler: (job: { data: { n: number } }) => Promise<void>,
    options: object,
  ) => { waitUntilReady(): Promise<unknown>; close(): Promise<void> }
}

/** BullMQ as its guide has it; jobs are removed when they are done, as ours are. It keeps no order within sessions. */
export async function bullmq(redisUrl: string, load: Load, onJob?: (n: number) => void): Promise<Engine> {
  const { Queue, Worker } = await importPeer<BullMq>('bullmq')
  const { hostname: host, port } = new URL(redisUrl)
  const connection = { host, port: Number(port), maxRetriesPerRequest: null }
  const queue = new Queue('bench', { connection })
  const { done, all } = countdown(load.messages)
  const worker = new Worker(
    'bench',
    async ({ data }) => {
      onJob?.(data.n)
      done()
    },
    { connection, concurrency: CONCURRENCY },
  )
  await worker.waitUntilReady()
  const optionsOf = (n: number) => ({
    removeOnComplete: true,
    ...(load.fields === 'full' ? { jobId: `m${n}`, priority: 1 + (n % 3) } : {}),
  })
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)
  return {
    send: (from, to) =>
      load.produced === 'bulk'
        ? queue.addBulk(numbers(from, to).map((n) => ({ name: 'j', data: payloadOf(n), opts: optionsOf(n) })))
        : Promise.all(numbers(from, to).map((n) => queue.add('j', payloadOf(n), optionsOf(n)))),
    handled: all,
    close: async () => {
      await worker.close()
      await queue.close()
    },
  }
}
