import { LIFECYCLE_KINDS, type NewEntry, type Next, type StateStore, type Verdict } from '@pawl/state-store'
import type { AnyWorkflow } from '../define/workflow.ts'
import type { AgentRegistry } from '../enter/agent-registry.ts'
import type { Emit } from '../leave/events.ts'
import type { Departing } from '../leave/lifecycle.ts'
import { Mailbox } from './mailbox.ts'
import type { Ports } from './ports.ts'
import { type HeldRun, RunLost, RunWriter, type Turn, type Written } from './run-writer.ts'
import type { RunSpan, Tracing } from './tracing.ts'
import { Waits } from './waits.ts'

/** What a run needs from the runtime that holds it. */
export interface DriveParts {
  readonly store: StateStore
  readonly ports: Ports
  readonly agents: AgentRegistry
  readonly emit: Emit
  readonly tracing: Tracing
  /** Hears that a run can be woken now that waits for an agent. */
  readonly onParked: (agent: string) => void
  /** Takes entries that are committed. */
  readonly leave: (departing: Departing, earlierLeft: boolean) => void
}

/** Why an execution ended before its workflow did. */
export type Halt =
  | { readonly why: 'lost' }
  | { readonly why: 'cancelled'; readonly reason: string; readonly inbox: number }
  /** The process shuts down: steps that were under way are recorded, the rest is another worker's. */
  | { readonly why: 'released' }
  | { readonly why: 'waiting'; readonly wakeInMs: number | null; readonly signals: readonly string[] }
  /** The workflow cannot go on, whatever its code would do next. */
  | { readonly why: 'failed'; readonly error: unknown }

/** Refusals that are about what was to be written; the same entry would be refused again. */
const OF_THE_ENTRY: ReadonlySet<unknown> = new Set([
  'NOT_JSON',
  'ENTRY_TOO_LARGE',
  'INVALID_ARGUMENT',
  'RUN_LIMIT',
  'DUPLICATE_STEP',
])

export const isOfTheEntry = (error: unknown): boolean =>
  OF_THE_ENTRY.has((error as { readonly code?: unknown } | null)?.code)

const FINISHING: ReadonlySet<NewEntry['kind']> = new Set<NewEntry['kind']>(['step_completed', 'step_skipped'])

/** One run while this process holds it. */
export class Execution {
  readonly run: HeldRun
  readonly workflow: AnyWorkflow
  readonly parts: DriveParts
  readonly halted: Promise<Halt>
  /** Resolves once nothing that this execution writes would be accepted: whatever still waits for that is void. */
  readonly lost: Promise<void>
  /** The store's time minus this machine's, as of the claim. */
  readonly clockOffset: number
  mailbox: Mailbox
  /** What the run waits for without doing anything. */
  readonly waits: Waits
  /** Entries of this run that count as finished steps. */
  finishedSteps = 0
  /** When the run was opened, in the store's time. */
  startedAt = 0
  /** Whether every message of the run so far left through this process; another holder may have left some behind. */
  earlierLeft = false
  /** The part of the run that this execution does, for tracing. */
  span: RunSpan | undefined
  /** The trace context of whoever opened the run: what its messages carry if nothing is traced here. */
  traceparent: string | undefined
  /** Steps that wrote something before they were parked, and the last attempt that did: it must not be taken for the next. */
  readonly wrote = new Map<string, number>()
  readonly #writer: RunWriter
  readonly #abort = new AbortController()
  #resolveHalt: (halt: Halt) => void = () => {}
  #resolveLost: () => void = () => {}
  #halt: Halt | undefined
  #inFlight = 0
  #mailboxIsOpen = false
  #heard = 0
  #draining = false

  constructor(run: HeldRun, workflow: AnyWorkflow, parts: DriveParts, storeTime: number) {
    this.run = run
    this.workflow = workflow
    this.parts = parts
    this.clockOffset = storeTime - parts.ports.now()
    this.#writer = new RunWriter(parts.store, run, parts.ports)
    this.mailbox = this.#newMailbox(new Set())
    this.waits = new Waits(this)
    this.halted = new Promise((resolve) => {
      this.#resolveHalt = resolve
    })
    this.lost = new Promise((resolve) => {
      this.#resolveLost = resolve
    })
  }

  /** Fires when steps under way should stop. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  get version(): number {
    return this.#writer.version
  }

  get inFlight(): number {
    return this.#inFlight
  }

  get ended(): boolean {
    return this.#halt !== undefined
  }

  /** The store's time, as far as this machine knows. */
  storeNow(): number {
    return this.parts.ports.now() + this.clockOffset
  }

