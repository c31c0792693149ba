import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { createEventBus } from '@pawl/event-bus'
import { byToken, CLOSE, createWebSocketBridge, type WebSocketBridgeOptions } from '@pawl/event-bus/websocket'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { serve } from './serve.ts'
import { Listening, refusalOf } from './visitor.ts'

interface Events {
  tick: number
  'step.progress': { step: string; done: number }
  odd: unknown
}

const ofJob = (jobId: string) => ({ jobId })
const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function open(options: Partial<WebSocketBridgeOptions<unknown>> = {}, replay = 1024) {
  const bus = createEventBus<Events>({ replay })
  const bridge = createWebSocketBridge(bus, { authorize: () => true, ...options })
  const served = await serve({ webSocket: bridge })
  cleanUps.push(() => served[Symbol.asyncDispose]())
  const url = `ws://${served.host}/ws/progress`
  const listen = (path = '', clientOptions = {}) => {
    const client = new Listening(url + path, clientOptions)
    cleanUps.push(() => client.socket.terminate())
    return client
  }
  return { bus, bridge, served, url, listen }
}

describe('the WebSocket bridge', () => {
  it('greets, sends the job of the address alone, and unsubscribes when the socket goes', async () => {
    const { bus, bridge, listen } = await open()
    const client = listen('/a')
    await client.hearsOf('subscribed', 'a')
    expect(client.socket.protocol).toBe('pawl.v1')
    bus.emit('tick', 1, ofJob('a'))
    bus.emit('tick', 2, ofJob('b'))
    bus.emit('tick', 3, ofJob('a'))
    await client.hears(() => client.seqs.length === 2)
    expect(client.heard[0]).toEqual({ kind: 'hello', protocol: 1, bus: bus.id, at: 0, beatMs: 15_000 })
    const events = client.heard.flatMap((said) => (said.kind === 'event' ? [said.event] : []))
    expect(events.map(({ payload }) => payload)).toEqual([1, 3])
    expect(events[0]).toMatchObject({ id: `${bus.id}:1`, seq: 1, type: 'tick', meta: { jobId: 'a' } })
    expect(bridge.stats()).toEqual({ connections: 1, subscriptions: 1, refused: 0 })
    client.socket.terminate()
    await vi.waitFor(() => expect(bridge.stats()).toEqual({ connections: 0, subscriptions: 0, refused: 0 }))
  })

  it('takes several jobs by message and lets go of them', async () => {
    const { bus, listen } = await open()
    const client = await listen().opened()
    client.say({ kind: 'subscribe', job: 'a' })
    client.say({ kind: 'subscribe', job: 'b' })
    await client.hearsOf('subscribed', 'b')
    bus.emit('tick', 1, ofJob('b'))
    bus.emit('tick', 2, ofJob('a'))
    client.say({ kind: 'unsubscribe', job: 'a' })
    await client.hearsOf('unsubscribed', 'a')
    bus.emit('tick', 3, ofJob('a'))
    bus.emit('tick', 4, ofJob('b'))
    await client.hears(() => client.seqs.at(-1) === 4)
    expect(client.seqs).toEqual([1, 2, 4])
  })

  it('sends what is kept, resumes behind a number, or begins with what comes', async () => {
    const { bus, listen } = await open()
    for (let n = 1; n <= 200; n++) bus.emit('tick', n, ofJob(n % 2 ? 'a' : 'b'))
    const kept = listen('/a')
    const behind = listen(`/a?after=195&bus=${bus.id}`)
    const now = listen('/a?after=now')
    await Promise.all([kept, behind, now].map((client) => client.hearsOf('subscribed', 'a')))
    expect(kept.seqs).toEqual(Array.from({ length: 100 }, (_, index) => index * 2 + 1))
    expect(behind.seqs).toEqual([197, 199])
    expect(now.seqs).toEqual([])
    expect(now.heard.at(-1)).toEqual({ kind: 'subscribed', job: 'a', at: 200 })
  })

  it('reports what is not kept any more, a bus that was restarted, and what is not JSON', async () => {
    const errors = vi.fn()
    const { bus, listen } = await open({ onError: errors }, 4)
    for (let n = 1; n <= 10; n++) bus.emit('tick', n, ofJob('a'))
    const late = listen(`/a?after=3&bus=${bus.id}`)
    const stranger = listen('/a?after=3&bus=another')
    await Promise.all([late, stranger].map((client) => client.hearsOf('subscribed', 'a')))
    const gapsOf = ({ heard }: Listening) => heard.flatMap((said) => (said.kind === 'gap' ? [said.gap] : []))
    expect(gapsOf(late)).toEqual([{ reason: 'expired', from: 4, to: 6, dropped: null }])
    expect(gapsOf(stranger)).toEqual([{ reason: 'restarted', from: 0, to: 6, dropped: null }])
    expect([late.seqs, stranger.seqs]).toEqual([
      [7, 8, 9, 10],
      [7, 8, 9, 10],
    ])
    bus.emit('odd', { big: 1n }, ofJob('a'))
    bus.emit('tick', 12, ofJob('a'))
    await late.hears(() => late.seqs.at(-1) === 12)
    expect(gapsOf(late).at(-1)).toEqual({ reason: 'not-json', from: 11, to: 11, dropped: 1 })
    expect(errors).toHaveBeenCalledOnce()
  })

  it('moves the client on by its beats, and ends a client that gives no sign of life', async () => {
    const { bus, listen } = await open({ heartbeatMs: 40 })
    const client = listen('/a')
    await client.hearsOf('subscribed', 'a')
    bus.emit('tick', 1, ofJob('another'))
    await client.hears((heard) => heard.some((said) => said.kind === 'beat' && said.at === 1))
    const deaf = listen('/a', { autoPong: false })
    expect((await deaf.closed).code).toBe(1006)
    expect(client.socket.readyState).toBe(client.socket.OPEN)
  })

  it('closes a client that subscribes to nothing', async () => {
    const { listen } = await open({ heartbeatMs: 20, idleTimeoutMs: 60 })
    const idle = listen()
    const busy = listen('/a')
    expect(await idle.closed).toEqual({ code: CLOSE.idle, reason: 'nothing subscribed' })
    expect(busy.socket.readyState).toBe(busy.socket.OPEN)
  })

  it('says goodbye to all when it closes, and refuses who comes then', async () => {
    const { bridge, listen, served, url } = await open()
    const client = listen('/a')
    await client.hearsOf('subscribed', 'a')
    const late = new Promise((resolve) => {
      served.server.once('upgrade', (request, socket, head) => {
        bridge.handleUpgrade(request, socket, head)
        resolve(undefined)
      })
    })
    await bridge.close()
    await bridge.close()
    expect((await client.closed).code).toBe(CLOSE.goingAway)
    expect(await refusalOf(`${url}/a`)).toEqual({ status: 503, code: 'CLOSING' })
    await late
  })

  it('terminates who does not say goodbye in time', async () => {
    const { bridge, served } = await open({ closeTimeoutMs: 50 })
    const [host, port] = served.host.split(':')
    const raw = connect(Number(port), host)
    raw.on('error', () => {})
    raw.write(upgradeRequest('/ws/progress/a', served.host))
    await new Promise((resolve) => raw.once('data', resolve))
    const began = performance.now()
    await bridge.close()
    expect(performance.now() - began).toBeLessThan(2_000)
    raw.destroy()
  })

  it('leaves the upgrades of others alone, and answers 404 when there are no others', async () => {
    const { served, bridge } = await open()
    expect(await refusalOf(`ws://${served.host}/elsewhere`)).toEqual({ status: 404, code: 'NOT_FOUND' })
    const others = vi.fn((_request, socket) =>
      socket.end('HTTP/1.1 418 Teapot\r\nContent-Length: 2\r\n\r\n{}'),
    )
    served.server.on('upgrade', others)
    expect((await refusalOf(`ws://${served.host}/elsewhere`)).status).toBe(418)
    await refusalOf(`ws://${served.host}/ws/progress/a%2Fb`).catch(() => {})
    expect(bridge.stats().connections).toBe(0)
  })
})

