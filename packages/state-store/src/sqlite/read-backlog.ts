import type { BacklogOperation, BacklogResult, BacklogRow } from '../engine/backlog.ts'
import type { ReadScope } from './scope.ts'

type Definition = Pick<BacklogRow, 'type' | 'definition_version'>

const NOTHING = { ready: 0, delayed: 0, waiting: 0, running: 0, ready_since: null } as const

/**
 * Counts what is to be done. Both indexes hold open runs alone, so finished ones are not looked at: one range of
 * `run_ready` for each definition that has runs in it, and all that workers hold.
 */
export function prepareBacklog({ db, namespace, now }: ReadScope) {
  const definitionAfter = db.prepare(`
    select type, definition_version from run indexed by run_ready
    where namespace = ? and ready_at is not null and (type, definition_version) > (?, ?)
    order by type, definition_version limit 1`)
  const unheld = db.prepare(`
    select count(*) filter (where ready_at <= ?4) as ready,
           count(*) filter (where ready_at > ?4 and status = 'queued') as delayed,
           count(*) filter (where ready_at > ?4 and status <> 'queued') as waiting,
           min(ready_at) filter (where ready_at <= ?4) as ready_since
    from run indexed by run_ready
    where namespace = ?1 and type = ?2 and definition_version = ?3 and ready_at is not null`)
  const held = db.prepare(`
    select type, definition_version from run indexed by run_held where namespace = ? and worker is not null`)

  function definitionsOf(prefix: string): readonly Definition[] {
    const found: Definition[] = []
    let last: Definition = { type: prefix, definition_version: '' }
    for (;;) {
      const { type, definition_version } = last
      const next = definitionAfter.get(namespace, type, definition_version) as Definition | undefined
      if (next === undefined || !next.type.startsWith(prefix)) return found
      found.push(next)
      last = next
    }
  }

  return ({ prefix }: BacklogOperation): BacklogResult => {
    const at = now()
    const parts = new Map<string, BacklogRow>()
    for (const { type, definition_version } of definitionsOf(prefix)) {
      const counts = unheld.get(namespace, type, definition_version, at) as object
      parts.set(nameOf(type, definition_version), { ...NOTHING, type, definition_version, ...counts })
    }
    for (const { type, definition_version } of held.all(namespace) as unknown as Definition[]) {
      if (!type.startsWith(prefix)) continue
      const name = nameOf(type, definition_version)
      const part = parts.get(name) ?? { ...NOTHING, type, definition_version }
      parts.set(name, { ...part, running: part.running + 1 })
    }
    return {
      at,
      parts: [...parts].sort(([a], [b]) => Buffer.compare(bytes(a), bytes(b))).map(([, part]) => part),
    }
  }
}

/** Neither holds U+0000, so names are in the order of the index. */
const nameOf = (type: string, version: string): string => `${type}\u0000${version}`

const bytes = (name: string): Buffer => Buffer.from(name)