  /** Tells the mailbox what the journal has consumed, and lets it look at what came so far. */
  async openMailbox(consumed: ReadonlySet<number>, inbox: number): Promise<void> {
    this.mailbox = this.#newMailbox(consumed)
    this.#mailboxIsOpen = true
    const heard = Math.max(inbox, this.#heard)
    if (heard > 0) await this.mail(heard)
  }

  /** Called by whoever hears that the inbox has grown. */
  async mail(inbox: number): Promise<void> {
    // Before the journal is read nobody knows what of it is obeyed already: a request to cancel counts once.
    if (!this.#mailboxIsOpen) {
      this.#heard = Math.max(this.#heard, inbox)
      return
    }
    try {
      await this.mailbox.refresh(inbox)
    } catch (error) {
      // The next commit or heartbeat tells of the mail again.
      this.parts.emit('runtime.warning', {
        code: 'INBOX_UNREADABLE',
        message: `The inbox of run ${this.run.runId} could not be read; it is tried again.`,
        cause: error,
      })
    }
  }

  /** Ends the execution early; the first reason stays, but a loss also ends what is still being written for it. */
  halt(halt: Halt): void {
    if (halt.why === 'lost') {
      this.#writer.lose()
      this.#resolveLost()
    }
    if (this.#halt !== undefined) return
    this.#halt = halt
    this.waits.close()
    this.#resolveHalt(halt)
    this.#abort.abort(new RunLost(`Run ${this.run.runId}: this execution ended (${halt.why}).`))
  }

  /** The run has ended, or was given back: whatever its code still does is void. */
  close(): void {
    this.waits.close()
    if (this.#inFlight > 0) this.halt({ why: 'lost' })
    else this.#halt ??= { why: 'lost' }
  }

  /** Lets steps under way finish, starts no others, then gives the run back. */
  drain(): void {
    this.#draining = true
    if (this.#inFlight === 0) this.halt({ why: 'released' })
  }

  /**
   * Appends, and lets the entries leave. Never settles once the run is lost, or the store failed for good: what
   * waits for it is void. Rejects with `RUN_LIMIT`, or the store's error for an entry that it cannot take.
   */
  async append(entries: readonly NewEntry[], next?: Next): Promise<Written> {
    try {
      const written = await this.#writer.append(entries, next)
      this.left(entries, written)
      return written
    } catch (error) {
      if (isOfTheEntry(error)) throw error
      return this.abandon(error)
    }
  }

  /** Lets somebody else make the run's next commit; what it wrote is then said to have {@link left}. */
  inTurn(make: (turn: Turn) => Promise<Verdict>): Promise<Written> {
    return this.#writer.inTurn(make)
  }

  /** Entries are committed: lets them leave, and hears of mail. */
  left(entries: readonly NewEntry[], written: Written): void {
    this.#leave(entries, written)
    if (written.inbox > this.mailbox.seen) void this.mail(written.inbox)
  }

  /** A commit failed for good: whatever waits for it is void, and the run goes on from its journal later. */
  abandon(error: unknown): Promise<never> {
    if (!(error instanceof RunLost)) this.#tellStoreFailed(error)
    this.halt({ why: 'lost' })
    return new Promise(() => {})
  }

  /** Counts work that must end before the run may wait or be given back. Never settles if none may start. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.ended || this.#draining) return new Promise(() => {})
    this.#inFlight += 1
    try {
      return await work()
    } finally {
      this.#inFlight -= 1
      if (this.#inFlight === 0) {
        if (this.#draining) this.halt({ why: 'released' })
        else this.waits.linger()
      }
    }
  }

  /** Not the workflow's fault, so its code does not see it: the run is taken up again where its journal ends. */
  #tellStoreFailed(cause: unknown): void {
    this.parts.emit('runtime.warning', {
      code: 'COMMIT_FAILED',
      message: `The store did not take a commit of run ${this.run.runId}; the run goes on from its last entry later.`,
      cause,
    })
  }

  #newMailbox(consumed: ReadonlySet<number>): Mailbox {
    return new Mailbox(this.parts.store, this.run.runId, consumed, () => {
      const cancel = this.mailbox.cancelRequest()
      if (cancel === undefined) this.waits.lookAll()
      else this.halt({ why: 'cancelled', reason: cancel.name, inbox: cancel.seq })
    })
  }

  #leave(entries: readonly NewEntry[], written: Written): void {
    entries.forEach((entry, index) => {
      if (FINISHING.has(entry.kind)) this.finishedSteps += 1
      const departing = {
        runId: this.run.runId,
        type: this.run.type,
        version: written.version + index,
        kind: entry.kind,
        step: entry.step ?? null,
        at: written.at,
        payload: entry.payload ?? null,
        meta: entry.meta ?? {},
        steps: this.finishedSteps,
        startedAt: this.startedAt,
        traceparent: this.span?.traceparent ?? this.traceparent,
      }
      this.parts.leave(departing, this.earlierLeft)
      if (LIFECYCLE_KINDS.has(entry.kind)) this.earlierLeft = true
    })
  }
}