describe('who may connect', () => {
  it('is asked before the upgrade, by header or by subprotocol, and each job again', async () => {
    const maySee = vi.fn((identity: unknown, job: string) => identity === 'alice' && job !== 'secret')
    const authorize = byToken({ alice: 'a token of alice', bob: 'another one of bob' })
    const { listen, url, bridge } = await open({ authorize, maySee })
    expect(await refusalOf(`${url}/a`)).toEqual({ status: 401, code: 'UNAUTHORIZED' })
    const wrong = { headers: { authorization: 'Bearer a token of alicf' } }
    expect(await refusalOf(`${url}/a`, wrong)).toEqual({ status: 401, code: 'UNAUTHORIZED' })
    const bob = { headers: { authorization: 'Bearer another one of bob' } }
    expect((await refusalOf(`${url}/a`, bob)).status).toBe(401) // a bearer token has no spaces
    expect(maySee).not.toHaveBeenCalled()
    const encoded = (token: string) => `pawl.token.${Buffer.from(token).toString('base64url')}`
    expect((await refusalOf(`${url}/a`, {}, ['pawl.v1', encoded('another one of bob')])).status).toBe(403)
    const alice = new Listening(`${url}/a`, {}, ['pawl.v1', encoded('a token of alice')])
    await alice.hearsOf('subscribed', 'a')
    expect(alice.socket.protocol).toBe('pawl.v1')
    alice.say({ kind: 'subscribe', job: 'secret' })
    await alice.hearsOf('refused', 'secret')
    expect(alice.heard.at(-1)).toMatchObject({ kind: 'refused', code: 'FORBIDDEN' })
    alice.socket.terminate()
    expect(bridge.stats().refused).toBe(4)
    expect(listen).toBeDefined()
  })

  it('may be asked for long, but not for ever, and may fail', async () => {
    const onError = vi.fn()
    const slow = await open({ authorize: () => new Promise(() => {}), authorizeTimeoutMs: 30, onError })
    expect(await refusalOf(`${slow.url}/a`)).toEqual({ status: 500, code: 'AUTHORIZATION_FAILED' })
    expect(String(onError.mock.calls[0]?.[0])).toContain('30 ms')
    const broken = await open({
      onError,
      authorize: () => {
        throw new Error('no database')
      },
    })
    expect((await refusalOf(`${broken.url}/a`)).status).toBe(500)
    expect(broken.bridge.stats().connections).toBe(0)
  })

  it('gives its place back when the visitor leaves while being asked about', async () => {
    let answer = (_answer: boolean): void => {}
    const asked = new Promise<boolean>((resolve) => {
      answer = resolve
    })
    const { bridge, listen } = await open({ authorize: () => asked })
    const client = listen('/a')
    await vi.waitFor(() => expect(bridge.stats().connections).toBe(1))
    client.socket.terminate()
    await client.closed
    await pause(10)
    answer(true)
    await vi.waitFor(() => expect(bridge.stats().connections).toBe(0))
  })

  it('depends on the origin of the page', async () => {
    const own = await open()
    const from = (origin: string) => ({ origin })
    expect(await refusalOf(`${own.url}/a`, from('https://evil.example'))).toEqual({
      status: 403,
      code: 'WRONG_ORIGIN',
    })
    expect((await refusalOf(`${own.url}/a`, from('null'))).status).toBe(403)
    await own.listen('/a', from(`http://${own.served.host}`)).hearsOf('subscribed', 'a')
    await own.listen('/a').hearsOf('subscribed', 'a')
    const listed = await open({ origins: ['https://app.example'] })
    await listed.listen('/a', from('https://app.example')).hearsOf('subscribed', 'a')
    expect((await refusalOf(`${listed.url}/a`, from(`http://${listed.served.host}`))).status).toBe(403)
  })

  it('has its limits', async () => {
    const { listen, url, bridge } = await open({ maxConnections: 2, maxSubscriptions: 2 })
    expect(await refusalOf(`${url}/${'x'.repeat(257)}`)).toEqual({ status: 400, code: 'BAD_JOB' })
    const client = listen('/a')
    await client.hearsOf('subscribed', 'a')
    client.say({ kind: 'subscribe', job: 'b' })
    client.say({ kind: 'subscribe', job: 'c' })
    await client.hearsOf('refused', 'c')
    expect(client.heard.find((said) => said.kind === 'refused')).toMatchObject({
      job: 'c',
      code: 'TOO_MANY_SUBSCRIPTIONS',
    })
    client.say({ kind: 'subscribe', job: 'b', after: 'now' })
    await client.hears((heard) => heard.filter((said) => said.kind === 'subscribed').length === 3)
    await listen('/a').hearsOf('subscribed', 'a')
    expect(await refusalOf(`${url}/a`)).toEqual({ status: 503, code: 'TOO_MANY_CONNECTIONS' })
    expect(bridge.stats()).toEqual({ connections: 2, subscriptions: 3, refused: 2 })
  })

  it('asks for options that make sense', () => {
    const bus = createEventBus<Events>()
    const bridge = (options: object) => () =>
      createWebSocketBridge(bus, { authorize: () => true, ...options })
    expect(bridge({ path: 'ws' })).toThrow('path')
    expect(bridge({ maxPayload: 0 })).toThrow('maxPayload')
    expect(bridge({ heartbeatMs: 1.5 })).toThrow('heartbeatMs')
    expect(() => byToken({ a: 'short' })).toThrow('"a"')
    expect(() => byToken({ a: undefined })).toThrow('"a"')
  })
})

