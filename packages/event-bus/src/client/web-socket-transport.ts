import { readServerMessage, SUBPROTOCOL, TOKEN_SUBPROTOCOL } from '../wire/message.ts'
import type { Line, Receiver, Transport, Wanted } from './transport.ts'

/** What this client uses of a WebSocket; browsers, Node, Deno, Bun and `ws` all have it. */
export interface WebSocketLike {
  readonly readyState: number
  send(text: string): void
  close(): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { code: number }) => void): void
  addEventListener(type: 'error', listener: () => void): void
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike

const OPEN = 1

/** Reaches the WebSocket bridge. A browser cannot set headers here, so the token travels as a subprotocol. */
export function webSocketTransport(url: URL, Socket: WebSocketConstructor): Transport {
  const address = new URL(url)
  address.protocol = address.protocol.replace('http', 'ws')
  return {
    name: 'websocket',
    open(_wanted, token, receiver) {
      const protocols = [SUBPROTOCOL, ...(token === undefined ? [] : [TOKEN_SUBPROTOCOL + base64Url(token)])]
      return lineOver(new Socket(address.href, protocols), receiver)
    },
  }
}

function lineOver(socket: WebSocketLike, { onMessage, onEnd }: Receiver): Line {
  let ended = false
  const end = (reason: number | undefined): void => {
    if (ended) return
    ended = true
    onEnd({ reason, refused: false })
  }
  const send = (message: object): void => {
    if (socket.readyState === OPEN) socket.send(JSON.stringify(message))
  }
  socket.addEventListener('message', ({ data }) => {
    const message = ended || typeof data !== 'string' ? undefined : readServerMessage(data)
    if (message) onMessage(message)
  })
  socket.addEventListener('close', ({ code }) => end(code))
  // A `close` follows, and says as much as can be known.
  socket.addEventListener('error', () => {})
  return {
    begin(wanted) {
      for (const one of wanted) send(subscription(one))
    },
    add: (wanted) => send(subscription(wanted)),
    unsubscribe: (job) => send({ kind: 'unsubscribe', job }),
    close() {
      socket.close()
      // A peer that is gone never says goodbye: who closes does not wait for that.
      end(undefined)
    },
  }
}

const subscription = ({ job, after }: Wanted): object =>
  after ? { kind: 'subscribe', job, after: after.seq, bus: after.bus } : { kind: 'subscribe', job }

function base64Url(text: string): string {
  const binary = String.fromCharCode(...new TextEncoder().encode(text))
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
