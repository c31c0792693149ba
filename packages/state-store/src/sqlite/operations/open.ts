import type { RunStatus } from '../../contract/run.ts'
import type { OpenOperation, OpenResult } from '../../engine/writes.ts'
import type { Scope } from '../scope.ts'
import { prepareAppend, rowBytes } from './journal-row.ts'
import { prepareEnsureLease } from './worker-lease.ts'

interface Existing {
  readonly id: string
  readonly status: RunStatus
  readonly version: number
  readonly epoch: number
  readonly fence: number
  readonly worker: string | null
  readonly finished_at: number | null
}

/**
 * open: one new run with its `started` entry, claimed at once if asked.
 *
 * Idempotent by id and, as `onKey` says, by key. Reads run (by id, by key); writes run, entry, worker.
 */
export function prepareOpen(scope: Scope) {
  const { db, namespace } = scope
  const columns = 'id, status, version, epoch, fence, worker, finished_at'
  const byId = db.prepare(`select ${columns} from run where namespace = ? and id = ?`)
  const openByKey = db.prepare(
    `select ${columns} from run where namespace = ? and key = ? and finished_at is null`,
  )
  const lastByKey = db.prepare(
    `select ${columns} from run where namespace = ? and key = ? order by no desc limit 1`,
  )
  const insert = db.prepare(`
    insert into run (namespace, id, key, type, definition_version, format, status, version, fence, worker, claims,
                     ready_at, unsent_from, unsent_to, bytes, created_at, updated_at)
    values (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, 1, 1, ?, ?, ?)`)
  const append = prepareAppend(scope)
  const ensureLease = prepareEnsureLease(scope)

  const found = (row: Existing, operation: OpenOperation, created: boolean): OpenResult => ({
    ok: true,
    runId: row.id,
    created,
    status: row.status,
    version: row.version,
    epoch: row.epoch,
    fence: operation.claimFor !== null && row.worker === operation.claimFor.worker ? row.fence : null,
    at: scope.now,
  })

  function create(operation: OpenOperation): OpenResult {
    const held = operation.claimFor
    const fence = held === null ? 0 : 1
    const status: RunStatus = held === null ? 'queued' : 'running'
    const { lastInsertRowid } = insert.run(
      namespace,
      operation.runId,
      operation.key,
      operation.type,
      operation.definitionVersion,
      operation.entry.format,
      status,
      fence,
      held?.worker ?? null,
      fence,
      held === null ? scope.now + operation.readyInMs : null,
      rowBytes(operation.entry),
      scope.now,
      scope.now,
    )
    append({ runNo: Number(lastInsertRowid), version: 1, epoch: 0, fence }, operation.entry)
    if (held !== null) ensureLease(held.worker, held.leaseMs)
    return {
      ok: true,
      runId: operation.runId,
      created: true,
      status,
      version: 1,
      epoch: 0,
      fence: held === null ? null : fence,
      at: scope.now,
    }
  }

  return (operation: OpenOperation): OpenResult => {
    const again = byId.get(namespace, operation.runId) as Existing | undefined
    if (again !== undefined) return found(again, operation, true)
    if (operation.key === null) return create(operation)
    const same = (openByKey.get(namespace, operation.key) ?? lastByKey.get(namespace, operation.key)) as
      | Existing
      | undefined
    if (same === undefined) return create(operation)
    if (operation.onKey === 'error') return { ok: false, reason: 'key_in_use', runId: same.id }
    if (operation.onKey === 'new-if-finished' && same.finished_at !== null) return create(operation)
    return found(same, operation, false)
  }
}
