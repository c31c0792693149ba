import type { EventBus } from '@pawl/event-bus'
import { type Entry, isFinished, type StateStore } from '@pawl/state-store'
import type { AnyWorkflow } from '../define/workflow.ts'
import type { Ports } from '../drive/ports.ts'
import type { RuntimeEvents } from './events.ts'

/** One thing that happened in a run, as `streamWorkflow` tells it. */
export interface WorkflowProgress {
  readonly runId: string
  readonly workflow: string
  readonly type:
    | 'started'
    | 'step_completed'
    | 'step_failed'
    | 'step_skipped'
    | 'signal_received'
    | 'resumed'
    | 'rolled_back'
    | 'completed'
    | 'failed'
    | 'cancelled'
  /** The journal's version; a stream can be taken up again after it. */
  readonly version: number
  readonly step: string | null
  readonly agent: string | null
  readonly at: number
  /** From 0 to 100; `null` while nobody knows how many steps there will be. */
  readonly percent: number | null
  /** The output, the error or the input, as the type says. */
  readonly data: unknown
}

const TOLD: ReadonlySet<string> = new Set<WorkflowProgress['type']>([
  'started',
  'step_completed',
  'step_failed',
  'step_skipped',
  'signal_received',
  'resumed',
  'rolled_back',
  'completed',
  'failed',
  'cancelled',
])

/** How often the journal is read for a run that another process drives. */
const LOOK_EVERY_MS = 250

interface StreamParts {
  readonly store: StateStore
  readonly events: EventBus<RuntimeEvents>
  readonly ports: Ports
}

/**
 * Follows a run's journal from `after` on until the run has ended, whichever process drives it: each committed
 * entry once, in order. Events of this process make it prompt; nothing rests on them.
 */
export async function* followRun(
  runId: string,
  workflow: AnyWorkflow,
  parts: StreamParts,
  options: { readonly after?: number; readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<WorkflowProgress, void, undefined> {
  const bell = new Bell(runId, parts)
  const counter = new Percent(workflow)
  try {
    let version = 0
    while (true) {
      options.signal?.throwIfAborted()
      const { items } = await parts.store.entries(runId, { from: version + 1, limit: 1_000 })
      for (const entry of items) {
        version = entry.version
        const percent = counter.after(entry)
        if (TOLD.has(entry.kind) && entry.version > (options.after ?? 0)) {
          yield progressOf(runId, workflow.type, entry, percent)
        }
      }
      if (items.length > 0) continue
      const run = await parts.store.run(runId)
      if (run !== undefined && isFinished(run.status) && run.version === version) return
      await bell.rings(options.signal)
    }
  } finally {
    bell.close()
  }
}

const progressOf = (
  runId: string,
  workflow: string,
  entry: Entry,
  percent: number | null,
): WorkflowProgress => ({
  runId,
  workflow,
  type: entry.kind as WorkflowProgress['type'],
  version: entry.version,
  step: entry.step,
  agent: entry.meta.agent ?? null,
  at: entry.at,
  percent,
  data: entry.payload,
})

/** Counts finished steps against those that are expected. */
class Percent {
  readonly #expected: number | undefined
  /** Finished steps, and the version that each was finished with. */
  readonly #finished = new Map<string, number>()

  constructor(workflow: AnyWorkflow) {
    this.#expected = workflow.expectedSteps
  }

  after(entry: Entry): number | null {
    if (entry.kind === 'completed') return 100
    if (entry.kind === 'rolled_back') this.#goBack(entry.meta.toVersion ?? 0)
    if ((entry.kind === 'step_completed' || entry.kind === 'step_skipped') && entry.step !== null) {
      this.#finished.set(entry.step, entry.version)
    }
    if (this.#expected === undefined) return null
    // The last percent is the ending's own.
    return Math.min(99, Math.floor((this.#finished.size / Math.max(1, this.#expected)) * 100))
  }

  #goBack(toVersion: number): void {
    for (const [step, version] of this.#finished) if (version > toVersion) this.#finished.delete(step)
  }
}

/** Rings when this process hears something of the run, and now and then by itself. */
class Bell {
  readonly #ports: Ports
  readonly #unsubscribe: () => void
  #rung = false
  #wake: () => void = () => {}

  constructor(runId: string, { events, ports }: StreamParts) {
    this.#ports = ports
    this.#unsubscribe = events.on('**', (event) => {
      if ((event.payload as { runId?: unknown }).runId === runId) this.#ring()
    })
  }

  async rings(signal: AbortSignal | undefined): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const cancel = this.#ports.setTimer(() => this.#ring(), LOOK_EVERY_MS)
        const abort = () => this.#ring()
        signal?.addEventListener('abort', abort, { once: true })
        this.#wake = () => {
          cancel()
          signal?.removeEventListener('abort', abort)
          resolve()
        }
      })
    }
    this.#rung = false
  }

  close(): void {
    this.#unsubscribe()
    this.#wake()
  }

  #ring(): void {
    this.#rung = true
    this.#wake()
  }
}
