import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { SseBridge } from '@pawl/event-bus/sse'
import type { WebSocketBridge } from '@pawl/event-bus/websocket'

/** Answers what is neither below the SSE bridge's path nor an upgrade. */
export type Fallback = (request: IncomingMessage, response: ServerResponse) => void

export interface Served extends AsyncDisposable {
  readonly server: Server
  /** `127.0.0.1:port`. */
  readonly host: string
}

/** A real HTTP server on a free port of the loopback, with the bridges that are given. */
export async function serve(
  bridges: { readonly webSocket?: WebSocketBridge; readonly sse?: SseBridge },
  fallback: Fallback = (_request, response) => void response.writeHead(404).end(),
): Promise<Served> {
  const { webSocket, sse } = bridges
  const server = createServer((request, response) => {
    if (sse && request.url?.startsWith('/sse/')) void answer(sse, request, response)
    else fallback(request, response)
  })
  webSocket?.attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4096, resolve))
  return {
    server,
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      await Promise.all([webSocket?.close(), sse?.close()])
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A web-standard handler behind Node's server. */
async function answer(sse: SseBridge, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const url = `http://${request.headers.host}${request.url}`
  const headers = new Headers(request.headers as Record<string, string>)
  const init = { method: request.method ?? 'GET', headers, signal: gone.signal }
  const answered = await sse.handle(new Request(url, init), { address: request.socket.remoteAddress })
  response.writeHead(answered.status, Object.fromEntries(answered.headers))
  if (answered.body === null) return void response.end()
  response.flushHeaders()
  await pipeline(Readable.fromWeb(answered.body as never), response).catch(() => {})
}
