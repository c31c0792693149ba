import type { Scope } from '../scope.ts'

/** Whether another open run has the key, so that this one may not be opened again. */
export function prepareOpenKeyTaken({ db, namespace }: Scope) {
  const other = db.prepare(
    'select 1 from run where namespace = ? and key = ? and finished_at is null and no <> ? limit 1',
  )
  return (run: { readonly no: number; readonly key: string | null }): boolean =>
    run.key !== null && other.get(namespace, run.key, run.no) !== undefined
}
