import { once } from 'node:events'
import type { ServerMessage } from '@pawl/event-bus/websocket'
import { type ClientOptions, WebSocket } from 'ws'

/** A plain WebSocket client that notes all it hears, for tests of the server alone. */
export class Listening {
  readonly socket: WebSocket
  readonly heard: ServerMessage[] = []
  readonly closed: Promise<{ code: number; reason: string }>
  #look = (): void => {}

  constructor(url: string, options: ClientOptions = {}, protocols: string[] = ['pawl.v1']) {
    this.socket = new WebSocket(url, protocols, options)
    this.socket.on('message', (data) => {
      this.heard.push(JSON.parse(String(data)) as ServerMessage)
      this.#look()
    })
    this.socket.on('error', () => {})
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => {
        this.#look()
        resolve({ code, reason: String(reason) })
      })
    })
  }

  async opened(): Promise<this> {
    if (this.socket.readyState === WebSocket.CONNECTING) await once(this.socket, 'open')
    return this
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  /** Resolves when what was heard passes, at once or later. */
  async hears(passes: (heard: readonly ServerMessage[]) => boolean): Promise<readonly ServerMessage[]> {
    while (!passes(this.heard)) {
      if (this.socket.readyState === WebSocket.CLOSED) {
        throw new Error(`Closed; it had heard ${JSON.stringify(this.heard)}`)
      }
      await new Promise<void>((resolve) => {
        this.#look = resolve
      })
    }
    return this.heard
  }

  /** Resolves when a message of this kind was heard about this job. */
  hearsOf(kind: ServerMessage['kind'], job: string): Promise<readonly ServerMessage[]> {
    return this.hears((heard) =>
      heard.some((said) => said.kind === kind && 'job' in said && said.job === job),
    )
  }

  /** Numbers of the events that were heard, in order. */
  get seqs(): number[] {
    return this.heard.flatMap((said) => (said.kind === 'event' ? [said.event.seq] : []))
  }
}

/** The HTTP status and body with which an upgrade was refused. */
export async function refusalOf(
  url: string,
  options: ClientOptions = {},
  protocols: string[] = [],
): Promise<{ status: number | undefined; code: unknown }> {
  const socket = new WebSocket(url, protocols, options)
  return await new Promise((resolve, reject) => {
    socket.on('open', () => reject(new Error('It was let in.')))
    socket.on('error', reject)
    socket.on('unexpected-response', (_request, response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += String(chunk)
      })
      response.on('end', () => {
        socket.terminate()
        resolve({ status: response.statusCode, code: (JSON.parse(body) as { code: unknown }).code })
      })
    })
  })
}
