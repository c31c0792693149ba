import type { Socket } from 'node:net'
import type { CutPlans, DueCut } from './planned-cut.ts'

/** What went through a proxy since it was started. */
export interface CutCounts {
  /** Connections that clients made. */
  readonly connections: number
  /** A request is what a client sends until the server begins to answer. */
  readonly requests: number
  /** Connections that were cut, by a plan or by `cut()`. */
  readonly cuts: number
  readonly requestBytes: number
  readonly answerBytes: number
}

export interface Exchange {
  readonly plans: CutPlans
  readonly counts: { -readonly [count in keyof CutCounts]: CutCounts[count] }
}

export interface Connection {
  /** Resets both sides at once. */
  cut(): void
}

/** As much of a request as is searched for a plan's text. */
const SEARCHED_BYTES = 1024 * 1024

/** Passes bytes between a client and a server until one of them closes, or a plan says to cut. */
export function connect(client: Socket, server: Socket, { plans, counts }: Exchange): Connection {
  let request: { readonly number: number; bytes: Buffer } | undefined
  let due: DueCut | undefined
  let passed = 0

  const cut = (): void => {
    if (client.destroyed) return
    counts.cuts += 1
    client.resetAndDestroy()
    server.destroy()
  }
  const loseRequest = (plan: DueCut): void => {
    cut()
    plan.happened()
  }
  // The server may say the rest to us: it must not notice that nobody listens, and undo what it did.
  const loseAnswer = (plan: DueCut, begun: Buffer): void => {
    counts.cuts += 1
    server.removeAllListeners('data')
    server.resume()
    server.end()
    if (begun.length === 0) client.resetAndDestroy()
    else client.write(begun, () => client.destroy())
    plan.happened()
  }

  client.on('data', (chunk) => {
    counts.requestBytes += chunk.length
    if (request === undefined) {
      counts.requests += 1
      request = { number: counts.requests, bytes: Buffer.alloc(0) }
    }
    if (request.bytes.length < SEARCHED_BYTES) request.bytes = Buffer.concat([request.bytes, chunk])
    due ??= plans.due(request.number, request.bytes)
    if (due?.place.at === 'request') return loseRequest(due)
    pass(chunk, client, server)
  })
  server.on('data', (chunk) => {
    request = undefined
    if (due?.place.at === 'answer') {
      const left = due.place.answerBytes - passed
      if (chunk.length >= left) return loseAnswer(due, chunk.subarray(0, left))
      passed += chunk.length
    }
    counts.answerBytes += chunk.length
    pass(chunk, server, client)
  })
  // The server may break off by itself before it answers.
  client.once('close', () => due?.happened())
  endTogether(client, server)
  return { cut }
}

function pass(chunk: Buffer, from: Socket, to: Socket): void {
  if (to.destroyed || to.writableEnded || to.write(chunk)) return
  from.pause()
  to.once('drain', () => from.resume())
}

function endTogether(client: Socket, server: Socket): void {
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    // Whoever is at the other end hears of it by the end of its connection.
    one.on('error', () => {})
    one.on('end', () => other.end())
    one.on('close', () => {
      if (one === server) client.destroySoon()
      else server.end()
    })
  }
}
