import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Faults } from './faults.ts'
import { perform, type RestRequest, type RestResponse } from './perform.ts'
import type { RedisCalls } from './redis-calls.ts'
import { stream } from './stream.ts'

/** What the answers to all requests have in common. */
export interface Serving {
  readonly redis: RedisCalls
  readonly faults: Faults
  readonly token: string
  readonly maxRequestBytes: number
  readonly streamLifetimeMs: number
  readonly streams: Set<ServerResponse>
  /** Told the name of each command that goes to Redis, in capitals. */
  count(name: string): void
}

/** Answers one request, with the fault that is planned for it. Rejects when there is no Redis. */
export async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  serving: Serving,
): Promise<void> {
  const { token, maxRequestBytes, redis, streams } = serving
  const url = new URL(incoming.url ?? '/', 'http://upstash')
  if (!['HEAD', 'GET', 'POST', 'PUT'].includes(incoming.method ?? ''))
    return send(response, { status: 405, body: { error: 'Method Not Allowed' } })
  const given = incoming.headers.authorization?.replace(/^Bearer /, '') ?? url.searchParams.get('_token')
  if (!isToken(given, token))
    return send(response, { status: 401, body: { error: 'WRONGPASS invalid or missing auth token' } })

  const body = await read(incoming)
  if (body.length > maxRequestBytes)
    return send(response, {
      status: 400,
      body: {
        error: `ERR max request size exceeded. Limit: ${maxRequestBytes} bytes, Actual: ${body.length} bytes`,
      },
    })
  const request = restRequest(url, body.toString('utf8'), incoming)
  const fault = serving.faults.next(`${url.pathname} ${request.body}`)
  const failed = fault !== undefined && 'status' in fault ? fault : undefined
  if (failed !== undefined && failed.executed !== true) return send(response, failure(failed.status))

  const [kind, ...names] = request.path
  if (kind === 'subscribe' || kind === 'psubscribe') {
    streams.add(response)
    response.once('close', () => streams.delete(response))
    return stream(response, redis, kind, names, serving.streamLifetimeMs)
  }
  const result = await perform(request, redis, (call) => serving.count(call[0]!.toUpperCase()))
  if (failed !== undefined) send(response, failure(failed.status))
  else if (fault !== undefined && 'cut' in fault) cut(response, result, fault.cut)
  else send(response, result)
}

function restRequest(url: URL, body: string, incoming: IncomingMessage): RestRequest {
  return {
    path: url.pathname
      .split('/')
      .slice(1)
      .filter((part, place) => part !== '' || place > 0)
      .map(decodeURIComponent),
    parameters: [...url.searchParams].filter(([name]) => name !== '_token').flat(),
    body,
    encoding: incoming.headers['upstash-encoding'] === 'base64' ? 'base64' : 'text',
  }
}

const failure = (status: number): RestResponse => ({
  status,
  body: {
    error: status === 429 ? 'ERR max requests limit exceeded' : `ERR status ${status}, as the test wants it`,
  },
})

export function send(response: ServerResponse, { status, body }: RestResponse): void {
  if (response.headersSent || response.destroyed) return void response.destroy()
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

function cut(response: ServerResponse, { status, body }: RestResponse, part: 'half' | 'whole'): void {
  if (part === 'whole') return void response.destroy()
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length })
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy())
}

async function read(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function isToken(given: string | null, token: string): boolean {
  if (given === null) return false
  const [one, other] = [Buffer.from(given), Buffer.from(token)]
  return one.length === other.length && timingSafeEqual(one, other)
}
