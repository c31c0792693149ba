import { createEventBus, isGap, openOutput, type WorkflowEvents } from '@pawl/event-bus'
import { createEventClient, type EventClientOptions, Outputs } from '@pawl/event-bus/client'
import { createSseBridge, type SseBridgeOptions } from '@pawl/event-bus/sse'
import { byToken, createWebSocketBridge, type WebSocketBridgeOptions } from '@pawl/event-bus/websocket'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { cuttingProxy } from './cutting-proxy.ts'
import { serve } from './serve.ts'

interface Events {
  tick: number
}

const ofJob = (jobId: string) => ({ jobId })
const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

type Via = 'websocket' | 'sse'

async function open(
  options: Partial<WebSocketBridgeOptions<unknown> & SseBridgeOptions<unknown>> = {},
  replay = 1024,
) {
  const bus = createEventBus<Events & WorkflowEvents>({ replay })
  const webSocket = createWebSocketBridge(bus, { authorize: () => true, ...options })
  const sse = createSseBridge(bus, { authorize: () => true, ...options })
  const served = await serve({ webSocket, sse })
  cleanUps.push(() => served[Symbol.asyncDispose]())
  const proxy = await cuttingProxy(served.host)
  cleanUps.push(() => proxy[Symbol.asyncDispose]())
  const connect = (via: Via | 'both', more: EventClientOptions = {}) => {
    const client = createEventClient<Events & WorkflowEvents>({
      ...(via !== 'sse' && { webSocket: `http://${proxy.host}/ws/progress` }),
      ...(via !== 'websocket' && { sse: `http://${proxy.host}/sse/progress` }),
      backoff: { minMs: 5, maxMs: 20 },
      ...more,
    })
    cleanUps.push(() => client.close())
    return client
  }
  return { bus, webSocket, sse, served, proxy, connect }
}

/** The next items, as numbers, and gaps as `from-to`. */
async function take(events: AsyncIterable<{ seq: number }>, count: number): Promise<(number | string)[]> {
  const taken: (number | string)[] = []
  for await (const event of keepOpen(events)) {
    const gap = isGap(event as never)
      ? (event as never as { payload: { from: number; to: number } })
      : undefined
    taken.push(gap ? `${gap.payload.from}-${gap.payload.to}` : event.seq)
    if (taken.length === count) break
  }
  return taken
}

/** Leaving the loop must not close the subscription. */
const keepOpen = <T>(events: AsyncIterable<T>): AsyncIterable<T> => {
  const iterator = events[Symbol.asyncIterator]()
  return { [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) }
}

