import type { ReleaseOperation } from '../../engine/writes.ts'
import type { Scope } from '../scope.ts'
import { prepareRequeue } from './requeue.ts'

/** release: a worker goes in peace; the claims it gives back do not count towards a crash loop. */
export function prepareRelease(scope: Scope) {
  const requeue = prepareRequeue(scope)
  return (operation: ReleaseOperation): { released: number } => ({ released: requeue(operation.worker, 1) })
}
