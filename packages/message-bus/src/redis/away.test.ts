import { redisUrl } from '@pawl/testkit/redis/vitest'
import { describe, expect, it } from 'vitest'
import type { MessageBus } from '../index.ts'
import { createMessageBus } from '../index.ts'

const AWAY = { redisUrl: 'redis://127.0.0.1:1' }
const unavailable = { code: 'MESSAGE_BROKER_UNAVAILABLE', retriable: true }

const CALLS: [string, (bus: MessageBus) => Promise<unknown>][] = [
  ['consume', (bus) => bus.consume('q', () => {})],
  ['subscribe', (bus) => bus.subscribe('t', () => {})],
  ['respond', (bus) => bus.respond('r', () => 1)],
  ['request', (bus) => bus.request('r', 1)],
]

describe('a Redis that was never there', () => {
  it.each(CALLS)('is told to %s, each time', async (_, call) => {
    await using bus = createMessageBus(AWAY)
    await expect(call(bus)).rejects.toMatchObject(unavailable)
    const began = Date.now()
    await expect(call(bus)).rejects.toMatchObject(unavailable)
    expect(Date.now() - began).toBeLessThan(4000)
  })

  it.each(CALLS)('keeps no %s when the bus is closed', async (_, call) => {
    const bus = createMessageBus(AWAY)
    const ended = expect(call(bus)).rejects.toMatchObject({ code: 'MESSAGE_BUS_CLOSED' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    await bus.close()
    await ended
  })

  it('counts the time of a request from the call, and hears its signal', async () => {
    await using bus = createMessageBus(AWAY)
    const late = bus.request('r', 1, { timeoutMs: 50 })
    const left = bus.request('r', 1, { signal: AbortSignal.timeout(50) })
    await Promise.all([
      expect(late).rejects.toMatchObject({ code: 'MESSAGE_REQUEST_TIMEOUT' }),
      expect(left).rejects.toMatchObject({ name: 'TimeoutError' }),
    ])
  })
})

it('adds up what was counted in each queue', async () => {
  await using bus = createMessageBus({ redisUrl: redisUrl(), namespace: `counted-${Date.now()}` })
  for (const queue of ['a', 'b', 'c']) await bus.send(queue, 1, { id: 'x' })
  for (const queue of ['a', 'b']) await bus.send(queue, 1, { id: 'x' })
  await bus.healthCheck()
  expect((await bus.healthCheck()).numbers).toMatchObject({ duplicates: 2, forgottenEarly: 0 })
})
