import { BadOptionError } from '../errors.ts'
import type { EventMeta } from '../event.ts'
import type { EventBus } from '../event-bus.ts'
import type { OfOutput, WorkflowEvents } from '../vocabulary.ts'

export interface OutputOptions {
  readonly runId: string
  readonly step: string
  /** 1 for the first attempt. A later one makes readers forget what the earlier ones wrote. Default 1. */
  readonly attempt?: number
  /** The run's epoch, raised by a rollback. Default 0. */
  readonly epoch?: number
  /** The run's fence, raised when another process takes the run over. Default: none, which is older than any. */
  readonly fence?: number
  /** Where a later attempt goes on instead of at 0, when the step kept the beginning of its text. */
  readonly from?: number
  /** Text is held at most so long, so that tokens do not become one event each. Default 50 ms; 0 holds nothing. */
  readonly flushMs?: number
  /** Text is emitted when so much is held. Default 4096 UTF-16 code units. */
  readonly flushSize?: number
  /** Sets the timer of `flushMs`, and returns what cancels it. Default: `setTimeout`. */
  readonly setTimer?: (fn: () => void, ms: number) => () => void
  /** Meta of the events. Default `{ runId }`. */
  readonly meta?: EventMeta
}

/** The part of an event map that output needs. */
export type OutputEvents = Pick<WorkflowEvents, 'output.chunk' | 'output.rewind' | 'output.ended'>

/** A bus, or what stands in front of one. */
export interface OutputBus<Events extends object> {
  emit: EventBus<Events>['emit']
}

/** The text that one attempt of a step writes, on its way to readers that may reconnect. */
export interface OutputWriter extends Disposable {
  /** Offset of the next character. */
  readonly offset: number
  /** Adds text. @throws what `emit` throws; the text is kept and goes out with the next write */
  write(text: string): void
  /** Emits what is held, now. @throws what `emit` throws */
  flush(): void
  /** Emits what is held and says that the text is complete. A second call does nothing. @throws what `emit` throws */
  end(): void
}

/**
 * Opens the output of one attempt. Chunks carry run, step, epoch, attempt and offset; an attempt that is not the
 * first sends `output.rewind` before anything else. `Outputs` puts the text together again.
 * @throws BadOptionError; what `emit` throws
 */
export function openOutput<Events extends OutputEvents>(
  events: OutputBus<Events>,
  options: OutputOptions,
): OutputWriter {
  // A bus of more events emits these too; that does not follow for the type checker, since it also hears more.
  const bus = events as unknown as OutputBus<OutputEvents>
  const { runId, step, attempt = 1, epoch = 0, from = 0, flushMs = 50, flushSize = 4096 } = options
  checkAll({
    attempt: [attempt, 1],
    epoch: [epoch, 0],
    fence: [options.fence ?? 0, 0],
    from: [from, 0],
    flushMs: [flushMs, 0],
    flushSize: [flushSize, 1],
  })
  const of: OfOutput = {
    runId,
    step,
    epoch,
    ...(options.fence === undefined ? {} : { fence: options.fence }),
    attempt,
  }
  const meta = options.meta ?? { runId }
  if (attempt > 1 || epoch > 0) bus.emit('output.rewind', { ...of, to: from }, meta)
  return new BufferedOutput(bus, of, meta, from, {
    flushMs,
    flushSize,
    setTimer: options.setTimer ?? setRealTimer,
  })
}

interface Limits {
  readonly flushMs: number
  readonly flushSize: number
  readonly setTimer: (fn: () => void, ms: number) => () => void
}

function setRealTimer(fn: () => void, ms: number): () => void {
  const timer = setTimeout(fn, ms)
  return () => clearTimeout(timer)
}

class BufferedOutput implements OutputWriter {
  readonly #bus: OutputBus<OutputEvents>
  readonly #of: OfOutput
  readonly #meta: EventMeta
  readonly #limits: Limits
  /** Offset of what is held. */
  #sent: number
  #held = ''
  #cancelTimer: (() => void) | undefined
  #ended = false

  constructor(bus: OutputBus<OutputEvents>, of: OfOutput, meta: EventMeta, from: number, limits: Limits) {
    this.#bus = bus
    this.#of = of
    this.#meta = meta
    this.#sent = from
    this.#limits = limits
  }

  get offset(): number {
    return this.#sent + this.#held.length
  }

  write(text: string): void {
    if (this.#ended || text === '') return
    this.#held += text
    const { flushMs, flushSize, setTimer } = this.#limits
    if (flushMs === 0 || this.#held.length >= flushSize) this.flush()
    else this.#cancelTimer ??= setTimer(() => this.#flushLater(), flushMs)
  }

  flush(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    if (this.#held === '') return
    const chunk = { ...this.#of, offset: this.#sent, text: this.#held }
    this.#bus.emit('output.chunk', chunk, this.#meta)
    this.#sent += this.#held.length
    this.#held = ''
  }

  end(): void {
    if (this.#ended) return
    this.flush()
    this.#ended = true
    this.#bus.emit('output.ended', { ...this.#of, length: this.#sent }, this.#meta)
  }

  /** Ends a `using` without claiming that the text is complete: the attempt may have failed. */
  [Symbol.dispose](): void {
    if (this.#ended) return
    this.#ended = true
    this.#flushLater()
  }

  /** Nobody is there to catch what a timer throws: the text stays held, and the next write throws it. */
  #flushLater(): void {
    try {
      this.flush()
    } catch {
      this.#cancelTimer = undefined
    }
  }
}

function checkAll(options: { readonly [name: string]: readonly [value: number, least: number] }): void {
  for (const [name, [value, least]] of Object.entries(options)) {
    if (!Number.isSafeInteger(value) || value < least)
      throw new BadOptionError(name, `an integer of at least ${least}`, value)
  }
}
