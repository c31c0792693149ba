import { randomUUID } from 'node:crypto'
import { redisUrl } from '@pawl/testkit/redis/vitest'
import { afterAll, describe, expect, it } from 'vitest'
import { busSettings } from '../bus/options.ts'
import { newHead } from '../contract/envelope.ts'
import { memoryBroker } from '../memory/memory-broker.ts'
import { openRedisBroker } from '../redis/index.ts'
import type { Broker, Held, Lease, Outcome } from './broker.ts'

const brokers: [string, Broker][] = [
  ['memory', memoryBroker(busSettings({}))],
  ['redis', openRedisBroker({ redisUrl: redisUrl(), namespace: randomUUID() })],
]
afterAll(() => Promise.all(brokers.map(([, broker]) => broker.close())))

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const work = (sessionId: string | undefined) => ({
  head: newHead('q', { sessionId, maxAttempts: 5 }, randomUUID(), 0),
  payload: '1',
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
})
