import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createEventBus } from '@pawl/event-bus'
import { byToken, CLOSE, createWebSocketBridge } from '@pawl/event-bus/websocket'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Served, serve } from './serve.ts'
import { Listening, refusalOf } from './visitor.ts'

// What somebody who means harm may try. Each is refused with its code, and meanwhile an honest client gets every event.

const TOKEN = 'a-token-of-alice'
const MAX_CONNECTIONS = 500

const bus = createEventBus<{ tick: number }>()
const bridge = createWebSocketBridge(bus, {
  authorize: byToken({ alice: TOKEN }),
  maySee: async (_identity, job) => job !== 'secret',
  maxConnections: MAX_CONNECTIONS,
  maxSubscriptions: 8,
  maxPayload: 1_024,
  maxMessagesPerSecond: 50,
  closeTimeoutMs: 500,
})
let served: Served
let honest: Listening
let ticking: ReturnType<typeof setInterval>
const headers = { authorization: `Bearer ${TOKEN}` }
const url = (path = '') => `ws://${served.host}/ws/progress${path}`

beforeAll(async () => {
  served = await serve({ webSocket: bridge })
  honest = new Listening(url('/job'), { headers })
  await honest.hearsOf('subscribed', 'job')
  ticking = setInterval(() => bus.emit('tick', 0, { jobId: 'job' }), 5)
})
afterAll(async () => {
  clearInterval(ticking)
  honest.socket.terminate()
  await served[Symbol.asyncDispose]()
})

let before = 0
beforeEach(() => {
  before = bus.lastSeq
})
afterEach(async () => {
  const now = bus.lastSeq + 1
  await honest.hears(() => (honest.seqs.at(-1) ?? 0) > now)
  const seqs = honest.seqs
  expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => index + 1))
  expect(honest.socket.readyState).toBe(honest.socket.OPEN)
  expect(bus.lastSeq).toBeGreaterThan(before)
})

it('a page of another origin: 403, before anybody looks at the token', async () => {
  expect(await refusalOf(url('/job'), { headers, origin: 'https://evil.example' })).toEqual({
    status: 403,
    code: 'WRONG_ORIGIN',
  })
})

it('a bad token, none, half of one, one too long: 401', async () => {
  for (const token of ['not-a-token-of-alice', TOKEN.slice(0, -1), `${TOKEN}x`, 'x'.repeat(8_000)]) {
    expect(await refusalOf(url('/job'), { headers: { authorization: `Bearer ${token}` } })).toMatchObject({
      status: 401,
    })
  }
  expect((await refusalOf(url('/job'))).status).toBe(401)
  expect((await refusalOf(url('/secret'), { headers })).status).toBe(403)
})

it('a giant frame: 1009, announced or sent, in one piece or in many', async () => {
  const inOne = await new Listening(url(), { headers }).opened()
  inOne.say('x'.repeat(5_000_000))
  expect((await inOne.closed).code).toBe(1009)
  const inMany = await new Listening(url(), { headers }).opened()
  for (let n = 0; n < 20; n++) inMany.socket.send('x'.repeat(100), { fin: false })
  expect((await inMany.closed).code).toBe(1009)
  const announced = await upgraded()
  announced.write(Buffer.from([0x81, 0xff, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4]))
  expect(await closeCodeOf(announced)).toBe(1009)
})

it('10,000 connections: those over the limit get 503, and there is room again when they go', async () => {
  const statuses = new Map<number, number>()
  const open: Socket[] = []
  let left = 10_000
  const lane = async () => {
    while (left-- > 0) {
      const { socket, status } = await knock()
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      if (status === 101) open.push(socket)
      else socket.destroy()
    }
  }
  await Promise.all(Array.from({ length: 200 }, lane))
  expect(Object.fromEntries(statuses)).toEqual({ 101: MAX_CONNECTIONS - 1, 503: 10_001 - MAX_CONNECTIONS })
  expect(bridge.stats().connections).toBe(MAX_CONNECTIONS)
  for (const socket of open) socket.destroy()
  const { socket } = await knockUntilLetIn()
  socket.destroy()
}, 60_000)

