import { setTimeout as pause } from 'node:timers/promises'
import { createEventBus } from '@pawl/event-bus'
import {
  byToken,
  CLOSE,
  createSseBridge,
  type ServerMessage,
  type SseBridgeOptions,
} from '@pawl/event-bus/sse'
import { afterEach, describe, expect, it, vi } from 'vitest'

interface Events {
  tick: number
  'step.progress': { step: string; done: number }
  odd: unknown
}

const ofJob = (jobId: string) => ({ jobId })
const BASE = 'http://pawl.example/sse/progress'
const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

function open(options: Partial<SseBridgeOptions<unknown>> = {}, replay = 1024) {
  const bus = createEventBus<Events>({ replay })
  const bridge = createSseBridge(bus, { authorize: () => true, ...options })
  cleanUps.push(() => bridge.close())
  const ask = (path: string, init: RequestInit = {}) => bridge.handle(new Request(BASE + path, init))
  const listen = async (path: string, init: RequestInit = {}) => {
    const gone = new AbortController()
    const answer = await ask(path, { signal: gone.signal, ...init })
    expect(answer.status).toBe(200)
    return Object.assign(new Stream(answer.body!), { answer, gone })
  }
  return { bus, bridge, ask, listen }
}

/** Reads a response as a browser would: `id` and `data` of each block. */
class Stream {
  readonly blocks: { id: string | undefined; said: ServerMessage }[] = []
  ended = false
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  #rest = ''

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader()
  }

  /** Reads on until it passes. */
  async hears(passes: () => boolean): Promise<void> {
    while (!passes()) {
      const { value, done } = await this.#reader.read()
      this.ended = done
      if (done) return
      const blocks = (this.#rest + new TextDecoder().decode(value)).split('\n\n')
      this.#rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const id = /^id: (.*)$/m.exec(block)?.[1]
        this.blocks.push({ id, said: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '') as ServerMessage })
      }
    }
  }

  cancel(): Promise<void> {
    return this.#reader.cancel()
  }

  hearsOf(kind: ServerMessage['kind']): Promise<void> {
    return this.hears(() => this.said.some((message) => message.kind === kind))
  }

  get said(): ServerMessage[] {
    return this.blocks.map(({ said }) => said)
  }

  get seqs(): number[] {
    return this.said.flatMap((message) => (message.kind === 'event' ? [message.event.seq] : []))
  }
}

