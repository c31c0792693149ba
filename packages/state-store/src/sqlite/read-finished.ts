import type { FinishedOperation, FinishedRuns, NewestOperation } from '../engine/retention.ts'
import { Conditions } from './conditions.ts'
import type { ReadScope } from './scope.ts'

interface Candidate {
  readonly no: number
  readonly run_id: string
  readonly type: string
  readonly status: string
  readonly version: number
  readonly bytes: number
  readonly created_at: number
  readonly finished_at: number | null
  readonly unsent_from: number | null
  readonly compacted_at: number | null
}

/**
 * Reads which finished runs may go. A look takes the next runs of each status (or type) from its index, so it costs the
 * same however many there are; it ends where all that it saw were opened too late, or are to be kept.
 */
export function prepareFinished({ db, namespace }: ReadScope) {
  const columns = `no, id as run_id, type, status, version, bytes, created_at, finished_at, unsent_from, compacted_at`
  const after = (by: string) =>
    db.prepare(`select ${columns} from run where namespace = ? and ${by} = ? and no > ? order by no limit ?`)
  const [byStatus, byType] = [after('status'), after('type')]

  /** The next runs of each type that is asked for, else of each status. */
  const next = ({ types, statuses, after: no, limit }: FinishedOperation): readonly unknown[] =>
    types === null
      ? statuses.flatMap((status) => byStatus.all(namespace, status, no, limit))
      : types.flatMap((type) => byType.all(namespace, type, no, limit))

  function newestOf(
    column: 'status' | 'type',
    value: string,
    { statuses, count }: NewestOperation,
  ): number[] {
    const where = new Conditions('namespace = ?', namespace)
    where.add(`${column} = ?`, value)
    if (column === 'type') where.addList('status', statuses)
    const sql = `select no from run where ${where.sql} order by no desc limit ?`
    return db
      .prepare(sql)
      .all(...where.values, count)
      .map((row) => Number(row.no))
  }

  return {
    newest(read: NewestOperation): number {
      const { types, statuses, count } = read
      const found =
        types === null
          ? statuses.flatMap((status) => newestOf('status', status, read))
          : types.flatMap((type) => newestOf('type', type, read))
      return found.sort((a, b) => b - a)[count - 1] ?? 0
    },
    finished(read: FinishedOperation): FinishedRuns {
      const { before, keepFrom, whole, limit, statuses } = read
      const seen = (next(read) as Candidate[]).sort((a, b) => a.no - b.no).slice(0, limit)
      const kept = (run: Candidate) => keepFrom !== null && run.no >= keepFrom
      const mayGo = (run: Candidate) =>
        (statuses as readonly string[]).includes(run.status) &&
        run.finished_at !== null &&
        run.finished_at <= before &&
        run.unsent_from === null &&
        !(whole && run.compacted_at !== null) &&
        !kept(run)
      const last = seen.at(-1)
      const isEnd = seen.length < limit || seen.every((run) => run.created_at > before || kept(run))
      return {
        runs: seen.filter(mayGo).map(({ run_id, version, bytes }) => ({ run_id, version, bytes })),
        next: isEnd || last === undefined ? null : last.no,
      }
    },
  }
}
