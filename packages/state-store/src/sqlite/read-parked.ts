import type { ParkedRow } from '../engine/parked.ts'
import type { ReadScope } from './scope.ts'

/** Counts the runs that wait for something, by its name. */
export function prepareParked({ db, namespace }: ReadScope) {
  const parked = db.prepare(`
    select waits_for, count(*) as runs, min(ready_at) as next_at from run indexed by run_parked
    where namespace = ? and waits_for is not null group by waits_for order by waits_for`)
  return (): readonly ParkedRow[] => parked.all(namespace) as unknown as ParkedRow[]
}
