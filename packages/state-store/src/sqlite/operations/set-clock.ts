import type { SetClockOperation } from '../../engine/writes.ts'
import type { Scope } from '../scope.ts'

/** Freezes the store's clock, or lets it run again. */
export function prepareSetClock({ db }: Scope) {
  const update = db.prepare('update clock set now = ? where one = 1')
  return (operation: SetClockOperation): null => {
    update.run(operation.now)
    return null
  }
}
