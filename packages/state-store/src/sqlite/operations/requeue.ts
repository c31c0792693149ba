import type { Scope } from '../scope.ts'

/**
 * Makes everything that a worker holds ready again and forgets the worker. Fences stay: until a rival claims
 * a run, its old holder may still write.
 */
export function prepareRequeue(scope: Scope) {
  const { db, namespace } = scope
  const requeue = db.prepare(`
    update run set status = 'queued', worker = null, ready_at = ?, recovered = 1,
                   claims = max(claims - ?, 0), updated_at = ?
    where namespace = ? and worker = ?`)
  const forget = db.prepare('delete from worker where namespace = ? and id = ?')
  return (worker: string, forgiven: number): number => {
    const { changes } = requeue.run(scope.now, forgiven, scope.now, namespace, worker)
    forget.run(namespace, worker)
    return Number(changes)
  }
}
