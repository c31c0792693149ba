import type { Run } from '@pawl/state-store'
import { openersTrace } from '../leave/openers-trace.ts'
import type { Live } from './live.ts'
import { translateStoreError } from './store-errors.ts'

export interface RollbackOptions {
  /** The version whose state counts from now on: an entry's place in the journal, from 1. */
  readonly toVersion: number
  /** For people; kept in the journal. */
  readonly reason?: string
}

/** Where a run stands after it was rolled back. */
export interface RolledBack {
  readonly runId: string
  /** Of the entry that says so. */
  readonly version: number
  /** Steps are recorded once in each epoch, and their idempotency keys hold it. */
  readonly epoch: number
}

export interface ForkOptions {
  /** The last version that the new run shares with the old one. Default: the present one. */
  readonly version?: number
  /** A name of the caller's own for the new run, unique among open runs. */
  readonly key?: string
  /** The new run's id, a UUID: forking into the same id again is the same fork. */
  readonly newRunId?: string
}

/** Takes the run from whoever holds it, and goes back. The run waits until it is resumed. */
export async function rollBackRun(live: Live, run: Run, options: RollbackOptions): Promise<RolledBack> {
  const { runId } = run
  const { toVersion, reason } = options
  const request = { runId, version: toVersion, ...(reason === undefined ? {} : { reason }) }
  const { version, epoch } = await translateStoreError(live.parts.store.rollback(request))
  live.worker.tellLost(runId)
  await announce(live, run, version)
  return { runId, version, epoch }
}

/** Makes a run ready again. */
export async function resumeRun(live: Live, run: Run, reason: string | undefined): Promise<void> {
  const { runId } = run
  const request = { runId, ...(reason === undefined ? {} : { reason }) }
  const { version } = await translateStoreError(live.parts.store.resume(request))
  await announce(live, run, version)
  void live.worker.claim()
}

/** Copies a journal into a new run, which is driven from there by whoever claims it. */
export async function forkRun(
  live: Live,
  runId: string,
  options: ForkOptions & { readonly newRunId: string },
): Promise<{ readonly runId: string; readonly created: boolean }> {
  const { version, key, newRunId } = options
  const forked = await translateStoreError(
    live.parts.store.fork({
      runId,
      newRunId,
      ...(version === undefined ? {} : { version }),
      ...(key === undefined ? {} : { key }),
    }),
  )
  void live.worker.claim()
  return { runId: forked.runId, created: forked.created }
}

/** Lets an entry leave that the store wrote by itself. */
async function announce({ parts, outbox }: Live, run: Run, version: number): Promise<void> {
  const { runId, type, createdAt: startedAt } = run
  const { items } = await parts.store.entries(runId, { from: version, to: version })
  const traceparent = await openersTrace(parts.store, runId)
  for (const { kind, step, at, payload, meta } of items) {
    outbox.leave(
      { runId, type, version, kind, step, at, payload, meta, steps: 0, startedAt, traceparent },
      false,
    )
  }
}
