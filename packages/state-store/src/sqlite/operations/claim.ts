import type { ClaimedRun } from '../../contract/claim.ts'
import type { ClaimOperation } from '../../engine/writes.ts'
import type { Scope } from '../scope.ts'
import { prepareAppend, rowBytes } from './journal-row.ts'
import { prepareRequeue } from './requeue.ts'
import { prepareRenewLease } from './worker-lease.ts'

interface Ready {
  readonly no: number
  readonly id: string
  readonly type: string
  readonly definition_version: string
  readonly key: string | null
  readonly fence: number
  readonly version: number
  readonly epoch: number
  readonly inbox: number
  readonly claims: number
  readonly recovered: number
  readonly ready_at: number
}

/**
 * claim: first what silent workers held becomes ready; then the oldest ready runs of the worker's definitions
 * get a new fence. One index range a definition, so neither finished runs nor other types are looked at.
 *
 * Writes worker, run; for a crash loop also entry.
 */
export function prepareClaim(scope: Scope) {
  const { db, namespace } = scope
  const renew = prepareRenewLease(scope)
  const requeue = prepareRequeue(scope)
  const append = prepareAppend(scope)
  const silent = db.prepare('select id from worker where namespace = ? and lease_until <= ? and id <> ?')
  const ready = db.prepare(`
    select no, id, type, definition_version, key, fence, version, epoch, inbox, claims, recovered, ready_at from run
    where namespace = ? and type = ? and definition_version = ? and ready_at <= ? and format <= ?
    order by ready_at limit ?`)
  const take = db.prepare(`
    update run set status = 'running', worker = ?, fence = fence + 1, claims = claims + 1, recovered = 0,
                   ready_at = null, waits_for = null, updated_at = ? where no = ?`)
  const giveUp = db.prepare(`
    update run set status = 'failed', worker = null, fence = fence + 1, ready_at = null, waits_for = null,
                   version = version + 1,
                   unsent_from = coalesce(unsent_from, version + 1), unsent_to = version + 1, bytes = bytes + ?,
                   updated_at = ?, finished_at = ? where no = ?`)

  function endCrashLoop(run: Ready, operation: ClaimOperation): void {
    const place = { runNo: run.no, version: run.version + 1, epoch: run.epoch, fence: run.fence + 1 }
    append(place, operation.crashLoop)
    giveUp.run(rowBytes(operation.crashLoop), scope.now, scope.now, run.no)
  }

  const claimed = (run: Ready): ClaimedRun => ({
    runId: run.id,
    type: run.type,
    definitionVersion: run.definition_version,
    key: run.key,
    fence: run.fence + 1,
    version: run.version,
    epoch: run.epoch,
    inbox: run.inbox,
    claims: run.claims + 1,
    recovered: run.recovered === 1,
    at: scope.now,
  })

  const oldest = ({ definitions, format }: ClaimOperation, limit: number): readonly Ready[] =>
    definitions
      .flatMap(({ type, definitionVersion }) =>
        ready.all(namespace, type, definitionVersion, scope.now, format, limit),
      )
      .map((row) => row as unknown as Ready)
      .sort((a, b) => a.ready_at - b.ready_at || a.no - b.no)
      .slice(0, limit)

  return (operation: ClaimOperation): readonly ClaimedRun[] => {
    for (const row of silent.all(namespace, scope.now, operation.worker) as { id: string }[])
      requeue(row.id, 0)
    const taken: ClaimedRun[] = []
    // A crash loop that ends takes no place in the answer, so the next ready run gets its turn at once.
    while (taken.length < operation.limit) {
      const candidates = oldest(operation, operation.limit - taken.length)
      // An idle worker's look writes nothing, so it costs no fsync.
      if (candidates.length === 0) break
      renew(operation.worker, operation.leaseMs)
      for (const run of candidates) {
        if (run.claims >= operation.maxClaims) endCrashLoop(run, operation)
        else {
          take.run(operation.worker, scope.now, run.no)
          taken.push(claimed(run))
        }
      }
    }
    return taken
  }
}
