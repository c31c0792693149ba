/** The columns of a run and of an entry as a read answers them. */
export const RUN_COLUMNS = `no, id as run_id, key, type, definition_version, format, status, epoch, version, fence, worker,
  claims, ready_at, inbox, unsent_from, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at,
  compacted_at, waits_for`
export const ENTRY_COLUMNS = 'version, epoch, fence, kind, step, hash, at, format, payload, meta'