describe('a client that does not read', () => {
  const filler = 'x'.repeat(10_000)

  it('is sent the newest progress alone, with a gap for what was left out, once it reads again', async () => {
    const { bus, listen } = await open({ maxBufferedBytes: 200_000 })
    const client = listen('/a')
    await client.hearsOf('subscribed', 'a')
    client.socket.pause()
    // Enough to fill the kernel's buffers too, so that the rest is held back by the bridge.
    let done = 0
    for (let round = 0; round < 2_000; round++) {
      for (let n = 0; n < 5; n++) bus.emit('step.progress', { step: filler, done: ++done }, ofJob('a'))
      if (round % 50 === 0) await pause(1)
    }
    client.socket.resume()
    await client.hears(() => client.seqs.at(-1) === done)
    const covered = client.heard.flatMap((said) => {
      if (said.kind === 'event') return [{ from: said.event.seq, to: said.event.seq }]
      return said.kind === 'gap' ? [said.gap] : []
    })
    const leftOut = client.heard.reduce(
      (sum, said) => sum + (said.kind === 'gap' ? (said.gap.dropped ?? 0) : 0),
      0,
    )
    expect(leftOut).toBeGreaterThan(0)
    expect(leftOut + client.seqs.length).toBe(done)
    let next = 1
    for (const { from, to } of covered) {
      expect(from).toBe(next)
      next = to + 1
    }
  })

  it('is closed when what must not be left out grows over the cap, and others are not', async () => {
    const { bus, listen, bridge } = await open({ maxBufferedBytes: 200_000, closeTimeoutMs: 100 })
    const [stalled, good] = [listen('/a'), listen('/a')]
    await Promise.all([stalled.hearsOf('subscribed', 'a'), good.hearsOf('subscribed', 'a')])
    stalled.socket.pause()
    let sent = 0
    while (bridge.stats().subscriptions === 2 && sent < 5_000) {
      bus.emit('odd', filler, ofJob('a'))
      sent++
      await good.hears(() => good.seqs.at(-1) === sent)
    }
    expect(bridge.stats().subscriptions).toBe(1)
    await vi.waitFor(() => expect(bridge.stats().connections).toBe(1))
    bus.emit('tick', 1, ofJob('a'))
    await good.hears(() => good.seqs.at(-1) === sent + 1)
    expect(good.seqs).toHaveLength(sent + 1)
  })

  it('hears why when it reads on in time', async () => {
    const { bus, listen, bridge } = await open({ maxBufferedBytes: 100_000 })
    const client = listen('/a')
    await client.hearsOf('subscribed', 'a')
    for (let n = 0; n < 30; n++) bus.emit('odd', filler, ofJob('a'))
    expect(await client.closed).toEqual({ code: CLOSE.tooSlow, reason: 'too slow' })
    expect(bridge.stats().subscriptions).toBe(0)
  })

  it('may catch up with more than the cap: the ring is read at its speed', async () => {
    const { bus, listen } = await open({ maxBufferedBytes: 100_000 })
    for (let n = 0; n < 500; n++) bus.emit('odd', filler, ofJob('a'))
    const client = listen('/a')
    await client.hearsOf('subscribed', 'a')
    expect(client.seqs).toHaveLength(500)
  })
})

/** What a browser says first, as bytes. */
const upgradeRequest = (path: string, host: string): string =>
  [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    '\r\n',
  ].join('\r\n')
