import { createEventBus } from '@pawl/event-bus'
import { createEventClient } from '@pawl/event-bus/client'
import { createSseBridge } from '@pawl/event-bus/sse'
import { createWebSocketBridge } from '@pawl/event-bus/websocket'
import { expect, it } from 'vitest'
import { cuttingProxy } from './cutting-proxy.ts'
import { serve } from './serve.ts'

// A client that loses its connection 200 times while 5,000 events are emitted: idle, in the middle of a message, or
// while it is still coming back. Each event has to arrive once, in order.

const EVENTS = 5_000
const CUTS = 200

/** Numbers from 0 (included) to 1 (excluded) that follow from the seed: mulberry32, by Tommy Ettinger (public domain). */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

it.each(['websocket', 'sse'] as const)(
  '200 disconnects during 5,000 events, over %s',
  async (via) => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000_000)
    const replay = `SEED=${seed} npx vitest run test/disconnects (in packages/event-bus)`
    const random = seeded(seed)
    const bus = createEventBus<{ tick: number }>({ replay: EVENTS })
    const options = { authorize: () => true, maxConnections: 5 }
    const [webSocket, sse] = [createWebSocketBridge(bus, options), createSseBridge(bus, options)]
    await using served = await serve({ webSocket, sse })
    await using proxy = await cuttingProxy(served.host)
    using client = createEventClient<{ tick: number }>({
      ...(via === 'sse'
        ? { sse: `http://${proxy.host}/sse/progress` }
        : { webSocket: `ws://${proxy.host}/ws/progress` }),
      backoff: { minMs: 1, maxMs: 4 },
    })
    const events = client.subscribe('job')
    const seen: number[] = []
    const reading = (async () => {
      for await (const event of events) {
        expect(event.type, replay).toBe('tick')
        seen.push(event.seq)
        if (seen.length === EVENTS) return
      }
    })()

    let emitted = 0
    while (emitted < EVENTS || proxy.cuts < CUTS) {
      const due = proxy.cuts >= CUTS ? EVENTS : Math.floor((EVENTS / CUTS) * (proxy.cuts + random()))
      while (emitted < Math.min(due, EVENTS)) bus.emit('tick', ++emitted, { jobId: 'job' })
      if (random() < 0.5) proxy.cut()
      else proxy.cutAfter(1 + Math.floor(random() * 2_000))
      await new Promise((resolve) => setTimeout(resolve, random() * 8))
    }
    proxy.cutAfter(Number.POSITIVE_INFINITY)
    await reading
    expect(seen, replay).toEqual(Array.from({ length: EVENTS }, (_, index) => index + 1))
    expect(proxy.cuts).toBeGreaterThanOrEqual(CUTS)
  },
  60_000,
)
