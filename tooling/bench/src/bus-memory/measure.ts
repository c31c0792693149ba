import { createMemoryMessageBus, type MessageBus } from '@pawl/message-bus'
import { median, type Row } from '../row.ts'

// Work through the memory backend in this process: a thousand sessions, each kept in order, concurrency 50, a payload of
// about 30 bytes. There is no peer: the rows say what a message costs, and that what is kept does not grow with what
// went through. Nothing is measured here of handlers that take their time.

const SESSIONS = 1_000
const WINDOW = 1_000
const ROUNDS = 3
const MESSAGES = 300_000
const LONG = 10_000_000
/** One each millisecond. */
const HOPS = 4_000

export async function measure(): Promise<readonly Row[]> {
  const rates: number[] = []
  const hops: number[][] = []
  for (let round = 0; round < ROUNDS; round++) {
    rates.push(await throughput(MESSAGES))
    hops.push(await latencies())
  }
  const p99 = median(hops.map((took) => took[Math.floor(took.length * 0.99)]!))
  const p50 = median(hops.map((took) => took[Math.floor(took.length * 0.5)]!))
  return [
    row('throughput, order per session', 'messages/s', median(rates)),
    row('hop p50', 'ms', p50),
    row('hop p99', 'ms', p99),
    ...(await growth()),
  ]
}

/** Sends and handles so many, and says how many a second. */
async function throughput(messages: number): Promise<number> {
  await using bus = createMemoryMessageBus({ onHandlerError: fail, whenFull: 'wait' })
  const handled = await orderly(bus)
  const began = performance.now()
  await sendAll(bus, 0, messages)
  while (handled.count < messages) await turnOfTheLoop()
  return (messages * 1_000) / (performance.now() - began)
}

/** Milliseconds from the call of send to the beginning of the handler, sorted, at a thousand messages a second. */
async function latencies(): Promise<number[]> {
  await using bus = createMemoryMessageBus({ onHandlerError: fail, whenFull: 'wait' })
  const sentAt = new Float64Array(HOPS)
  const took: number[] = []
  await bus.consume(
    'bench',
    ({ payload }) => {
      const { n } = payload as { n: number }
      took.push(performance.now() - sentAt[n]!)
    },
    { concurrency: 50 },
  )
  const began = performance.now()
  for (let n = 0; n < HOPS; n++) {
    while (performance.now() - began < n) await turnOfTheLoop()
    sentAt[n] = performance.now()
    void bus.send('bench', { n, text: 'abc' }, { sessionId: `s${n % SESSIONS}` })
  }
  while (took.length < HOPS) await turnOfTheLoop()
  return took.slice(1_000).sort((a, b) => a - b)
}

/** What a long run leaves on the heap, beyond what its first tenth left. */
async function growth(): Promise<Row[]> {
  await using bus = createMemoryMessageBus({ onHandlerError: fail, whenFull: 'wait' })
  const handled = await orderly(bus)
  const heapAfter = async (from: number, to: number): Promise<number> => {
    await sendAll(bus, from, to)
    while (handled.count < to) await turnOfTheLoop()
    globalThis.gc?.()
    return process.memoryUsage().heapUsed
  }
  const early = await heapAfter(0, LONG / 10)
  const late = await heapAfter(LONG / 10, LONG)
  return [
    row('heap after 1,000,000', 'MB', early / 1e6),
    row('heap after 10,000,000', 'MB', late / 1e6),
    row('growth of the heap', 'bytes/message', (late - early) / (LONG * 0.9)),
  ]
}

/** Consumes, and fails when a session comes out of order. */
async function orderly(bus: MessageBus): Promise<{ count: number }> {
  const handled = { count: 0 }
  const last = new Map<string | null, number>()
  await bus.consume(
    'bench',
    ({ payload, sessionId }) => {
      const { n } = payload as { n: number }
      if (n <= (last.get(sessionId) ?? -1)) throw new Error(`Message ${n} came out of order.`)
      last.set(sessionId, n)
      handled.count++
    },
    { concurrency: 50 },
  )
  return handled
}

async function sendAll(bus: MessageBus, from: number, to: number): Promise<void> {
  for (let start = from; start < to; start += WINDOW) {
    const sends: Promise<unknown>[] = []
    for (let n = start; n < Math.min(start + WINDOW, to); n++)
      sends.push(bus.send('bench', { n, text: 'abc' }, { sessionId: `s${n % SESSIONS}` }))
    await Promise.all(sends)
  }
}

const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function fail(error: unknown): never {
  throw error
}

const row = (name: string, unit: string, ours: number): Row => ({
  bench: 'bus-memory',
  case: name,
  unit,
  ours,
  peerName: null,
  peer: null,
  ratio: null,
  floor: null,
  floorRatio: null,
})
