import { decodePayload, encodePayload, type OpenedRun } from '@pawl/state-store'
import type { AnyWorkflow } from '../define/workflow.ts'
import type { Live } from './live.ts'
import type { StartOptions } from './runtime-options.ts'
import type { Settings } from './settings.ts'
import { translateStoreError } from './store-errors.ts'

/**
 * Opens a run, and takes it in the same call if the worker has room for it; otherwise whoever has room claims it.
 * `runId` names the run: the same one again is the same run.
 */
export async function openRun(
  live: Live,
  settings: Settings,
  definition: AnyWorkflow,
  input: unknown,
  options: StartOptions & { readonly runId: string },
): Promise<OpenedRun> {
  const { type, version: definitionVersion } = definition
  const encodedInput = encodePayload(input, `The input of workflow '${type}'`, 2_000)
  const { worker, leaseMs } = settings
  const traceparent = live.tracing.current()
  const release = live.worker.reserve()
  try {
    const opened = await translateStoreError(
      live.parts.store.open({
        type,
        definitionVersion,
        encodedInput,
        runId: options.runId,
        ...(traceparent === undefined ? {} : { traceparent }),
        ...(options.key === undefined ? {} : { key: options.key }),
        ...(options.onKey === undefined ? {} : { onKey: options.onKey }),
        ...(release === undefined ? {} : { claimFor: { worker, leaseMs } }),
      }),
    )
    takeUp(live, definition, opened, { encodedInput, traceparent })
    return opened
  } finally {
    release?.()
  }
}

/** Lets the news of a new run leave, and drives it here or tells the worker to look. */
function takeUp(
  live: Live,
  definition: AnyWorkflow,
  opened: OpenedRun,
  news: { readonly encodedInput: string; readonly traceparent: string | undefined },
): void {
  const { runId, fence, epoch, version, at, created } = opened
  if (!created || version !== 1 || live.worker.holds(runId)) return
  const { type } = definition
  const { traceparent } = news
  const payload = decodePayload(news.encodedInput)
  const started = { kind: 'started', step: null, payload, meta: {}, steps: 0 } as const
  live.outbox.leave({ runId, type, version, at, startedAt: at, traceparent, ...started }, true)
  if (fence === null) void live.worker.claim()
  else live.worker.takeOpened(definition, { runId, fence, epoch, version, input: payload, at, traceparent })
}
