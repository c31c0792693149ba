import type { BusEvent, EventBus } from '@pawl/event-bus'
import type { StateStore } from '@pawl/state-store'
import type { Ports } from '../drive/ports.ts'
import type { RuntimeEvents } from './events.ts'
import type { Chunk } from './told-texts.ts'

/** What this process heard of a run. */
export type Heard =
  | { readonly what: 'chunk'; readonly step: string; readonly chunk: Chunk }
  | {
      readonly what: 'step'
      readonly step: string
      readonly event: BusEvent<StepType, RuntimeEvents[StepType]>
    }
  /** The journal has moved on; up to this version, if that is known. */
  | { readonly what: 'journal'; readonly version: number | null }

type StepType = 'step.started' | 'step.retried' | 'step.progress'

/** What is held for a reader who is slow: over it everything is let go, and read from the store instead. */
const MAX_HELD = 1_000
const MAX_HELD_TEXT = 256 * 1024

/** How often the store is asked for a run that another process drives; after a hint not before the second. */
const LOOK_EVERY_MS = 250
const LOOK_AGAIN_MS = 50

/** Hears what the event bus and the store tell of one run; holds it, bounded, until it is asked for. */
export class RunFeed {
  readonly #ports: Ports
  readonly #stop: readonly (() => void)[]
  #heard: Heard[] = []
  #text = 0
  #look = false
  #behind = false
  #lookedAt = Number.NEGATIVE_INFINITY
  #wake: () => void = () => {}

  constructor(
    runId: string,
    parts: {
      readonly events: EventBus<RuntimeEvents>
      readonly store: StateStore
      readonly ports: Ports
    },
  ) {
    this.#ports = parts.ports
    this.#stop = [
      parts.events.on('**', (event) => {
        if ((event.payload as { readonly runId?: unknown }).runId === runId) this.#hear(event)
      }),
      parts.store.watch(() => {
        if (this.#ports.now() - this.#lookedAt >= LOOK_AGAIN_MS) this.#lookNow()
      }),
    ]
  }

  /** The oldest that was heard. */
  next(): Heard | undefined {
    const heard = this.#heard.shift()
    if (heard?.what === 'chunk') this.#text -= heard.chunk.text.length
    return heard
  }

  /** The oldest that was heard of a step; without one, of any. */
  nextOf(step: string | null): Exclude<Heard, { readonly what: 'journal' }> | undefined {
    const index = this.#heard.findIndex(
      (heard) => heard.what !== 'journal' && (step ?? heard.step) === heard.step,
    )
    if (index < 0) return undefined
    const [heard] = this.#heard.splice(index, 1)
    if (heard === undefined || heard.what === 'journal') return undefined
    if (heard.what === 'chunk') this.#text -= heard.chunk.text.length
    return heard
  }

  /** Resolves when something was heard, or it is time to ask the store. */
  async news(signal: AbortSignal | undefined): Promise<void> {
    if (this.#heard.length > 0 || this.#look || signal?.aborted === true) return
    await new Promise<void>((resolve) => {
      const cancel = this.#ports.setTimer(() => this.#lookNow(), LOOK_EVERY_MS)
      const abort = () => this.#wake()
      signal?.addEventListener('abort', abort, { once: true })
      this.#wake = () => {
        this.#wake = () => {}
        cancel()
        signal?.removeEventListener('abort', abort)
        resolve()
      }
    })
  }

  /** Whether it is time to ask the store; whoever asks here does so. */
  takeLook(): boolean {
    const look = this.#look
    this.#look = false
    if (look) this.#lookedAt = this.#ports.now()
    return look
  }

  /** Whether something was let go since this was asked. */
  takeBehind(): boolean {
    const behind = this.#behind
    this.#behind = false
    return behind
  }

  close(): void {
    for (const stop of this.#stop) stop()
    this.#wake()
  }

  #hear(event: BusEvent): void {
    const heard = heardOf(event as BusEvent<keyof RuntimeEvents, never>)
    if (heard === undefined) return
    this.#heard.push(heard)
    if (heard.what === 'chunk') this.#text += heard.chunk.text.length
    if (this.#heard.length > MAX_HELD || this.#text > MAX_HELD_TEXT) this.#letGo()
    this.#wake()
  }

  #letGo(): void {
    this.#heard = []
    this.#text = 0
    this.#behind = true
    this.#look = true
  }

  #lookNow(): void {
    this.#look = true
    this.#wake()
  }
}

function heardOf(event: BusEvent<keyof RuntimeEvents, never>): Heard | undefined {
  const { type, payload, timestamp } = event
  switch (type) {
    case 'output.chunk':
    case 'output.rewind':
      return chunkOf(payload, timestamp)
    case 'step.started':
    case 'step.retried':
    case 'step.progress': {
      const { step } = payload as RuntimeEvents[StepType]
      return { what: 'step', step, event: event as BusEvent<StepType, RuntimeEvents[StepType]> }
    }
    case 'step.completed':
    case 'step.failed':
    case 'step.skipped':
      return { what: 'journal', version: (payload as RuntimeEvents['step.skipped']).version }
    default:
      return type.startsWith('workflow.') ? { what: 'journal', version: null } : undefined
  }
}

function chunkOf(payload: RuntimeEvents['output.chunk' | 'output.rewind'], at: number): Heard {
  const { step, epoch, fence = 0, attempt } = payload
  const of = { step, epoch, fence, attempt, at }
  const chunk =
    'text' in payload
      ? { ...of, offset: payload.offset, text: payload.text }
      : { ...of, offset: payload.to, text: '' }
  return { what: 'chunk', step, chunk }
}
