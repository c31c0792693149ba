import type { JobFeed, Subscriber } from '../bridge/job-feed.ts'
import type { Outlet } from '../bridge/lane.ts'
import { CLOSE } from '../wire/close-code.ts'
import { type Position, positionText } from '../wire/message.ts'

/** Bytes that a response may hold before it counts as behind. */
const HIGH_WATER = 65_536
/** Beats without progress after which a client that is behind counts as gone. */
const PATIENCE = 2

const encoder = new TextEncoder()

/** One event of a stream (HTML Standard §9.2.5); JSON has no line breaks. */
export function sseBlock(text: string, position: Position | undefined): Uint8Array {
  return encoder.encode(position ? `id: ${positionText(position)}\ndata: ${text}\n\n` : `data: ${text}\n\n`)
}

/** The body of one response: what is on its way to one client. */
export class SseBody implements Outlet {
  readonly stream: ReadableStream<Uint8Array>
  readonly subscriber: Subscriber
  readonly #feed: JobFeed
  readonly #onEnd: () => void
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #ended = false
  #beatsBehind = 0

  constructor(feed: JobFeed, onEnd: () => void) {
    this.#feed = feed
    this.#onEnd = onEnd
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
        },
        pull: () => this.#onPull(),
        cancel: () => this.#end(),
      },
      { highWaterMark: HIGH_WATER, size: (chunk) => chunk?.byteLength ?? 0 },
    )
    this.subscriber = feed.open(this)
  }

  get buffered(): number {
    return HIGH_WATER - (this.#controller?.desiredSize ?? HIGH_WATER)
  }

  write(bytes: Uint8Array): boolean {
    if (this.#ended) return true
    this.#controller?.enqueue(bytes)
    return (this.#controller?.desiredSize ?? 0) > 0
  }

  /** Says why, then ends the stream. */
  close(code: number, reason: string): void {
    if (this.#ended) return
    this.#controller?.enqueue(sseBlock(JSON.stringify({ kind: 'closing', code, reason }), undefined))
    this.#controller?.close()
    this.#end()
  }

  /** The client is gone: nobody reads on. */
  abandon(): void {
    if (this.#ended) return
    this.#controller?.error(new DOMException('The request was aborted.', 'AbortError'))
    this.#end()
  }

  beat(bytes: Uint8Array): void {
    const { lane } = this.subscriber
    this.#beatsBehind = lane.isFree ? 0 : this.#beatsBehind + 1
    if (this.#beatsBehind > PATIENCE) this.close(CLOSE.tooSlow, 'too slow')
    else if (this.#feed.isUpToDate(this.subscriber)) lane.send(bytes)
  }

  #onPull(): void {
    this.#beatsBehind = 0
    // Called once before there is a subscriber, when the stream starts.
    this.subscriber?.lane.drained()
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#feed.close(this.subscriber)
    this.#onEnd()
  }
}