describe('the SSE bridge', () => {
  it('streams the job of the address, each event with an id to resume from', async () => {
    const { bus, bridge, listen } = open()
    const stream = await listen('/a')
    expect(stream.answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(stream.answer.headers.get('cache-control')).toBe('no-store, no-transform')
    bus.emit('tick', 1, ofJob('a'))
    bus.emit('tick', 2, ofJob('b'))
    bus.emit('tick', 3, ofJob('a'))
    await stream.hears(() => stream.seqs.length === 2)
    expect(stream.seqs).toEqual([1, 3])
    expect(stream.blocks.at(-1)?.id).toBe(`${bus.id}:3`)
    expect(stream.said[0]).toMatchObject({ kind: 'hello', bus: bus.id })
    expect(bridge.stats()).toEqual({ connections: 1, subscriptions: 1, refused: 0 })
    await stream.cancel()
    expect(bridge.stats()).toEqual({ connections: 0, subscriptions: 0, refused: 0 })
  })

  it('resumes behind Last-Event-ID, of several jobs in one order', async () => {
    const { bus, listen } = open()
    for (let n = 1; n <= 10; n++) bus.emit('tick', n, ofJob('abc'[n % 3]!))
    const resumed = await listen('?job=a&job=b', { headers: { 'last-event-id': `${bus.id}:4` } })
    await resumed.hearsOf('subscribed')
    expect(resumed.seqs).toEqual([6, 7, 9, 10])
    const byQuery = await listen(`?job=a&after=6&bus=${bus.id}`)
    await byQuery.hearsOf('subscribed')
    expect(byQuery.seqs).toEqual([9])
    const now = await listen('/a?after=now')
    await now.hearsOf('subscribed')
    expect(now.seqs).toEqual([])
  })

  it('reports gaps without an id, so that nobody resumes behind a gap that they did not hear of', async () => {
    const { bus, listen } = open({}, 2)
    for (let n = 1; n <= 5; n++) bus.emit('tick', n, ofJob('a'))
    const stream = await listen('/a', { headers: { 'last-event-id': `${bus.id}:1` } })
    await stream.hearsOf('subscribed')
    const gap = stream.blocks.find(({ said }) => said.kind === 'gap')
    expect(gap).toMatchObject({ id: undefined, said: { gap: { reason: 'expired', from: 2, to: 3 } } })
    expect(stream.seqs).toEqual([4, 5])
  })

  it('beats, with an id that moves on', async () => {
    const { bus, listen } = open({ heartbeatMs: 10 })
    const stream = await listen('/a')
    bus.emit('tick', 1, ofJob('another'))
    await stream.hearsOf('beat')
    expect(stream.blocks.at(-1)).toEqual({ id: `${bus.id}:1`, said: { kind: 'beat', at: 1 } })
  })

  it('ends with the request, and says why it ends by itself', async () => {
    const { bridge, listen, ask } = open()
    const gone = await listen('/a')
    const stays = await listen('/a')
    gone.gone.abort()
    expect(bridge.stats().connections).toBe(1)
    await bridge.close()
    await stays.hearsOf('closing')
    expect(stays.said.at(-1)).toMatchObject({ kind: 'closing', code: CLOSE.goingAway })
    await stays.hears(() => false)
    expect(stays.ended).toBe(true)
    expect((await ask('/a')).status).toBe(503)
    expect(bridge.stats().connections).toBe(0)
  })

  it('refuses with a status and a code', async () => {
    const maySee = (_identity: unknown, job: string) => job !== 'secret'
    const authorize = byToken({ alice: 'a-token-of-alice' })
    const { ask, listen, bridge } = open({ authorize, maySee, maxConnections: 1, maxSubscriptions: 3 })
    const alice = { headers: { authorization: 'Bearer a-token-of-alice' } }
    const codeOf = async (answer: Promise<Response>) => [
      (await answer).status,
      ((await (await answer).json()) as { code: unknown }).code,
    ]
    expect(await codeOf(ask('/a'))).toEqual([401, 'UNAUTHORIZED'])
    expect(await codeOf(ask('/secret', alice))).toEqual([403, 'FORBIDDEN'])
    expect(await codeOf(ask('/a', { headers: { origin: 'https://evil.example' } }))).toEqual([
      403,
      'WRONG_ORIGIN',
    ])
    expect(await codeOf(ask('?job=a&job=b&job=c&job=d', alice))).toEqual([400, 'TOO_MANY_SUBSCRIPTIONS'])
    expect(await codeOf(ask('/x/y', alice))).toEqual([404, 'NOT_FOUND'])
    expect((await ask('/a', { method: 'POST' })).status).toBe(405)
    const some = await listen('?job=a&job=secret', alice)
    await some.hearsOf('refused')
    expect(some.said.at(-1)).toMatchObject({ job: 'secret', code: 'FORBIDDEN' })
    expect(await codeOf(ask('/a', alice))).toEqual([503, 'TOO_MANY_CONNECTIONS'])
    expect(bridge.stats()).toEqual({ connections: 1, subscriptions: 1, refused: 5 })
  })

  it('answers the preflight of pages that may connect', async () => {
    const { ask } = open({ origins: ['https://app.example'] })
    const preflight = (origin: string) => ask('/a', { method: 'OPTIONS', headers: { origin } })
    const answer = await preflight('https://app.example')
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect(answer.headers.get('access-control-allow-headers')).toContain('authorization')
    expect((await preflight('https://evil.example')).status).toBe(403)
    const real = await ask('/a', { headers: { origin: 'https://app.example' } })
    expect(real.headers.get('access-control-allow-origin')).toBe('https://app.example')
    await real.body?.cancel()
  })

  it('leaves out old progress for a client that does not read, and closes one that is too slow', async () => {
    const { bus, bridge, listen } = open({ maxBufferedBytes: 200_000 })
    const slow = await listen('/a')
    const filler = 'x'.repeat(10_000)
    for (let done = 1; done <= 500; done++) bus.emit('step.progress', { step: filler, done }, ofJob('a'))
    expect(bridge.stats().connections).toBe(1)
    await slow.hears(() => slow.seqs.at(-1) === 500)
    const gaps = slow.said.flatMap((message) => (message.kind === 'gap' ? [message.gap] : []))
    expect(gaps).toHaveLength(1)
    expect(slow.seqs.length + (gaps[0]?.dropped ?? 0)).toBe(500)
    for (let n = 0; n < 50; n++) bus.emit('odd', filler, ofJob('a'))
    await slow.hearsOf('closing')
    expect(slow.said.at(-1)).toMatchObject({ code: CLOSE.tooSlow })
    expect(bridge.stats().connections).toBe(0)
  })

  it('gives up on a client that is behind and never reads', async () => {
    const { bus, bridge, listen } = open({ heartbeatMs: 10 })
    await listen('/a')
    for (let n = 0; n < 10; n++) bus.emit('odd', 'x'.repeat(10_000), ofJob('a'))
    await pause(5)
    expect(bridge.stats().connections).toBe(1)
    await vi.waitFor(() => expect(bridge.stats().connections).toBe(0))
  })
})