it('a flood of subscriptions: refused over the limit, and 4429 over the messages a second', async () => {
  const flood = await new Listening(url(), { headers }).opened()
  for (let n = 0; n < 40; n++) flood.say({ kind: 'subscribe', job: `job ${n}` })
  await flood.hears((heard) => heard.filter((said) => said.kind === 'refused').length === 32)
  expect(flood.heard.filter((said) => said.kind === 'subscribed')).toHaveLength(8)
  for (let n = 0; n < 200; n++) flood.say({ kind: 'subscribe', job: 'job' })
  expect((await flood.closed).code).toBe(CLOSE.flood)
  const pings = await new Listening(url('/job'), { headers }).opened()
  for (let n = 0; n < 200; n++) pings.socket.ping()
  expect((await pings.closed).code).toBe(CLOSE.flood)
})

it('binary junk, broken frames and text that is no message: 1003, 1002, 1007, 4400', async () => {
  const binary = await new Listening(url('/job'), { headers }).opened()
  binary.socket.send(Buffer.from([0, 1, 2, 255]))
  expect((await binary.closed).code).toBe(CLOSE.binary)
  const prose = await new Listening(url('/job'), { headers }).opened()
  prose.say('{"kind":"subscribe","job":{"$gt":""}}')
  expect((await prose.closed).code).toBe(CLOSE.badMessage)
  const cases: [number, number[]][] = [
    [1002, [0xff, 0xff, 0xff, 0xff]], // reserved bits
    [1002, [0x81, 0x01, 0x61]], // a client that does not mask
    [1007, [0x81, 0x81, 0, 0, 0, 0, 0xff]], // not UTF-8
  ]
  for (const [code, bytes] of cases) {
    const raw = await upgraded()
    raw.write(Buffer.from(bytes))
    expect(await closeCodeOf(raw)).toBe(code)
  }
})

it('requests that are no upgrade of this protocol: refused by HTTP', async () => {
  expect((await knock({ version: '7' })).status).toBe(400)
  expect((await knock({ key: 'short' })).status).toBe(400)
  expect((await knock({ path: '/ws/progress/%zz' })).status).toBe(404)
  expect((await knock({ path: '/ws/progress/../../etc/passwd' })).status).toBe(404)
  expect((await knock({ path: '//[' })).status).toBe(404)
})

/** Asks for an upgrade over a bare socket. */
async function knock(
  ask: { path?: string; version?: string; key?: string } = {},
): Promise<{ socket: Socket; status: number }> {
  const [host = '', port] = served.host.split(':')
  const socket = connect(Number(port), host)
  socket.on('error', () => {})
  socket.write(
    [
      `GET ${ask.path ?? '/ws/progress/another'} HTTP/1.1`,
      `Host: ${served.host}`,
      `Authorization: Bearer ${TOKEN}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      `Sec-WebSocket-Version: ${ask.version ?? '13'}`,
      `Sec-WebSocket-Key: ${ask.key ?? 'dGhlIHNhbXBsZSBub25jZQ=='}`,
      '\r\n',
    ].join('\r\n'),
  )
  const [head] = (await once(socket, 'data')) as [Buffer]
  return { socket, status: Number(/^HTTP\/1\.1 (\d+)/.exec(head.toString('latin1'))?.[1]) }
}

async function knockUntilLetIn(): Promise<{ socket: Socket }> {
  for (;;) {
    const { socket, status } = await knock()
    if (status === 101) return { socket }
    socket.destroy()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const upgraded = async (): Promise<Socket> => (await knockUntilLetIn()).socket

/** Reads frames until the server closes; its code, or nothing when it just hangs up. */
async function closeCodeOf(socket: Socket): Promise<number | undefined> {
  let rest = Buffer.alloc(0)
  for await (const bytes of socket) {
    rest = Buffer.concat([rest, bytes as Buffer])
    for (;;) {
      const length = rest[1] === 126 ? rest.readUInt16BE(2) : rest[1]
      const head = rest[1] === 126 ? 4 : 2
      if (length === undefined || rest.length < head + length) break
      if (rest[0] === 0x88) return rest.readUInt16BE(head)
      rest = rest.subarray(head + length)
    }
  }
  return undefined
}
