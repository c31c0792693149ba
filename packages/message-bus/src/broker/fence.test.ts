import { randomUUID } from 'node:crypto'
import { redisUrl } from '@pawl/testkit/redis/vitest'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { busSettings } from '../bus/options.ts'
import { newHead } from '../contract/envelope.ts'
import { memoryBroker } from '../memory/memory-broker.ts'
import { openRedisBroker } from '../redis/index.ts'
import type { Broker, Held, Lease, Outcome, QueueWake } from './broker.ts'

const brokers: [string, Broker][] = [
  ['memory', memoryBroker(busSettings({}))],
  ['redis', openRedisBroker({ redisUrl: redisUrl(), namespace: randomUUID() })],
]
afterAll(() => Promise.all(brokers.map(([, broker]) => broker.close())))

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const work = (sessionId?: string, payload = '1') => ({
  head: newHead('q', { sessionId, maxAttempts: 5 }, randomUUID(), 0),
  payload,
  given: false,
  delayMs: 0,
})

const settle = async (broker: Broker, queue: string, lease: Lease, outcome: Outcome) =>
  (await broker.turn(queue, { send: [], settle: [{ lease, outcome, nth: 0, ends: true }], claim: undefined }))
    .settled[0]

describe.each(brokers)('%s', (_, broker) => {
  it.each([[undefined], ['s']])('obeys only the current lease of a message (session %s)', async (session) => {
    const queue = `fence-${session}`
    const claim = { count: 1, leaseMs: 150, batchSize: 1 }
    await broker.send(queue, [work(session)])
    const [first] = (await broker.turn(queue, { send: [], settle: [], claim })).held
    await sleep(200)
    const [second] = (
      await broker.turn(queue, { send: [], settle: [], claim: { ...claim, leaseMs: 60_000 } })
    ).held
    if (!first || !second) throw new Error('Both turns should have got the message.')
    expect(second.messages[0]?.envelope.attempt).toBe(2)
    for (const outcome of [
      { kind: 'done' },
      { kind: 'retry', inMs: 0 },
      { kind: 'dead', reason: 'failed', error: null },
      { kind: 'returned' },
    ] as const) {
      expect(await settle(broker, queue, first.lease, outcome)).toBe(false)
    }
    expect(await broker.extend(queue, [{ ...first.lease, ms: 1000 }])).toEqual([false])
    expect(await broker.counts(queue)).toMatchObject({ ready: 0, leased: 1, dead: 0 })
    expect(await broker.extend(queue, [{ ...second.lease, ms: 60_000 }])).toEqual([true])
    expect(await settle(broker, queue, second.lease, { kind: 'done' })).toBe(true)
    expect(await settle(broker, queue, second.lease, { kind: 'done' })).toBe(false)
    expect(await broker.counts(queue)).toMatchObject({ ready: 0, leased: 0, dead: 0 })
  })

  it('hands out what is sent with a turn in the same call, in order and within the limits', async () => {
    const claim = { count: 2, leaseMs: 60_000, batchSize: 1 }
    const given = { ...work('a'), given: true }
    const first = await broker.turn('both', { send: [given, work('a'), given], settle: [], claim })
    expect(first.verdicts).toEqual(['accepted', 'accepted', 'duplicate'])
    expect(first.held.map(({ lease }) => lease.session)).toEqual(['a'])
    expect(first.nextInMs).toBeGreaterThan(50_000)
    const [{ lease }] = first.held as [Held]
    const done = { lease, outcome: { kind: 'done' }, nth: 0, ends: true } as const
    const second = await broker.turn('both', { send: [work('b')], settle: [done], claim })
    expect(second.settled).toEqual([true])
    expect(second.held.map((held) => held.lease.session)).toEqual(['b', 'a'])
    expect(await broker.counts('both')).toMatchObject({ ready: 0, leased: 2 })
  })

  it('gives back what was taken, before all others and without counting an attempt', async () => {
    await broker.send('back', [work('a'), work('b')])
    const claim = { count: 1, leaseMs: 60_000, batchSize: 1 }
    const [held] = (await broker.turn('back', { send: [], settle: [], claim })).held
    await settle(broker, 'back', held?.lease as Lease, { kind: 'returned' })
    const [again] = (await broker.turn('back', { send: [], settle: [], claim })).held
    expect(again?.messages[0]?.envelope).toMatchObject({ sessionId: 'a', attempt: 1 })
  })

  it('takes what is told twice, or about another message than the next of its batch, for nothing', async () => {
    const queue = 'told-twice'
    await broker.send(queue, [work('s', '0'), work('s', '1'), work('s', '2'), work('s', '3')])
    const claim = { count: 1, leaseMs: 60_000, batchSize: 3 }
    const [{ lease }] = (await broker.turn(queue, { send: [], settle: [], claim })).held as [Held]
    const told = (nth: number, outcome: Outcome, ends = false) => ({ lease, outcome, nth, ends })
    const turn = async (...settle: ReturnType<typeof told>[]) =>
      (await broker.turn(queue, { send: [], settle, claim: undefined })).settled
    expect(await turn(told(1, { kind: 'done' }))).toEqual([false])
    expect(await turn(told(0, { kind: 'done' }))).toEqual([true])
    const again = await turn(told(0, { kind: 'done' }), told(1, { kind: 'retry', inMs: 0 }, true))
    expect(again).toEqual([false, true])
    expect(await broker.counts(queue)).toMatchObject({ ready: 3, leased: 0, delayed: 0, dead: 0 })
    const next = await broker.turn(queue, { send: [], settle: [], claim })
    expect(next.held[0]?.messages.map(({ envelope }) => [envelope.payload, envelope.attempt])).toEqual([
      [1, 2],
      [2, 1],
      [3, 1],
    ])
  })

  it('leaves no lease to nobody when the end of a batch is told before what was lost', async () => {
    await broker.send('overtaken', [work('s', '0'), work('s', '1')])
    const claim = { count: 1, leaseMs: 60_000, batchSize: 2 }
    const [{ lease }] = (await broker.turn('overtaken', { send: [], settle: [], claim })).held as [Held]
    const done = (nth: number, ends: boolean) => ({ lease, outcome: { kind: 'done' }, nth, ends }) as const
    const last = await broker.turn('overtaken', { send: [], settle: [done(1, true)], claim: undefined })
    expect(last.settled).toEqual([false])
    await broker.turn('overtaken', { send: [], settle: [done(0, false)], claim: undefined })
    const again = await broker.turn('overtaken', { send: [], settle: [], claim })
    expect(again.held[0]?.messages.map(({ envelope }) => envelope.attempt)).toEqual([1, 1])
  })

  it('never makes a lease shorter', async () => {
    await broker.send('longer', [work()])
    const claim = { count: 1, leaseMs: 60_000, batchSize: 1 }
    const [held] = (await broker.turn('longer', { send: [], settle: [], claim })).held as [Held]
    expect(await broker.extend('longer', [{ ...held.lease, ms: 50 }])).toEqual([true])
    await sleep(100)
    const { nextInMs, held: taken } = await broker.turn('longer', { send: [], settle: [], claim })
    expect(taken).toEqual([])
    expect(nextInMs).toBeGreaterThan(50_000)
  })

  it('wakes who waits for what was given back beside a claim, and for what comes before it expects it', async () => {
    const heard: QueueWake[] = []
    const unwatch = await broker.watchQueue('woken', (wake) => wake && heard.push(wake))
    const claim = { count: 2, leaseMs: 60_000, batchSize: 1 }
    await broker.send('woken', [work(), work()])
    const both = (await broker.turn('woken', { send: [], settle: [], claim })).held
    expect((await broker.turn('woken', { send: [], settle: [], claim })).held).toEqual([])
    const back = both.map(
      ({ lease }) => ({ lease, outcome: { kind: 'returned' }, nth: 0, ends: true }) as const,
    )
    const one = await broker.turn('woken', { send: [], settle: back, claim: { ...claim, count: 1 } })
    await vi.waitFor(() => expect(heard.at(-1)?.inMs).toBe(0))
    const rest = await broker.turn('woken', { send: [], settle: [], claim })
    const [first, second] = [...one.held, ...rest.held] as [Held, Held]
    await settle(broker, 'woken', second.lease, { kind: 'done' })
    expect((await broker.turn('woken', { send: [], settle: [], claim })).nextInMs).toBeGreaterThan(50_000)
    await settle(broker, 'woken', first.lease, { kind: 'retry', inMs: 300 })
    await vi.waitFor(() => {
      expect(heard.at(-1)?.inMs).toBeGreaterThan(0)
      expect(heard.at(-1)?.inMs).toBeLessThan(1000)
    })
    await unwatch()
  })
})
