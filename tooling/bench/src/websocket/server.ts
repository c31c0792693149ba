import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createEventBus } from '@pawl/event-bus'
import { createWebSocketBridge } from '@pawl/event-bus/websocket'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Answer, EVENT_BYTES, JOB, jobOf, MAX_BUFFERED_BYTES, type Order } from './protocol.ts'

// The server's process: `node --expose-gc server.ts ours|bare`. Both send messages of the same length: bare `ws` a text
// that is serialised once for all of its clients, ours what its bridge makes of an event.

/** How often a flood looks at the memory. */
const SAMPLES = 40

/** Sends one message to the clients of a job. */
type Send = (job: string) => void

const server = createServer()
const send = process.argv[2] === 'bare' ? bare(server) : ours(server)
const answer = (said: Answer): void => void process.send?.(said)

process.on('message', (order: Order) => void carryOut(order))
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', 4096, () => answer({ port: (server.address() as AddressInfo).port }))

async function carryOut(order: Order): Promise<void> {
  if (order.do === 'emit') {
    for (let n = 0; n < order.events; n++) {
      send(JOB)
      await turn()
    }
    answer({})
  } else if (order.do === 'flood') answer({ held: await flood(order.jobs, order.bytes) })
  else answer({ rss: await weigh() })
}

async function flood(jobs: number, bytes: number): Promise<number> {
  const events = Math.ceil(bytes / EVENT_BYTES)
  let most = 0
  for (let sent = 0; sent < events; sent++) {
    for (let n = 0; n < jobs; n++) send(jobOf(n))
    await turn()
    if (sent % Math.ceil(events / SAMPLES) === 0) most = Math.max(most, reachable())
  }
  return Math.max(most, reachable())
}

/** What is left when all garbage is gone: the heap, and the buffers beside it. */
function reachable(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function ours(http: Server): Send {
  const bus = createEventBus<{ tick: string }>({ id: 'bench' })
  const options = { authorize: () => true, maxBufferedBytes: MAX_BUFFERED_BYTES, heartbeatMs: 3_600_000 }
  createWebSocketBridge(bus, options).attach(http)
  const empty = { kind: 'event', job: JOB, event: bus.emit('tick', '', { jobId: JOB }) }
  const payload = 'x'.repeat(EVENT_BYTES - JSON.stringify(empty).length - 4)
  return (jobId) => void bus.emit('tick', payload, { jobId })
}

function bare(http: Server): Send {
  const upgrader = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false })
  const clients = new Map<string, Set<WebSocket>>()
  http.on('upgrade', (request, socket, head) => {
    upgrader.handleUpgrade(request, socket, head, (client) => {
      const job = request.url?.split('/').at(-1) ?? ''
      const together = clients.get(job) ?? new Set()
      clients.set(job, together.add(client))
      client.on('close', () => together.delete(client))
      client.on('error', () => {})
    })
  })
  const payload = 'x'.repeat(EVENT_BYTES - JSON.stringify({ seq: 1, payload: '' }).length - 3)
  let seq = 0
  return (job) => {
    seq++
    const data = Buffer.from(JSON.stringify({ seq, payload }))
    for (const client of clients.get(job) ?? []) client.send(data, { binary: false })
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function weigh(): Promise<number> {
  for (let n = 0; n < 4; n++) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return process.memoryUsage().rss
}
