import { randomUUID } from 'node:crypto'
import { redisUrl } from '@pawl/testkit/redis/vitest'
import { expect, it, vi } from 'vitest'
import { sleep, watchedClient } from '../../test/watched-client.ts'
import type { Consumer, MessageBus } from '../index.ts'
import { createRedisMessageBus } from './index.ts'

const SEEDS = process.env.SEED ? [Number(process.env.SEED)] : Array.from({ length: 12 }, (_, n) => n + 1)
const SESSIONS = 5
const MESSAGES = 30
const BUSES = 3

/** Random numbers from 0 to 1 (mulberry32, by Tommy Ettinger, public domain). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Buses whose calls are lost on the way there or back, or late, as long as it is rough. */
function lossyBuses(random: () => number, isRough: () => boolean) {
  const namespace = randomUUID()
  const lost = (): never => {
    throw new Error('Connection is closed.')
  }
  return Array.from({ length: BUSES }, () => {
    const client = watchedClient(redisUrl(), async (_, make) => {
      const luck = isRough() ? random() : 0.5
      if (luck < 0.03) lost()
      const answer = await make()
      if (luck > 0.97) lost()
      if (luck < 0.2) await sleep(luck * 100)
      return answer
    })
    const options = { namespace, client, backoffMs: 10, maxBackoffMs: 50, onHandlerError: () => {} }
    return { bus: createRedisMessageBus(options), client }
  })
}

/** Repeats what was lost, as a caller does. */
async function persistently<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call()
    } catch {
      await sleep(5)
    }
  }
}

/** Consumers that come and go, each with leases, batches and handlers of its own kind. */
async function consumeRoughly(
  buses: readonly MessageBus[],
  random: () => number,
  handle: (payload: unknown) => void,
  isRough: () => boolean,
): Promise<void> {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T
  const consumers: Consumer[] = []
  while (isRough()) {
    const options = { leaseMs: pick([300, 900]), batchSize: pick([1, 2, 4]), concurrency: pick([1, 3, 20]) }
    const handler = async ({ payload }: { payload: unknown }): Promise<void> => {
      if (random() < 0.5) await sleep(random() * 20)
      if (random() < 0.1) throw new Error('on purpose')
      handle(payload)
    }
    if (random() < 0.2)
      await pick(buses)
        .consumeOnce('q', handler, { ...options, maxMessages: 5 })
        .catch(() => {})
    else consumers.push(await persistently(() => pick(buses).consume('q', handler, options)))
    await sleep(random() * 60)
    const leaving = consumers.length > 3 ? consumers.shift() : undefined
    if (leaving) void (random() < 0.5 ? leaving.close() : leaving.drain())
  }
}

it.each(SEEDS)(
  'does all that was accepted, each session in order, whatever is lost (SEED=%i npx vitest run src/redis/lossy.test.ts)',
  async (seed) => {
    const random = seeded(seed)
    let rough = true
    const all = lossyBuses(random, () => rough)
    const buses = all.map(({ bus }) => bus)
    const done = Array.from({ length: SESSIONS }, () => 0)
    const overtaken: unknown[] = []
    const handle = (payload: unknown): void => {
      const [session, n] = payload as [number, number]
      if (n > (done[session] as number)) overtaken.push(payload)
      if (n === done[session]) done[session] = n + 1
    }
    const consuming = consumeRoughly(buses, random, handle, () => rough)
    const send = async (session: number): Promise<void> => {
      for (let n = 0; n < MESSAGES; n++) {
        const options = { id: `${session}-${n}`, sessionId: `s${session}`, maxAttempts: 1000 }
        // Always from one bus: order is that of its acceptance.
        await persistently(() => (buses[session % BUSES] as MessageBus).send('q', [session, n], options))
      }
    }
    await Promise.all(done.map((_, session) => send(session)))
    await vi.waitFor(() => expect(done.reduce((sum, n) => sum + n)).toBeGreaterThan(50), 20_000)
    rough = false
    await consuming
    await (buses[0] as MessageBus).consume('q', ({ payload }) => handle(payload))
    await vi.waitFor(() => expect(done).toEqual(done.map(() => MESSAGES)), 15_000)
    expect(overtaken).toEqual([])
    const settled = { ready: 0, delayed: 0, leased: 0, dead: 0 }
    await vi.waitFor(async () => expect(await buses[0]?.queueStatus('q')).toMatchObject(settled), 15_000)
    for (const { bus, client } of all) {
      await bus.close()
      client.disconnect()
    }
  },
  60_000,
)
