import type { TimersOperation } from '../engine/retention.ts'
import type { RunRow } from '../engine/rows.ts'
import { RUN_COLUMNS } from './columns.ts'
import type { ReadScope } from './scope.ts'

interface Definition {
  readonly type: string
  readonly definition_version: string
}

/**
 * Reads the runs that wait for a time. The index of what may be claimed is by definition, then by time: so one range of
 * it for each definition that has such runs, and the earliest of all.
 */
export function prepareTimers({ db, namespace, now }: ReadScope) {
  const definitionAfter = db.prepare(`
    select type, definition_version from run indexed by run_ready
    where namespace = ? and ready_at is not null and (type, definition_version) > (?, ?)
    order by type, definition_version limit 1`)
  const timers = db.prepare(`
    select ${RUN_COLUMNS} from run indexed by run_ready
    where namespace = ? and type = ? and definition_version = ? and ready_at >= ? and ready_at < ?
      and (ready_at > ? or no > ?)
    order by ready_at, no limit ?`)

  function definitionsOf(only: string | null): readonly Definition[] {
    const found: Definition[] = []
    let last: Definition = { type: only ?? '', definition_version: '' }
    for (;;) {
      const { type, definition_version } = last
      const next = definitionAfter.get(namespace, type, definition_version) as Definition | undefined
      if (next === undefined || (only !== null && next.type !== only)) return found
      found.push(next)
      last = next
    }
  }

  return ({ type, until, limit, after }: TimersOperation): readonly RunRow[] => {
    const { at, no } = after ?? { at: 0, no: 0 }
    const [from, to] = [Math.max(now() + 1, at), until ?? Number.MAX_SAFE_INTEGER]
    return definitionsOf(type)
      .flatMap(
        (one) =>
          timers.all(
            namespace,
            one.type,
            one.definition_version,
            from,
            to,
            at,
            no,
            limit,
          ) as unknown as RunRow[],
      )
      .sort((a, b) => (a.ready_at ?? 0) - (b.ready_at ?? 0) || a.no - b.no)
      .slice(0, limit)
  }
}
