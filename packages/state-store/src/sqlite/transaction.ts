import type { DatabaseSync } from 'node:sqlite'
import type { Outcome } from '../engine/engine.ts'
import type { WriteOperation } from '../engine/writes.ts'
import { prepareAgents } from './operations/agent.ts'
import { prepareCells } from './operations/cell.ts'
import { prepareClaim } from './operations/claim.ts'
import { prepareCommit } from './operations/commit.ts'
import { prepareCompact } from './operations/compact.ts'
import { prepareConfirm } from './operations/confirm.ts'
import { prepareDeleteRun } from './operations/delete-run.ts'
import { prepareFire } from './operations/fire.ts'
import { prepareFork } from './operations/fork.ts'
import { prepareHeartbeat } from './operations/heartbeat.ts'
import { prepareOpen } from './operations/open.ts'
import { prepareRelease } from './operations/release.ts'
import { prepareResume } from './operations/resume.ts'
import { prepareRollback } from './operations/rollback.ts'
import { prepareRotate } from './operations/rotate.ts'
import { prepareSchedules } from './operations/schedule.ts'
import { prepareSend } from './operations/send.ts'
import { prepareSetClock } from './operations/set-clock.ts'
import { prepareTelemetry } from './operations/telemetry.ts'
import { prepareUnpark } from './operations/unpark.ts'
import { prepareWriteOutput } from './operations/write-output.ts'
import { prepareClock, type Scope } from './scope.ts'

type Run<O extends WriteOperation = WriteOperation> = (operation: O) => unknown

type Operations = { readonly [K in WriteOperation['op']]: Run<Extract<WriteOperation, { op: K }>> }

/** Prepares every statement once and returns what runs a batch in one `BEGIN IMMEDIATE` transaction. */
export function prepareTransaction(
  db: DatabaseSync,
  namespace: string,
): (batch: readonly WriteOperation[]) => Outcome[] {
  const scope: Scope = { db, namespace, now: 0 }
  const operations: Operations = {
    open: prepareOpen(scope),
    heartbeat: prepareHeartbeat(scope),
    claim: prepareClaim(scope),
    release: prepareRelease(scope),
    commit: prepareCommit(scope),
    send: prepareSend(scope),
    unpark: prepareUnpark(scope),
    rollback: prepareRollback(scope),
    resume: prepareResume(scope),
    fork: prepareFork(scope),
    confirm: prepareConfirm(scope),
    set_clock: prepareSetClock(scope),
    ...prepareCells(scope),
    ...prepareAgents(scope),
    ...prepareSchedules(scope),
    fire: prepareFire(scope),
    delete_run: prepareDeleteRun(scope),
    compact: prepareCompact(scope),
    telemetry: prepareTelemetry(scope),
    rotate: prepareRotate(scope),
    write_output: prepareWriteOutput(scope),
  }
  const readClock = prepareClock(db)
  const begin = db.prepare('begin immediate')
  const end = db.prepare('commit')

  /** Runs a batch inside the transaction that is open, and ends it. */
  function attempt(batch: readonly WriteOperation[]): Outcome[] {
    try {
      scope.now = readClock()
      const outcomes = batch.map((operation): Outcome => {
        const run = operations[operation.op] as Run
        return { ok: true, value: run(operation) }
      })
      end.run()
      return outcomes
    } catch (error) {
      // A full disk may have ended the transaction already.
      if (db.isTransaction) db.exec('rollback')
      throw error
    }
  }

  function alone(operation: WriteOperation): Outcome {
    try {
      begin.run()
      return attempt([operation])[0]!
    } catch (error) {
      return { ok: false, error }
    }
  }

  return (batch) => {
    try {
      begin.run()
    } catch (error) {
      // Nobody got the lock: trying one by one would wait for it as often as there are operations.
      return batch.map(() => ({ ok: false, error }))
    }
    try {
      return attempt(batch)
    } catch (error) {
      // One bad operation must not fail its neighbours: each goes again in a transaction of its own.
      return batch.length === 1 ? [{ ok: false, error }] : batch.map(alone)
    }
  }
}
