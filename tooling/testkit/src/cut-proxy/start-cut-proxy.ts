import { once } from 'node:events'
import { createServer, connect as dial, type Server, type Socket } from 'node:net'
import { byWayOf } from '../keeper/by-way-of.ts'
import { freePort } from '../keeper/free-port.ts'
import { type Connection, type CutCounts, connect, type Exchange } from './connection.ts'
import { type AnswerCutTrigger, type CutTrigger, cutPlans, type PlannedCut } from './planned-cut.ts'

export interface CutProxyOptions {
  /** The server that is stood before: its host and port, or any URL that names them. */
  readonly target: { readonly host: string; readonly port: number } | string
}

/** A TCP proxy for fault tests: what passes is as if it were not there, until it cuts. */
export interface CutProxy extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly counts: CutCounts
  /** Connections that are open now. */
  readonly open: number
  /** The same address, by way of this proxy: of Postgres, Redis or HTTP. */
  urlFor(url: string): string
  /** Resets all connections now; says how many. New ones are accepted. */
  cut(): number
  /**
   * The answer of a request is lost: the server got the whole of it and did what it says, and the connection is reset
   * when the answer begins, before a byte of it came back. The server sees its client leave in order, afterwards.
   * A request is what a client sends until the server begins to answer: with Postgres, the exchanges that log in count
   * too, so name a text, or cut when the connection stands.
   */
  cutAfterRequest(trigger?: AnswerCutTrigger): PlannedCut
  /** A request is lost: its connection is reset before the server got the part that met the plan. */
  cutBeforeRequest(trigger?: CutTrigger): PlannedCut
  /** Whether new connections are refused (ECONNREFUSED). Those that stand go on. */
  refuse(on: boolean): Promise<void>
  /** Resets what is open, and listens no more. */
  stop(): Promise<void>
}

const HOST = '127.0.0.1'
const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  'http:': 80,
  'postgres:': 5432,
  'postgresql:': 5432,
  'redis:': 6379,
}

/** Starts a proxy on a free port of the loopback, in this process. */
export async function startCutProxy(options: CutProxyOptions): Promise<CutProxy> {
  const target = typeof options.target === 'string' ? addressOf(options.target) : options.target
  const plans = cutPlans()
  const counts = { connections: 0, requests: 0, cuts: 0, requestBytes: 0, answerBytes: 0 }
  const open = new Set<Connection>()
  const port = await freePort()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) =>
    accept(client, target, { plans, counts }, open),
  )
  await listen(server, port)

  const cut = () => {
    const cutNow = [...open]
    for (const connection of cutNow) connection.cut()
    return cutNow.length
  }
  const refuse = async (on: boolean) => {
    if (server.listening !== on) return
    if (on) server.close()
    else await listen(server, port)
  }
  const stop = async () => {
    await refuse(true)
    cut()
  }
  return {
    host: HOST,
    port,
    counts,
    get open() {
      return open.size
    },
    urlFor: (url) => byWayOf(url, port),
    cut,
    cutAfterRequest: ({ answerBytes = 0, ...trigger } = {}) =>
      plans.add(trigger, { at: 'answer', answerBytes }),
    cutBeforeRequest: (trigger = {}) => plans.add(trigger, { at: 'request' }),
    refuse,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function accept(
  client: Socket,
  target: { readonly host: string; readonly port: number },
  exchange: Exchange,
  open: Set<Connection>,
): void {
  exchange.counts.connections += 1
  const onward = dial({ ...target, allowHalfOpen: true, noDelay: true })
  const connection = connect(client, onward, exchange)
  open.add(connection)
  client.once('close', () => open.delete(connection))
  // As a server that is away would have done, had the client asked it itself.
  onward.once('error', () => client.resetAndDestroy())
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, HOST)
  await once(server, 'listening')
}

function addressOf(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port, protocol } = new URL(url)
  const number = port === '' ? DEFAULT_PORTS[protocol] : Number(port)
  if (number === undefined)
    throw new Error(`The target has no port, and ${protocol} no default one: name it in the URL.`)
  return { host: hostname, port: number }
}
