import type { MessageBus } from '@pawl/message-bus'
import { LIFECYCLE_KINDS, type StateStore } from '@pawl/state-store'
import type { Ports } from '../drive/ports.ts'
import type { Emit } from './events.ts'
import { type Departing, type LifecycleMessage, messageOf } from './lifecycle.ts'
import { tell } from './tell.ts'

/** How often the outbox looks for what was left, and how long a run must have been quiet for that. */
const SWEEP_EVERY_MS = 15_000
const QUIET_MS = 5_000

/**
 * Lets entries leave after their commit: this process hears of each at once; lifecycle entries go to the others
 * over the message bus, then the store is told. What a crash or a lost bus left behind is sent again by the sweep, with the same ids.
 */
export class Outbox {
  readonly #store: StateStore
  readonly #bus: MessageBus
  readonly #emit: Emit
  readonly #ports: Ports
  /** One chain a run, so that its messages leave in order. */
  readonly #leaving = new Map<string, Promise<void>>()
  #cancelSweep: (() => void) | undefined

  constructor(parts: {
    readonly store: StateStore
    readonly bus: MessageBus
    readonly emit: Emit
    readonly ports: Ports
  }) {
    this.#store = parts.store
    this.#bus = parts.bus
    this.#emit = parts.emit
    this.#ports = parts.ports
  }

  start(): void {
    this.#cancelSweep = this.#ports.setTimer(() => void this.#sweepAndGoOn(), SWEEP_EVERY_MS, {
      background: true,
    })
  }

  /** Takes an entry that was committed by this process. */
  leave(departing: Departing): void {
    tell(departing, this.#emit)
    if (!LIFECYCLE_KINDS.has(departing.kind)) return
    const before = this.#leaving.get(departing.runId) ?? Promise.resolve()
    const sent = before.then(() => this.#send(departing))
    this.#leaving.set(departing.runId, sent)
    void sent.then(() => {
      if (this.#leaving.get(departing.runId) === sent) this.#leaving.delete(departing.runId)
    })
  }

  /** Sends what nobody confirmed; returns how many messages. */
  async sweep(quietMs = QUIET_MS): Promise<number> {
    const unsent = await this.#store.unsent({ idleMs: quietMs })
    for (const { run, entries } of unsent) {
      for (const { version, kind, step, at, payload, meta } of entries) {
        const { runId, type, createdAt: startedAt } = run
        await this.#send({ runId, type, version, kind, step, at, payload, meta, steps: 0, startedAt })
      }
    }
    return unsent.reduce((sum, { entries }) => sum + entries.length, 0)
  }

  /** Resolves when everything taken so far has left, or was left to the sweep. */
  async close(): Promise<void> {
    this.#cancelSweep?.()
    await Promise.all(this.#leaving.values())
  }

  async #send(departing: Departing): Promise<void> {
    const { id, ...message } = messageOf(departing)
    try {
      await this.#publish(id, message)
      this.#store.confirm({ runId: departing.runId, version: departing.version })
    } catch (cause) {
      this.#emit('runtime.warning', {
        code: 'MESSAGE_NOT_SENT',
        message: `The message ${id} could not be sent; it is sent again within ${SWEEP_EVERY_MS / 1_000} s.`,
        cause,
      })
    }
  }

  /** A message that is too large for the bus would be refused for ever: it leaves without its data instead. */
  async #publish(id: string, message: Omit<LifecycleMessage, 'id'>): Promise<void> {
    try {
      await this.#bus.publishResult(message, { id })
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code !== 'MESSAGE_TOO_LARGE') throw error
      const { workflow_type } = message.result
      await this.#bus.publishResult({ ...message, result: { workflow_type, too_large: true } }, { id })
    }
  }

  async #sweepAndGoOn(): Promise<void> {
    try {
      await this.sweep()
    } catch (cause) {
      this.#emit('runtime.warning', {
        code: 'OUTBOX_UNREADABLE',
        message: 'The outbox could not be read; it is tried again.',
        cause,
      })
    }
    if (this.#cancelSweep !== undefined) this.start()
  }
}
