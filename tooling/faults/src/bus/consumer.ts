// A consumer in a process of its own, to be killed. It writes a line when it begins a message and one when it has done
// it, at once and in full, so that nothing of it is lost with the process.

import { writeSync } from 'node:fs'
import { seeded } from '../seeded.ts'
import { LEASE_MS, type Orders, openBus, QUEUE } from './orders.ts'

const orders = JSON.parse(process.argv[2] ?? '') as Orders
const random = seeded(orders.seed)
const bus = openBus(orders)

const line = (what: 'begin' | 'end', n: unknown): number =>
  writeSync(1, `${what} ${n} ${performance.timeOrigin + performance.now()}\n`)

const start = async (): Promise<void> => {
  try {
    await bus.consume(
      QUEUE,
      async ({ payload }) => {
        line('begin', payload)
        // Some take so long that more of their session gathers behind them, which the next claim takes as a batch.
        await new Promise((resolve) => setTimeout(resolve, random() * (random() < 0.2 ? 150 : 8)))
        if (random() < 0.05) throw new Error('on purpose')
        line('end', payload)
      },
      { concurrency: 3, leaseMs: LEASE_MS, batchSize: 1 + Math.floor(random() * 4) },
    )
  } catch {
    setTimeout(() => void start(), 100)
  }
}
await start()
