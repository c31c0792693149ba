import { getEventListeners } from 'node:events'
import { expect, it, vi } from 'vitest'
import { sleep } from '../../test/watched-client.ts'
import type { Broker, Listener } from '../broker/broker.ts'
import { createMessageBus } from '../index.ts'
import { memoryBroker } from '../memory/memory-broker.ts'
import { BrokeredMessageBus } from './message-bus.ts'
import { busSettings } from './options.ts'

const settings = busSettings({ onHandlerError: () => {} })
const over = (change: (broker: Broker) => Partial<Broker>): BrokeredMessageBus => {
  const broker = memoryBroker(settings)
  return new BrokeredMessageBus({ ...broker, ...change(broker) }, settings)
}

it('ends a subscription that begins while the bus is closed', async () => {
  const bus = createMessageBus('memory')
  await bus.publish('t', 1)
  const seen: unknown[] = []
  const beginning = bus.subscribe('t', ({ payload }) => seen.push(payload), { from: 'start' })
  await bus.close()
  expect(await beginning).toMatchObject({ closed: true })
  await sleep(20)
  expect(seen).toEqual([])
})

it('leaves nothing at the signal of a subscription that could not begin', async () => {
  await using bus = createMessageBus('memory')
  const { signal } = new AbortController()
  await expect(bus.subscribe('t', () => {}, { from: 5 as never, signal })).rejects.toThrow('from')
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

it('finds a result although a look for it failed', async () => {
  let failing = false
  await using bus = over((broker) => ({
    results: async (taskIds) => {
      if (!failing) return broker.results(taskIds)
      failing = false
      throw new Error('busy')
    },
  }))
  const waiting = bus.getResult('t', { waitMs: 300 })
  await sleep(20)
  failing = true
  await bus.publishResult({ taskId: 't', agentId: 'a', result: 1 })
  expect((await waiting)?.result).toBe(1)
  expect(failing).toBe(false)
})

it('answers all that was asked while it heard nothing', async () => {
  let hear: Listener | undefined
  await using bus = over((broker) => ({
    watchQuestions: (topic, heard) => {
      hear = heard
      return broker.watchQuestions(topic, () => {})
    },
  }))
  await bus.respond('t', (n) => n)
  const asked = [1, 2, 3].map((n) => bus.request('t', n))
  await sleep(10)
  hear?.(undefined)
  expect(await Promise.all(asked)).toEqual([1, 2, 3])
})

it('answers the question that it takes while its responder leaves', async () => {
  const taken = Promise.withResolvers<void>()
  await using bus = over((broker) => ({
    takeQuestion: async (topic) => {
      const question = await broker.takeQuestion(topic)
      await taken.promise
      return question
    },
  }))
  const responder = await bus.respond('t', () => 'answer')
  const asked = bus.request('t', 1, { timeoutMs: 2000 })
  await sleep(10)
  await responder.close()
  taken.resolve()
  expect(await asked).toBe('answer')
})

it('gives the name of a durable subscription to the last one that asks, and loses nothing between them', async () => {
  const errors: unknown[] = []
  await using bus = createMessageBus({ type: 'memory', onHandlerError: (error) => errors.push(error) })
  const slow: unknown[] = []
  const quick: unknown[] = []
  const first = await bus.subscribe(
    't',
    async ({ payload }) => {
      slow.push(payload)
      await sleep(30)
    },
    { durable: 'd', from: 'start' },
  )
  for (let n = 0; n < 5; n++) await bus.publish('t', n)
  await vi.waitFor(() => expect(slow).toEqual([0, 1]), { interval: 5 })
  const second = await bus.subscribe('t', ({ payload }) => quick.push(payload), { durable: 'd' })
  await vi.waitFor(() => expect(first).toMatchObject({ closed: true }))
  expect(errors).toMatchObject([{ code: 'MESSAGE_SUBSCRIPTION_TAKEN' }])
  await vi.waitFor(() => expect(quick.at(-1)).toBe(4))
  await second.close()
  expect(new Set([...slow, ...quick])).toEqual(new Set([0, 1, 2, 3, 4]))
  expect(quick).toEqual([1, 2, 3, 4])
  await bus.publish('t', 'later')
  await bus.subscribe('t', ({ payload }) => quick.push(payload), { durable: 'd' })
  await vi.waitFor(() => expect(quick.at(-1)).toBe('later'))
})

it('drains a consumer whose bus was closed, and one that is told to resume', async () => {
  const bus = createMessageBus('memory')
  const closed = await bus.consume('q', () => sleep(20))
  await bus.send('q', 1)
  await sleep(5)
  await bus.close()
  await sleep(40)
  await closed.drain()

  await using other = createMessageBus('memory')
  let handled = 0
  const consumer = await other.consume('q', async () => {
    handled++
    await sleep(5)
  })
  for (let n = 0; n < 50; n++) await other.send('q', n)
  await sleep(5)
  const drained = consumer.drain()
  consumer.resume()
  await drained
  expect(handled).toBeLessThan(5)
})

it('begins no responder when the bus is closed while an older one leaves', async () => {
  const left = Promise.withResolvers<void>()
  let watched = 0
  const bus = over(() => ({
    watchQuestions: async () => {
      watched++
      return () => left.promise
    },
  }))
  const first = await bus.respond('t', () => 1)
  const leaving = first.close()
  const second = bus.respond('t', () => 2)
  const closing = bus.close()
  left.resolve()
  await Promise.all([leaving, closing])
  expect(await second).toMatchObject({ closed: true })
  expect(watched).toBe(1)
})

it('keeps who waits for a result when an older wait is answered twice', async () => {
  const last = Promise.withResolvers<void>()
  let looks = 0
  await using bus = over((broker) => ({
    results: async (taskIds) => {
      // The first wait looks when it begins, at its end, and when the result comes.
      if (++looks === 2) await last.promise
      return broker.results(taskIds)
    },
  }))
  const first = bus.getResult('t', { waitMs: 20 })
  await sleep(40)
  await bus.publishResult({ taskId: 't', agentId: 'a', result: 1 })
  expect((await first)?.result).toBe(1)
  await bus.publishResult({ taskId: 't', agentId: 'a', result: 0, metadata: { event_type: 'x_resumed' } })
  const began = Date.now()
  const second = bus.getResult('t', { waitMs: 3000 })
  await sleep(10)
  last.resolve()
  await sleep(10)
  await bus.publishResult({ taskId: 't', agentId: 'a', result: 2 })
  expect((await second)?.result).toBe(2)
  expect(Date.now() - began).toBeLessThan(1000)
})
