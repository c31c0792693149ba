import type { RefusalReason, Verdict } from '../contract/commit.ts'
import { StateStoreError } from '../contract/errors.ts'
import type { CommitResult } from '../engine/writes.ts'

// What an engine refuses, in words that name the thing and the next action.

const ADVICE: { readonly [reason in RefusalReason]: string } = {
  stale_fence: 'Stop working on it: somebody else claimed, rolled back or resumed it.',
  version_conflict: 'Read the journal again before you append.',
  finished: 'Resume or roll it back first.',
  duplicate_step: 'Give the step another name.',
  run_limit:
    'Open a new run that goes on from here, with what is left to do as its input, or raise `limits` of the store.',
  unknown_run: 'Check the id and the namespace.',
}

export function verdictOf(result: CommitResult, runId: string): Verdict {
  if (result.ok) return result
  const { reason, detail } = result
  return { ok: false, reason, message: `Run ${runId}: the commit was refused: ${detail}. ${ADVICE[reason]}` }
}

export const runNotFound = (runId: string, namespace: string): StateStoreError =>
  new StateStoreError(
    'RUN_NOT_FOUND',
    `There is no run ${String(runId).slice(0, 80)} in namespace '${namespace}'. Check the id and the namespace.`,
  )

export const versionNotFound = (runId: string, wanted: number, last: number): StateStoreError =>
  new StateStoreError(
    'VERSION_NOT_FOUND',
    `Run ${runId} has versions 1 to ${last}; there is no version ${wanted}. Choose one of its history.`,
  )

export const keyInUse = (key: string | null, other: string | null): StateStoreError =>
  new StateStoreError(
    'KEY_IN_USE',
    `The key ${key === null ? 'of this run' : `'${key}'`} belongs to ${other === null ? 'another open run' : `run ${other}`}. ` +
      'Choose another key, or use the run that has it.',
  )

export const notResumable = (runId: string, status: string): StateStoreError =>
  new StateStoreError(
    'RUN_NOT_RESUMABLE',
    `Run ${runId} is ${status}; only a failed, cancelled, rolled-back or waiting run can be resumed. ` +
      (status === 'completed' ? 'Roll it back or fork it instead.' : 'It goes on by itself.'),
  )

export const runCompacted = (runId: string): StateStoreError =>
  new StateStoreError(
    'RUN_COMPACTED',
    `Run ${runId} was compacted to its result: only its first and its last version are left. It can be read, but not ` +
      'resumed, rolled back, forked or looked at in between; start a new run instead.',
  )

export const movedOn = (runId: string): StateStoreError =>
  new StateStoreError('VERSION_CONFLICT', `Run ${runId} keeps moving; ask again.`, { retriable: true })
