import type { Scope } from '../scope.ts'

/** Renews a worker's lease. */
export function prepareRenewLease(scope: Scope) {
  const upsert = scope.db.prepare(`
    insert into worker (namespace, id, lease_until) values (?, ?, ?)
    on conflict (namespace, id) do update set lease_until = excluded.lease_until`)
  return (worker: string, leaseMs: number): number => {
    const until = scope.now + leaseMs
    upsert.run(scope.namespace, worker, until)
    return until
  }
}

/**
 * Makes sure that a holder has a row: one without is never found dead. A worker that is unknown gets
 * `leaseMs` from now; a known one keeps its lease.
 */
export function prepareEnsureLease(scope: Scope) {
  const insert = scope.db.prepare(`
    insert into worker (namespace, id, lease_until) values (?, ?, ?) on conflict (namespace, id) do nothing`)
  return (worker: string, leaseMs: number): void => {
    insert.run(scope.namespace, worker, scope.now + leaseMs)
  }
}
