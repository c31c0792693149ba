import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { median, type Row, rateRow } from '../row.ts'
import type { Wish } from './clients.ts'
import { type Answer, MAX_BUFFERED_BYTES, type Order } from './protocol.ts'

// Server and clients are processes of their own. Bare `ws` is the floor: the same messages, serialised once for all
// clients, without jobs, resuming, limits or heartbeats.

const CLIENTS = 1_000
const EVENTS = 60
const ROUNDS = 5
const IDLE_CLIENTS = 3_000
const WEIGHINGS = 3
const STALLED = 50
const FLOOD_BYTES = 4 * MAX_BUFFERED_BYTES

type Kind = 'ours' | 'bare'

/** Deliveries a second, and memory of a connection that is idle and of one that does not read. */
export async function measure(): Promise<readonly Row[]> {
  return [await deliveries(), await memory(), await stalled()]
}

async function deliveries(): Promise<Row> {
  await using ours = await start('ours')
  await using bare = await start('bare')
  const figures = { ours: [] as number[], bare: [] as number[] }
  for (let round = 0; round <= ROUNDS; round++) {
    for (const pair of [bare, ours]) {
      const rate = await deliveriesPerSecond(pair)
      // The first round warms up.
      if (round > 0) figures[pair.kind].push(rate)
    }
  }
  return rateRow('websocket', 'deliveries', 'deliveries/s', median(figures.ours), {
    floor: median(figures.bare),
  })
}

async function deliveriesPerSecond({ server, clients, port }: Pair): Promise<number> {
  await clients.tell({ do: 'connect', port, count: CLIENTS, ownJobs: false, reads: true })
  await clients.tell({ do: 'expect', events: EVENTS * CLIENTS })
  const began = performance.now()
  const all = clients.answer()
  await server.tell({ do: 'emit', events: EVENTS })
  await all
  const rate = (EVENTS * CLIENTS * 1_000) / (performance.now() - began)
  await clients.tell({ do: 'leave' })
  return rate
}

async function memory(): Promise<Row> {
  const figures = { ours: [] as number[], bare: [] as number[] }
  for (let round = 0; round < WEIGHINGS; round++) {
    for (const kind of ['bare', 'ours'] as const) figures[kind].push(await bytesPerConnection(kind))
  }
  return costRow('memory', 'KB', median(figures.ours) / 1_024, median(figures.bare) / 1_024)
}

async function bytesPerConnection(kind: Kind): Promise<number> {
  await using pair = await start(kind)
  const { server, clients, port } = pair
  // Code that runs for the first time takes memory of its own.
  await clients.tell({ do: 'connect', port, count: 500, ownJobs: true, reads: true })
  const before = await server.tell({ do: 'weigh' })
  await clients.tell({ do: 'connect', port, count: IDLE_CLIENTS, ownJobs: true, reads: true })
  const after = await server.tell({ do: 'weigh' })
  return (rssOf(after) - rssOf(before)) / IDLE_CLIENTS
}

/**
 * Each stalled client has a job of its own, so that no bytes are shared, and is sent four times its cap. The same flood
 * without clients comes first: what it takes is not theirs.
 */
async function stalled(): Promise<Row> {
  await using pair = await start('ours')
  const { server, clients, port } = pair
  const flood = { do: 'flood', jobs: STALLED, bytes: FLOOD_BYTES } as const
  const { held: without = 0 } = await server.tell({ ...flood, bytes: MAX_BUFFERED_BYTES })
  await clients.tell({ do: 'connect', port, count: STALLED, ownJobs: true, reads: false })
  const { held = 0 } = await server.tell(flood)
  const kilobytes = Math.max(0, held - without) / STALLED / 1_024
  return costRow('memory, stalled client against its cap', 'KB', kilobytes, MAX_BUFFERED_BYTES / 1_024)
}

/** A row of something where less is better. */
function costRow(name: string, unit: string, ours: number, floor: number): Row {
  return { ...rateRow('websocket', name, unit, ours, { floor }), floorRatio: floor / Math.max(ours, 0.001) }
}

interface Pair extends AsyncDisposable {
  readonly kind: Kind
  readonly server: Helper<Order>
  readonly clients: Helper<Wish>
  readonly port: number
}

async function start(kind: Kind): Promise<Pair> {
  const server = new Helper<Order>('./server.ts', [kind])
  const clients = new Helper<Wish>('./clients.ts', [])
  const { port = 0 } = await server.answer()
  return {
    kind,
    server,
    clients,
    port,
    async [Symbol.asyncDispose]() {
      await Promise.all([server.stop(), clients.stop()])
    },
  }
}

/** A process of the bench, asked one thing at a time. */
class Helper<Question extends object> {
  readonly #child: ChildProcess

  constructor(file: string, args: readonly string[]) {
    const path = fileURLToPath(new URL(file, import.meta.url))
    this.#child = fork(path, args, { execArgv: ['--expose-gc'] })
  }

  async tell(question: Question): Promise<Answer> {
    const answer = this.answer()
    this.#child.send(question)
    return answer
  }

  async answer(): Promise<Answer> {
    const gone = new AbortController()
    const died = once(this.#child, 'exit', { signal: gone.signal }).then(() => {
      throw new Error('A process of the bench died.')
    })
    died.catch(() => {})
    try {
      const [answer] = (await Promise.race([once(this.#child, 'message'), died])) as [Answer]
      return answer
    } finally {
      gone.abort()
    }
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.disconnect()
    await exited
  }
}

const rssOf = ({ rss }: Answer): number => rss ?? 0
