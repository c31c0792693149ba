import type { MessageBus } from '@pawl/message-bus'
import { LIFECYCLE_KINDS, lineage, type StateStore, type Unsent } from '@pawl/state-store'
import type { Ports } from '../drive/ports.ts'
import type { Emit } from './events.ts'
import { type Departing, type LifecycleMessage, messageOf } from './lifecycle.ts'
import { openersTrace } from './openers-trace.ts'
import { tell } from './tell.ts'

/** After these nothing follows unless somebody resumes the run, and who does that looks for what was left. */
const LAST_KINDS: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled'])

/** Entries that count as finished steps. */
const FINISHING_KINDS: ReadonlySet<string> = new Set(['step_completed', 'step_skipped'])

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
  /** One chain a run, so that its messages leave in order; resolves to whether all up to there have left. */
  readonly #leaving = new Map<string, Promise<boolean>>()
  /** Runs of which a message was left to the sweep. */
  readonly #behind = new Set<string>()
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
      periodic: true,
    })
  }

  /**
   * Takes an entry that was committed by this process. `earlierLeft` says whether every message of the run before
   * this one went through here; if not, what another process left behind leaves first: a confirmation covers all
   * that came before it.
   */
  leave(departing: Departing, earlierLeft: boolean): void {
    tell(departing, this.#emit)
    if (!LIFECYCLE_KINDS.has(departing.kind)) return
    const { runId, kind } = departing
    const before = this.#leaving.get(runId) ?? Promise.resolve(!this.#behind.has(runId))
    const sent = before.then((allLeft) => this.#sendInOrder(departing, allLeft && earlierLeft))
    this.#leaving.set(runId, sent)
    void sent.then((left) => {
      if (this.#leaving.get(runId) === sent) this.#leaving.delete(runId)
      if (left || LAST_KINDS.has(kind)) this.#behind.delete(runId)
      else this.#behind.add(runId)
    })
  }

  /** Sends what nobody confirmed; returns how many messages. */
  async sweep(quietMs = QUIET_MS): Promise<number> {
    const unsent = await this.#store.unsent({ idleMs: quietMs })
    const sent = await Promise.all(unsent.map((left) => this.#sendLeft(left)))
    return sent.reduce((sum, count) => sum + count, 0)
  }

  /** Resolves when everything taken so far has left, or was left to the sweep. */
  async close(): Promise<void> {
    this.#cancelSweep?.()
    await Promise.all(this.#leaving.values())
  }

  async #sendInOrder(departing: Departing, earlierLeft: boolean): Promise<boolean> {
    return (earlierLeft || (await this.#sendEarlier(departing))) && (await this.#send(departing))
  }

  /** Sends what the run's holders before left behind; false if that did not work. */
  async #sendEarlier({ runId, version }: Departing): Promise<boolean> {
    try {
      const [left] = await this.#store.unsent({ idleMs: 0, runId })
      const earlier = left?.entries.filter((entry) => entry.version < version) ?? []
      return left === undefined || (await this.#sendLeft({ ...left, entries: earlier })) === earlier.length
    } catch (cause) {
      this.#warn('OUTBOX_UNREADABLE', 'The outbox could not be read; it is tried again.', cause)
      return false
    }
  }

  /** Sends one run's messages, oldest first, up to the first that does not leave; returns how many left. */
  async #sendLeft({ run, entries }: Unsent): Promise<number> {
    const { runId, type, createdAt: startedAt } = run
    const traceparent = entries.length === 0 ? undefined : await openersTrace(this.#store, runId, entries)
    for (const [index, { version, kind, step, at, payload, meta }] of entries.entries()) {
      const steps = kind === 'completed' ? await this.#finishedSteps(runId, version) : 0
      const departing = { runId, type, version, kind, step, at, payload, meta, steps, startedAt, traceparent }
      if (!(await this.#send(departing))) return index
    }
    return entries.length
  }

  /** As the run's holder counted them, so that a message that is sent again says the same. */
  async #finishedSteps(runId: string, version: number): Promise<number> {
    const line = lineage(await this.#store.journal({ runId, version }))
    return line.filter(({ kind }) => FINISHING_KINDS.has(kind)).length
  }

  async #send(departing: Departing): Promise<boolean> {
    const { id, ...message } = messageOf(departing)
    try {
      await this.#publish(id, message)
      this.#store.confirm({ runId: departing.runId, version: departing.version })
      return true
    } catch (cause) {
      const when = `it is sent again within ${SWEEP_EVERY_MS / 1_000} s`
      this.#warn('MESSAGE_NOT_SENT', `The message ${id} could not be sent; ${when}.`, cause)
      return false
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
      this.#warn('OUTBOX_UNREADABLE', 'The outbox could not be read; it is tried again.', cause)
    }
    if (this.#cancelSweep !== undefined) this.start()
  }

  #warn(code: string, message: string, cause: unknown): void {
    this.#emit('runtime.warning', { code, message, cause })
  }
}
