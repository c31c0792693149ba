import { importPeer } from '../peers.ts'
import { CONCURRENCY, countdown, type Engine, type Load, payloadOf } from './load.ts'

interface Job {
  readonly data: { readonly n: number }
  save(): Promise<unknown>
}

/** What we use of bee-queue. */
interface BeeQueue {
  readonly default: new (
    name: string,
    options: object,
  ) => {
    createJob(data: object): Job
    saveAll(jobs: readonly Job[]): Promise<unknown>
    process(concurrency: number, handler: (job: Job) => Promise<void>): void
    ready(): Promise<unknown>
    close(): Promise<void>
  }
}

/** bee-queue without events and stored jobs, at its fastest. It has neither priority nor a time to live. */
export async function beeQueue(redisUrl: string, load: Load, onJob?: (n: number) => void): Promise<Engine> {
  const { default: Queue } = await importPeer<BeeQueue>('bee-queue')
  const options = { removeOnSuccess: true, storeJobs: false, getEvents: false, sendEvents: false }
  const queue = new Queue('bench', { redis: { url: redisUrl }, ...options })
  await queue.ready()
  const { done, all } = countdown(load.messages)
  queue.process(CONCURRENCY, async ({ data }) => {
    onJob?.(data.n)
    done()
  })
  const jobs = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => queue.createJob(payloadOf(from + index)))
  return {
    send: (from, to) =>
      load.produced === 'bulk'
        ? queue.saveAll(jobs(from, to))
        : Promise.all(jobs(from, to).map((job) => job.save())),
    handled: all,
    close: () => queue.close(),
  }
}
