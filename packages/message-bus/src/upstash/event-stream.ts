import type { Listener } from '../broker/broker.ts'

/** What is needed to open a stream. */
export interface StreamAddress {
  readonly url: string
  readonly token: string
}

const FIRST_RETRY_MS = 100
const LONGEST_RETRY_MS = 10_000
const SHORT_MS = 1000

/**
 * One channel heard over Upstash's REST API, as server-sent events. A stream ends every few minutes: then it is opened
 * again, and the listener is told that something may have been missed.
 */
export class EventStream {
  readonly #address: StreamAddress
  readonly #channel: string
  readonly #heard: Listener
  readonly #closing = new AbortController()
  readonly #first = Promise.withResolvers<void>()
  #opened = 0

  constructor(address: StreamAddress, channel: string, heard: Listener) {
    this.#address = address
    this.#channel = channel
    this.#heard = heard
    this.#first.promise.catch(() => {})
    void this.#keepOpen()
  }

  /** Resolves when the channel is heard; rejects when the first opening failed. */
  get opened(): Promise<void> {
    return this.#first.promise
  }

  close(): void {
    this.#closing.abort()
  }

  async #keepOpen(): Promise<void> {
    let failures = 0
    while (!this.#closing.signal.aborted) {
      const before = this.#opened
      const began = performance.now()
      try {
        await this.#read()
        if (this.#opened === before) throw new Error('the stream ended before it was heard')
        // One that ends at once is no better than one that fails.
        failures = performance.now() - began < SHORT_MS ? failures + 1 : 0
      } catch (error) {
        if (this.#opened === 0) {
          this.#first.reject(error)
          return
        }
        failures = this.#opened > before ? 1 : failures + 1
      }
      if (failures > 0) await this.#pause(Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS))
    }
  }

  async #read(): Promise<void> {
    const { url, token } = this.#address
    const response = await fetch(`${url.replace(/\/$/, '')}/subscribe/${encodeURIComponent(this.#channel)}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, Accept: 'text/event-stream' },
      signal: this.#closing.signal,
    })
    if (!response.ok || !response.body) {
      const text = await response.text().catch(() => '')
      throw new Error(`the subscription was refused with ${response.status} ${text.slice(0, 200)}`)
    }
    const decoder = new TextDecoder()
    let rest = ''
    for await (const chunk of response.body) {
      const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line.startsWith('data:')) this.#take(line.slice(5).trim())
    }
  }

  /** `subscribe,channel,1` or `message,channel,text`; channels' names have no comma. */
  #take(data: string): void {
    const [kind, , ...rest] = data.split(',')
    if (kind === 'message') this.#heard(rest.join(','))
    if (kind !== 'subscribe') return
    this.#opened++
    if (this.#opened === 1) this.#first.resolve()
    else this.#heard(undefined)
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.#closing.signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      this.#closing.signal.addEventListener('abort', done, { once: true })
    })
  }
}
