import { decodePayload, encodePayload, type Json, type OpenedRun } from '@pawl/state-store'
import { named } from '../define/task-type.ts'
import type { AnyWorkflow } from '../define/workflow.ts'
import { RuntimeError } from '../errors.ts'
import type { Live } from './live.ts'
import type { Question } from './questions.ts'
import type { StartOptions } from './runtime-options.ts'
import type { Settings } from './settings.ts'
import { translateStoreError } from './store-errors.ts'

interface Opening {
  readonly live: Live
  readonly definition: AnyWorkflow
  readonly question: Question
}

/** What a run began with, as its first entry says. */
interface Beginning {
  readonly input: Json
  readonly traceparent: string | undefined
}

/**
 * Opens a run, and takes it in the same call if the worker has room for it; otherwise whoever has room claims it. With
 * `afterMs` it waits for its turn, which comes after that time at the earliest. `runId` names the run: the same one again
 * is the same run.
 */
export async function openRun(
  live: Live,
  settings: Settings,
  definition: AnyWorkflow,
  input: unknown,
  options: StartOptions & { readonly newId: string; readonly afterMs?: number },
): Promise<OpenedRun> {
  const { type, version: definitionVersion } = definition
  const encodedInput = encodePayload(input, `The input of ${named(type)}`, 2_000)
  const { worker, leaseMs } = settings
  const traceparent = live.tracing.current()
  const { afterMs } = options
  const runId = options.runId ?? options.newId
  const release = afterMs === undefined ? live.worker.reserve() : undefined
  const question = live.worker.ask(runId)
  try {
    const opened = await translateStoreError(
      live.parts.store.open({
        type,
        definitionVersion,
        encodedInput,
        runId,
        ...(traceparent === undefined ? {} : { traceparent }),
        ...(options.key === undefined ? {} : { key: options.key }),
        ...(options.onKey === undefined ? {} : { onKey: options.onKey }),
        ...(afterMs === undefined ? {} : { readyInMs: afterMs }),
        ...(release === undefined ? {} : { claimFor: { worker, leaseMs } }),
      }),
    )
    const opening = { live, definition, question }
    if (options.runId !== undefined) await continueOpening(opening, opened)
    else if (opened.created) takeUp(opening, opened, { input: decodePayload(encodedInput), traceparent })
    return opened
  } finally {
    question.close()
    release?.()
  }
}

/** Of an id that the caller gave nobody knows whether this call opened it or one before: the journal says how it began. */
async function continueOpening(opening: Opening, opened: OpenedRun): Promise<void> {
  const { runId, version, created } = opened
  const { live, definition } = opening
  const { store } = live.parts
  if (!created) return
  const run = await store.run(runId)
  if (run !== undefined && run.type !== definition.type) {
    throw new RuntimeError(
      'INVALID_INPUT',
      `Run ${runId} is one of the ${named(run.type)}. Start the ${named(definition.type)} with another id.`,
    )
  }
  // A run of another version of the definition is claimed by whoever has that.
  if (version !== 1 || run?.definitionVersion !== definition.version) return
  const { items } = await store.entries(runId, { to: 1 })
  const { payload = null, meta } = items[0] ?? {}
  takeUp(opening, opened, { input: payload, traceparent: meta?.traceparent })
}

/** Lets the news of a new run leave, and drives it here or tells the worker to look. */
function takeUp({ live, definition, question }: Opening, opened: OpenedRun, beginning: Beginning): void {
  const { runId, fence, epoch, version, at } = opened
  if (version !== 1 || live.worker.holds(runId)) return
  if (fence !== null && question.isLate(runId, fence)) return
  const { type } = definition
  const { input, traceparent } = beginning
  const started = { kind: 'started', step: null, payload: input, meta: {}, steps: 0 } as const
  live.outbox.leave({ runId, type, version, at, startedAt: at, traceparent, ...started }, true)
  if (fence === null) void live.worker.claim()
  else live.worker.takeOpened(definition, { runId, fence, epoch, version, input, at, traceparent })
}
