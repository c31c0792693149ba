import { type OutputBus, type OutputEvents, type OutputWriter, openOutput } from '@pawl/event-bus'
import { RuntimeError } from '../errors.ts'
import type { Execution } from './execution.ts'

/** Larger texts are cut, so that no event and no chunk of the store is large. */
const MAX_PIECE = 16_384

/**
 * What one step writes, over its attempts: to the event bus at once, and to the store beside the journal. Nothing is made
 * and nothing is asked of the store unless something is written.
 */
export class StepOutput {
  readonly #execution: Execution
  readonly #step: string
  /** The last attempt that wrote something before the step was parked. */
  readonly #before: number
  /** The present attempt as readers know it: rises whenever the step's function is called after it wrote something. */
  #attempt = 0
  /** Calls of the step's function. */
  #turn = 0
  #writer: OutputWriter | undefined
  #closed = false

  constructor(execution: Execution, step: string) {
    this.#execution = execution
    this.#step = step
    this.#before = execution.wrote.get(step) ?? 0
  }

  /** UTF-16 units that the present attempt wrote. */
  get length(): number {
    return this.#writer?.offset ?? 0
  }

  /**
   * The step's function is called. If an attempt before wrote something, readers hear at once that it does not count. A
   * transaction may be called more than once in one attempt. Returns what `write` asks for.
   */
  begin(attempt: number): number {
    this.#turn += 1
    const hadWritten = this.#writer !== undefined
    this.#attempt = Math.max(this.#attempt + Number(hadWritten), this.#before + attempt)
    if (hadWritten || this.#before > 0) {
      this.#writer?.[Symbol.dispose]()
      this.#writer = this.#open()
    }
    return this.#turn
  }

  write(turn: number, text: string): void {
    if (typeof text !== 'string') {
      const what = `Step '${this.#step}' wrote a ${typeof text}`
      throw new RuntimeError(
        'INVALID_INPUT',
        `${what}; write() takes text: JSON.stringify() makes it of values.`,
      )
    }
    // An attempt that was given up, by a timeout perhaps, may still be at work.
    if (this.#closed || turn !== this.#turn || this.#execution.ended || text === '') return
    this.#writer ??= this.#open()
    for (let at = 0; at < text.length; at += MAX_PIECE) this.#writer.write(text.slice(at, at + MAX_PIECE))
  }

  progress(percent: number, agent: string | null): void {
    if (this.#closed || !Number.isFinite(percent)) return
    const { run, parts } = this.#execution
    const done = Math.min(100, Math.max(0, percent))
    const of = { runId: run.runId, workflow: run.type, step: this.#step, agent }
    parts.emit('step.progress', { ...of, done, total: 100 })
  }

  /** Lets what is held leave. */
  flush(): void {
    this.#writer?.flush()
  }

  /** The last attempt has ended: nothing more is taken. */
  close(): void {
    this.#closed = true
    this.flush()
    if (this.#writer !== undefined) this.#execution.wrote.set(this.#step, this.#attempt)
  }

  /** The outcome is recorded: the text is complete. */
  end(): void {
    this.#execution.wrote.delete(this.#step)
    if (this.length > 0) this.#writer?.end()
  }

  #open(): OutputWriter {
    const { run, parts } = this.#execution
    return openOutput<OutputEvents>(this.#bus(), {
      runId: run.runId,
      step: this.#step,
      epoch: run.epoch,
      fence: run.fence,
      attempt: this.#attempt,
      setTimer: (fn, ms) => parts.ports.setTimer(fn, ms),
    })
  }

  /** In front of the event bus: what passes goes to the store as well, and nothing of it throws. */
  #bus(): OutputBus<OutputEvents> {
    const { runId } = this.#execution.run
    const { emit, store } = this.#execution.parts
    return {
      emit(type: keyof OutputEvents, payload: OutputEvents[keyof OutputEvents]) {
        emit(type, payload)
        const { step, epoch, fence = 0, attempt } = payload
        const of = { runId, step, epoch, fence, attempt }
        if ('text' in payload) store.output.write({ ...of, offset: payload.offset, text: payload.text })
        if ('to' in payload) store.output.write({ ...of, offset: payload.to, text: '' })
        return undefined
      },
    } as OutputBus<OutputEvents>
  }
}
