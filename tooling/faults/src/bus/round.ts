import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { MessageBus } from '@pawl/message-bus'
import { type RedisServer, startRedis } from '@pawl/testkit/redis'
import { startUpstash, type UpstashServer } from '@pawl/testkit/upstash'
import { seeded } from '../seeded.ts'
import { checkLines, linesOf } from './log.ts'
import { type Orders, openBus, QUEUE } from './orders.ts'

const CONSUMER = fileURLToPath(new URL('./consumer.ts', import.meta.url))
const SESSIONS = 4
const MESSAGES = 15
const CONSUMERS = 2
const PATIENCE_MS = 60_000

export interface BusRound {
  readonly violations: string[]
  readonly accepted: number
  readonly duplicates: number
  readonly kills: number
  /** Of Redis, or cuts of answers. */
  readonly disturbances: number
}

/** One Redis whose every write is on disk, for all rounds. Each round has a namespace of its own. */
export const startServer = (): Promise<RedisServer> => startRedis({ appendonly: true, appendfsync: 'always' })

/** Sends work while consumers and Redis are killed, or answers cut in half, and looks what became of it. */
export async function busRound(server: RedisServer, via: Orders['via'], seed: number): Promise<BusRound> {
  const random = seeded(seed)
  const gateway = via === 'upstash' ? await startUpstash({ redisUrl: server.url }) : undefined
  const orders: Orders = {
    via,
    url: gateway?.url ?? server.url,
    token: gateway?.token ?? '',
    namespace: `${via}-${seed}`,
    seed,
  }
  const consumers = Array.from(
    { length: CONSUMERS },
    (_, index) => new Consumer({ ...orders, seed: seed + index }),
  )
  const bus = openBus(orders)
  const state = { sending: true, kills: 0, disturbances: 0 }
  try {
    const disturbing = disturb(random, consumers, gateway, server, state)
    const accepted = await sendAll(bus)
    state.sending = false
    await disturbing
    const left = await drained(bus)
    const { violations, duplicates } = checkLines(
      consumers.flatMap(({ text }) => linesOf(text)),
      accepted,
    )
    if (left) violations.push(left)
    const { kills, disturbances } = state
    return { violations, duplicates, kills, disturbances, accepted: SESSIONS * MESSAGES }
  } finally {
    await bus.close()
    await Promise.all(consumers.map((consumer) => consumer.stop()))
    await gateway?.stop()
  }
}

/** Every session sends one message after the other, each until it is accepted. */
async function sendAll(bus: MessageBus): Promise<Map<string, number>> {
  const accepted = new Map<string, number>()
  const sendSession = async (session: string): Promise<void> => {
    for (let n = 0; n < MESSAGES; n++) {
      const options = { sessionId: session, id: `${session}-${n}`, maxAttempts: 100 }
      await persistently(() => bus.send(QUEUE, `${session}/${n}`, options))
      accepted.set(session, n + 1)
      await sleep(20)
    }
  }
  await Promise.all(Array.from({ length: SESSIONS }, (_, index) => sendSession(`s${index}`)))
  return accepted
}

async function disturb(
  random: () => number,
  consumers: readonly Consumer[],
  gateway: UpstashServer | undefined,
  server: RedisServer,
  state: { readonly sending: boolean; kills: number; disturbances: number },
): Promise<void> {
  while (state.sending) {
    await sleep(40 + random() * 250)
    if (random() < 0.6) {
      state.kills++
      consumers[Math.floor(random() * consumers.length)]?.kill()
    } else if (gateway) {
      state.disturbances++
      if (random() < 0.3) gateway.dropStreams()
      else gateway.fault({ cut: random() < 0.7 ? 'half' : 'whole', times: 1 + Math.floor(random() * 3) })
    } else {
      state.disturbances++
      await server.kill()
      await sleep(random() * 150)
      await server.start()
    }
  }
}

/** Waits until nothing is left; returns what is, when it takes too long. */
async function drained(bus: MessageBus): Promise<string | undefined> {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    const { ready, delayed, leased, dead } = await persistently(() => bus.queueStatus(QUEUE))
    if (dead > 0) return `${dead} messages are dead`
    if (ready + delayed + leased === 0) return undefined
    if (Date.now() > until) return `left over: ${ready} ready, ${delayed} delayed, ${leased} leased`
    await sleep(50)
  }
}

async function persistently<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'MESSAGE_BROKER_UNAVAILABLE') throw error
      await sleep(50)
    }
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A consumer's process, started again when it is killed. */
class Consumer {
  readonly #orders: Orders
  /** What each process wrote. */
  readonly #written: string[] = []
  #child: ChildProcess
  #stopped = false

  constructor(orders: Orders) {
    this.#orders = orders
    this.#child = this.#start()
  }

  /** All that was written so far; a line that was cut off by a death does not run into the next process's first. */
  get text(): string {
    return this.#written.map((text) => text.slice(0, text.lastIndexOf('\n') + 1)).join('')
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  async stop(): Promise<void> {
    this.#stopped = true
    const runs = this.#child.exitCode === null && this.#child.signalCode === null
    const exit = runs ? once(this.#child, 'exit') : undefined
    this.#child.kill('SIGKILL')
    await exit
  }

  #start(): ChildProcess {
    const place = this.#written.push('') - 1
    const child = spawn(process.execPath, [CONSUMER, JSON.stringify(this.#orders)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child.stdout.on('data', (chunk) => {
      this.#written[place] += String(chunk)
    })
    child.once('close', () => {
      if (!this.#stopped) this.#child = this.#start()
    })
    return child
  }
}
