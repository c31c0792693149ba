import assert from 'node:assert/strict'
import type { ClaimedRun } from '../contract/claim.ts'
import type { Commit, Next, RefusalReason, Verdict } from '../contract/commit.ts'
import type { NewEntry } from '../contract/entry.ts'
import type { StateStoreErrorCode } from '../contract/errors.ts'
import type { NewRun } from '../contract/run.ts'
import type { StateStore } from '../contract/store.ts'

// What the cases have in common: a run in somebody's hands, and how to write to it.

/** The frozen time that cases start from. */
export const NOON = 1_750_000_000_000
export const LEASE = 60_000
export const LETTER = { type: 'letter', definitionVersion: '1' } as const
export const NOBODY = '00000000-0000-7000-8000-000000000000'

export interface HeldRun {
  readonly runId: string
  readonly fence: number
  readonly worker: string
}

/** A new run that `worker` holds; its journal has version 1. */
export async function heldRun(
  store: StateStore,
  worker = 'anna',
  run: Partial<NewRun> = {},
): Promise<HeldRun> {
  const claimFor = { worker, leaseMs: LEASE }
  const { runId, fence } = await store.open({ type: 'letter', input: { to: 'Bea' }, claimFor, ...run })
  assert.notEqual(fence, null, 'a run opened with claimFor is held')
  return { runId, fence: fence ?? 0, worker }
}

/** A new run that nobody holds. */
export const readyRun = async (store: StateStore, run: Partial<NewRun> = {}): Promise<string> =>
  (await store.open({ type: 'letter', input: null, ...run })).runId

export const claim = (store: StateStore, worker: string, limit = 10): Promise<readonly ClaimedRun[]> =>
  store.claim({ worker, leaseMs: LEASE, limit, definitions: [LETTER] })

/** Claims exactly one run. */
export async function claimOne(store: StateStore, worker: string): Promise<HeldRun & ClaimedRun> {
  const claimed = await claim(store, worker)
  assert.equal(claimed.length, 1, `${worker} claims one run`)
  return { ...claimed[0]!, worker }
}

export const step = (name: string, payload: unknown = name): NewEntry => ({
  kind: 'step_completed',
  step: name,
  payload,
})

export const commitOf = (
  run: HeldRun,
  version: number,
  entries: readonly NewEntry[],
  next?: Next,
): Commit => ({
  runId: run.runId,
  worker: run.worker,
  fence: run.fence,
  version,
  entries,
  ...(next === undefined ? {} : { next }),
})

/** Commits and insists that it was accepted. */
export async function write(
  store: StateStore,
  run: HeldRun,
  version: number,
  entries: readonly NewEntry[],
  next?: Next,
): Promise<Verdict & { readonly ok: true }> {
  return accepted(await store.commit(commitOf(run, version, entries, next)))
}

export const completed: Next = { status: 'completed' }
export const waiting = (inboxSeen = 0, readyInMs?: number): Next => ({
  status: 'waiting',
  inboxSeen,
  ...(readyInMs === undefined ? {} : { readyInMs }),
})

/** Ends a run with its closing entry. */
export const finish = (
  store: StateStore,
  run: HeldRun,
  version: number,
  status: 'completed' | 'failed' = 'completed',
) => write(store, run, version, [{ kind: status, payload: status }], { status })

export function accepted(verdict: Verdict): Verdict & { readonly ok: true } {
  assert.ok(verdict.ok, `the commit is accepted: ${JSON.stringify(verdict)}`)
  return verdict
}

export function refused(verdict: Verdict, reason: RefusalReason): void {
  assert.equal(verdict.ok ? 'accepted' : verdict.reason, reason)
}

/** Insists on the error's code and that its message says something. */
export async function rejects(attempt: Promise<unknown>, code: StateStoreErrorCode): Promise<Error> {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.equal((error as { code?: unknown } | undefined)?.code, code, String(error))
  assert.ok(error instanceof Error && error.message.length > 10)
  return error
}

export const versionsOf = async (store: StateStore, runId: string): Promise<readonly number[]> =>
  (await store.entries(runId)).items.map((entry) => entry.version)

export const stepsOf = async (store: StateStore, runId: string): Promise<readonly (string | null)[]> =>
  (await store.entries(runId)).items.slice(1).map((entry) => entry.step)
