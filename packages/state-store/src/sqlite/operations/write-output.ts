import type { OutputRow, WriteOutputOperation, WriteOutputResult } from '../../engine/writes.ts'
import type { Scope } from '../scope.ts'

interface Head {
  readonly no: number
  readonly fence: number
  readonly compacted_at: number | null
}

type Last = Omit<OutputRow, 'weight'> & { readonly place: number }

/**
 * write_output: adds chunks to a run's output and lets the oldest go that are more than `keep` behind the end. Chunks of
 * another fence than the run's are passed over, as are all of a run that is unknown or compacted. An operation whose last
 * chunk is the run's last one was done before, and its answer lost.
 */
export function prepareWriteOutput(scope: Scope) {
  const { db, namespace } = scope
  const head = db.prepare('select no, fence, compacted_at from run where namespace = ? and id = ?')
  const newest = db.prepare(`
    select place, step, epoch, fence, attempt, start, payload from output_chunk
    where run_no = ? order by place desc limit 1`)
  const insert = db.prepare(`
    insert into output_chunk (run_no, place, at, start, epoch, fence, attempt, step, payload)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const forget = db.prepare('delete from output_chunk where run_no = ? and place <= ?')

  return ({ runId, keep, chunks }: WriteOutputOperation): WriteOutputResult => {
    const run = head.get(namespace, runId) as Head | undefined
    if (run === undefined || run.compacted_at !== null) return { kept: 0 }
    const last = newest.get(run.no) as Last | undefined
    if (last !== undefined && isSame(last, chunks.at(-1))) return { kept: chunks.length }
    const fresh = chunks.filter(({ fence }) => fence === run.fence)
    let place = last?.place ?? 0
    for (const { step, epoch, fence, attempt, start, payload, weight } of fresh) {
      place += weight
      insert.run(run.no, place, scope.now, start, epoch, fence, attempt, step, payload)
    }
    if (fresh.length > 0) forget.run(run.no, place - keep)
    return { kept: fresh.length }
  }
}

const isSame = (last: Last, row: OutputRow | undefined): boolean =>
  row !== undefined &&
  last.step === row.step &&
  last.epoch === row.epoch &&
  last.fence === row.fence &&
  last.attempt === row.attempt &&
  last.start === row.start &&
  last.payload === row.payload
