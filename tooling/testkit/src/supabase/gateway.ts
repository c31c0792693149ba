// A process of its own that stands before PostgREST as Supabase's gateway does: it serves `/rest/v1/*` to whoever has
// a key of the project, and takes the key for the bearer's token where there is no other. Beside the test, not in it,
// so that its work does not hold up the client that is measured.

import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import process from 'node:process'
import { aborted, answer, keeperRequest, unwanted } from '../keeper/keeping.ts'
import type { GatewayAnswer, GatewayRequest } from './gateway-messages.ts'

const PREFIX = '/rest/v1'
/** PostgREST closes an idle connection after 30 s; we are earlier, so that no request meets a closing one. */
const IDLE_MS = 10_000

const { postgrestPort, jwts } = keeperRequest<GatewayRequest>()
const gone = unwanted()
const agent = new Agent({ keepAlive: true, timeout: IDLE_MS })

const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
  const url = new URL(incoming.url ?? '/', 'http://gateway')
  if (url.pathname !== PREFIX && !url.pathname.startsWith(`${PREFIX}/`))
    return refuse(outgoing, 404, { message: 'no Route matched with those values' })
  const key = single(incoming.headers.apikey) ?? url.searchParams.get('apikey') ?? undefined
  if (key === undefined)
    return refuse(outgoing, 401, {
      message: 'No API key found in request',
      hint: 'No `apikey` request header or url param was found.',
    })
  const jwt = Object.hasOwn(jwts, key) ? jwts[key] : undefined
  if (jwt === undefined)
    return refuse(outgoing, 401, { message: 'Invalid API key', hint: 'Double check your Supabase API key.' })
  url.searchParams.delete('apikey')
  forward(incoming, outgoing, `${url.pathname.slice(PREFIX.length) || '/'}${url.search}`, {
    ...incoming.headers,
    authorization: bearer(incoming.headers.authorization, key, jwt),
  })
})

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number }
  answer({ url: `http://127.0.0.1:${port}` } satisfies GatewayAnswer)
})
await aborted(gone)
process.exit(0)

/** The caller's own token, unless there is none or it is the key once more. */
function bearer(authorization: string | undefined, key: string, jwt: string): string {
  return authorization === undefined || authorization === `Bearer ${key}` ? `Bearer ${jwt}` : authorization
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  path: string,
  headers: NodeJS.Dict<string | string[]>,
): void {
  const onward = request(
    { host: '127.0.0.1', port: postgrestPort, agent, method: incoming.method, path, headers },
    (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.rawHeaders)
      reply.pipe(outgoing)
      reply.on('error', () => outgoing.destroy())
    },
  )
  onward.on('error', (cause: NodeJS.ErrnoException) => {
    if (outgoing.headersSent) return void outgoing.destroy()
    if (cause.code === 'ECONNREFUSED')
      return refuse(outgoing, 503, { message: 'The upstream server is currently unavailable' })
    refuse(outgoing, 502, { message: 'An invalid response was received from the upstream server' })
  })
  outgoing.once('close', () => onward.destroy())
  incoming.pipe(onward)
}

function refuse(outgoing: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body)
  outgoing.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  })
  outgoing.end(text)
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}
