import { readServerMessage } from '../wire/message.ts'
import { SseLines } from './sse-lines.ts'
import {
  type Ending,
  furthestBehind,
  type Line,
  type Receiver,
  type Transport,
  type Wanted,
} from './transport.ts'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** Reaches the SSE bridge with `fetch`, which unlike `EventSource` can send a token and sees the status. */
export function sseTransport(url: URL, fetch: Fetch): Transport {
  return {
    name: 'sse',
    open: (wanted, token, receiver) => new Stream(url, fetch, token, receiver, wanted),
  }
}

/** The jobs stand in the address, so that wanting others means another request. */
class Stream implements Line {
  readonly #url: URL
  readonly #fetch: Fetch
  readonly #token: string | undefined
  readonly #receiver: Receiver
  readonly #jobs = new Set<string>()
  readonly #stop = new AbortController()
  #ended = false

  constructor(
    url: URL,
    fetch: Fetch,
    token: string | undefined,
    receiver: Receiver,
    wanted: readonly Wanted[],
  ) {
    this.#url = url
    this.#fetch = fetch
    this.#token = token
    this.#receiver = receiver
    for (const { job } of wanted) this.#jobs.add(job)
    void this.#read(wanted)
  }

  /** All of it stands in the address, unless something was added meanwhile. */
  begin(wanted: readonly Wanted[]): void {
    if (!wanted.every(({ job }) => this.#jobs.has(job))) this.add()
  }

  add(): void {
    this.#end({ reason: undefined, refused: false, anew: true })
  }

  /** The server goes on to send it until there is another reason to connect anew: nobody listens. */
  unsubscribe(): void {}

  close(): void {
    this.#end({ reason: undefined, refused: false })
  }

  async #read(wanted: readonly Wanted[]): Promise<void> {
    try {
      const response = await this.#fetch(this.#address(wanted), {
        headers: {
          accept: 'text/event-stream',
          ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
        },
        cache: 'no-store',
        signal: this.#stop.signal,
      })
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
      if (!response.ok || !isStream || !response.body) this.#end({ reason: response.status, refused: true })
      else await this.#readBody(response.body)
    } catch {
      // The line broke, or was closed: either way it has ended.
    }
    this.#end({ reason: undefined, refused: false })
  }

  async #readBody(body: ReadableStream<Uint8Array>): Promise<void> {
    const lines = new SseLines()
    const decoder = new TextDecoder()
    const reader = body.getReader()
    for (;;) {
      const { value, done } = await reader.read()
      if (done || this.#ended) return
      for (const data of lines.take(decoder.decode(value, { stream: true }))) this.#tell(data)
    }
  }

  #tell(data: string): void {
    const message = this.#ended ? undefined : readServerMessage(data)
    if (message?.kind === 'closing') this.#end({ reason: message.code, refused: false })
    else if (message) this.#receiver.onMessage(message)
  }

  #end(ending: Ending): void {
    if (this.#ended) return
    this.#ended = true
    this.#stop.abort()
    this.#receiver.onEnd(ending)
  }

  /** One position for all jobs, the oldest: what a job has already seen it drops by its number. */
  #address(wanted: readonly Wanted[]): string {
    const address = new URL(this.#url)
    for (const { job } of wanted) address.searchParams.append('job', job)
    const after = furthestBehind(wanted.map((one) => one.after))
    if (after) {
      address.searchParams.set('after', String(after.seq))
      address.searchParams.set('bus', after.bus)
    }
    return address.href
  }
}