describe.each<Via>(['websocket', 'sse'])('the client over %s', (via) => {
  it('gets what is kept, what comes, and nothing of other jobs', async () => {
    const { bus, connect } = await open()
    bus.emit('tick', 1, ofJob('a'))
    bus.emit('tick', 2, ofJob('b'))
    const client = connect(via)
    const events = client.subscribe('a')
    expect(await take(events, 1)).toEqual([1])
    bus.emit('tick', 3, ofJob('a'))
    expect(await take(events, 1)).toEqual([3])
    expect([client.state, client.transport]).toEqual(['open', via])
    expect(events.position).toEqual({ bus: bus.id, seq: 3 })
  })

  it('resumes behind the last event after a cut, without loss or repetition', async () => {
    const { bus, proxy, connect } = await open()
    const events = connect(via).subscribe('a')
    bus.emit('tick', 1, ofJob('a'))
    expect(await take(events, 1)).toEqual([1])
    for (let round = 0; round < 5; round++) {
      expect(proxy.cut()).toBe(1)
      const first = bus.lastSeq + 1
      for (let n = 0; n < 10; n++) bus.emit('tick', n, ofJob('a'))
      expect(await take(events, 10)).toEqual(Array.from({ length: 10 }, (_, index) => first + index))
    }
  })

  it('follows several jobs, also those that come later, each read on its own', async () => {
    const { bus, webSocket, sse, connect } = await open()
    for (let n = 1; n <= 6; n++) bus.emit('tick', n, ofJob(n % 2 ? 'a' : 'b'))
    const client = connect(via)
    const a = client.subscribe('a')
    expect(await take(a, 3)).toEqual([1, 3, 5])
    const b = client.subscribe('b')
    const again = client.subscribe('a')
    expect(await take(b, 3)).toEqual([2, 4, 6])
    expect(await take(again, 3)).toEqual([1, 3, 5])
    bus.emit('tick', 7, ofJob('a'))
    expect(await Promise.all([take(a, 1), take(again, 1)])).toEqual([[7], [7]])
    for (const events of [a, b, again]) events.close()
    await vi.waitFor(() => expect(client.state).toBe('idle'))
    const stats = () => (via === 'sse' ? sse : webSocket).stats()
    await vi.waitFor(() => expect(stats()).toMatchObject({ connections: 0, subscriptions: 0 }))
    bus.emit('tick', 8, ofJob('b'))
    expect(await take(client.subscribe('b', { from: { bus: bus.id, seq: 6 } }), 1)).toEqual([8])
  })

  it('begins with what comes, where that is wanted', async () => {
    const { bus, connect } = await open()
    bus.emit('tick', 1, ofJob('a'))
    const client = connect(via)
    const events = client.subscribe('a', { from: 'now' })
    await vi.waitFor(() => expect(events.position).toEqual({ bus: bus.id, seq: 1 }))
    bus.emit('tick', 2, ofJob('a'))
    expect(await take(events, 1)).toEqual([2])
  })

  it('says what is missing when it was away for too long, and that the server was restarted', async () => {
    const { bus, proxy, connect } = await open({}, 3)
    const client = connect(via)
    const events = client.subscribe('a')
    bus.emit('tick', 1, ofJob('a'))
    expect(await take(events, 1)).toEqual([1])
    proxy.cut()
    for (let n = 2; n <= 10; n++) bus.emit('tick', n, ofJob('a'))
    expect(await take(events, 4)).toEqual(['2-7', 8, 9, 10])
    const stranger = client.subscribe('a', { from: { bus: 'gone', seq: 400 } })
    const first = (await stranger.next()).value
    expect(first).toMatchObject({ type: 'bus.gap', payload: { reason: 'restarted', from: 0, to: 7 } })
    expect(stranger.position?.bus).toBe(bus.id)
    expect(await take(stranger, 3)).toEqual([8, 9, 10])
  })

  it('moves its position on with the beats, so that a quiet job does not look as if it had missed something', async () => {
    const { bus, proxy, connect } = await open({ heartbeatMs: 15 }, 4)
    const events = connect(via).subscribe('quiet')
    bus.emit('tick', 1, ofJob('quiet'))
    expect(await take(events, 1)).toEqual([1])
    for (let n = 2; n <= 50; n++) bus.emit('tick', n, ofJob('busy'))
    await vi.waitFor(() => expect(events.position).toEqual({ bus: bus.id, seq: 50 }))
    proxy.cut()
    bus.emit('tick', 51, ofJob('quiet'))
    expect(await take(events, 1)).toEqual([51])
  })

  it('shows its token at each connection', async () => {
    const token = vi.fn(async () => 'a-token-of-alice')
    const { bus, proxy, connect } = await open({ authorize: byToken({ alice: 'a-token-of-alice' }) })
    const events = connect(via, { token }).subscribe('a')
    bus.emit('tick', 1, ofJob('a'))
    expect(await take(events, 1)).toEqual([1])
    proxy.cut()
    bus.emit('tick', 2, ofJob('a'))
    expect(await take(events, 1)).toEqual([2])
    expect(token).toHaveBeenCalledTimes(2)
  })

  it('fails a subscription that is not allowed and goes on with the others', async () => {
    const { bus, connect } = await open({ maySee: (_identity, job) => job !== 'secret' })
    const client = connect(via)
    const [events, secret] = [client.subscribe('a'), client.subscribe('secret')]
    await expect(secret.next()).rejects.toMatchObject({ code: 'EVENT_BUS_REFUSED', reason: 'FORBIDDEN' })
    expect(await secret.next()).toEqual({ value: undefined, done: true })
    bus.emit('tick', 1, ofJob('a'))
    expect(await take(events, 1)).toEqual([1])
  })

  it('notices a server that has fallen silent', async () => {
    const { bus, connect } = await open({ heartbeatMs: 20 })
    const states: string[] = []
    const events = connect(via, { onState: (state) => states.push(state) }).subscribe('a')
    bus.emit('tick', 1, ofJob('a'))
    expect(await take(events, 1)).toEqual([1])
    const frozen = performance.now() + 150
    // The timers of the server and of the client stand still together: the client finds the silence first.
    while (performance.now() < frozen);
    bus.emit('tick', 2, ofJob('a'))
    expect(await take(events, 1)).toEqual([2])
    expect(states.slice(0, 2)).toEqual(['connecting', 'open'])
  })

  it('never shows a chunk of text twice, over cuts and attempts', async () => {
    const { bus, proxy, connect } = await open()
    const events = connect(via).subscribe('run-1')
    const outputs = new Outputs()
    const reading = (async () => {
      for await (const event of events) if (outputs.take(event)?.complete) return
    })()
    const of = { runId: 'run-1', step: 'write', flushMs: 0 }
    const write = async (attempt: number, text: string, end: boolean) => {
      const output = openOutput(bus, { ...of, attempt })
      for (const word of text.split(/(?<= )/)) {
        output.write(word)
        if (Math.random() < 0.3) proxy.cut()
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
      if (end) output.end()
    }
    await write(1, 'The first attempt says something that is ', false)
    await write(2, 'The second attempt says it all and says it well.', true)
    await reading
    expect(outputs.get('run-1', 'write')).toMatchObject({
      attempt: 2,
      text: 'The second attempt says it all and says it well.',
      missing: 0,
      complete: true,
    })
  })

  it('ends by signal, by leaving the loop and by closing', async () => {
    const { bus, connect } = await open()
    const client = connect(via)
    const stop = new AbortController()
    const bySignal = client.subscribe('a', { signal: stop.signal })
    const byBreak = client.subscribe('a')
    const byClose = client.subscribe('a')
    bus.emit('tick', 1, ofJob('a'))
    for await (const event of byBreak) {
      expect(event.seq).toBe(1)
      break
    }
    stop.abort()
    expect((await bySignal.next()).done).toBe(true)
    expect(await take(byClose, 1)).toEqual([1])
    client.close()
    client.close()
    expect((await byClose.next()).done).toBe(true)
    expect(client.state).toBe('closed')
    expect(() => client.subscribe('a')).toThrow(expect.objectContaining({ code: 'EVENT_BUS_CLOSED' }))
  })
})

describe('the client', () => {
  it('falls back to SSE where WebSockets do not get through, and stays there', async () => {
    const { bus, served, connect } = await open()
    served.server.removeAllListeners('upgrade')
    const states: string[] = []
    const client = connect('both', { onState: (state, transport) => states.push(`${state} ${transport}`) })
    const events = client.subscribe('a')
    bus.emit('tick', 1, ofJob('a'))
    expect(await take(events, 1)).toEqual([1])
    expect(client.transport).toBe('sse')
    expect(states.at(-1)).toBe('open sse')
  })

  it('learns over SSE that its token is wrong', async () => {
    const { connect } = await open({ authorize: byToken({ alice: 'a-token-of-alice' }) })
    const events = connect('both', { token: 'another-token-here' }).subscribe('a')
    await expect(events.next()).rejects.toMatchObject({ code: 'EVENT_BUS_REFUSED', reason: 401 })
  })

  it('comes back when the server was away', async () => {
    const { bus, webSocket, served, connect } = await open()
    const detach = webSocket.attach(served.server)
    detach()
    const events = connect('websocket').subscribe('a')
    bus.emit('tick', 1, ofJob('a'))
    expect(await take(events, 1)).toEqual([1])
    await webSocket.close()
    bus.emit('tick', 2, ofJob('a'))
    const next = createWebSocketBridge(bus, { authorize: () => true })
    cleanUps.push(() => next.close())
    next.attach(served.server)
    expect(await take(events, 1)).toEqual([2])
  })

  it('says what it needs', () => {
    expect(() => createEventClient({})).toThrow(expect.objectContaining({ code: 'EVENT_BUS_BAD_OPTION' }))
  })
})
