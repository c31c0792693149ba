-- resume(op {runId, expectVersion, entry}) -> {ok: true, version}
--   | {ok: false, reason: 'not_resumable', status}
--   | {ok: false, reason: 'version_conflict' | 'key_in_use' | 'compacted' | 'unknown_run'}
--
-- Takes the fence, appends `resumed`, makes the run ready. Refused while it is queued or held.
-- Locks: the run's row. Who opens a run with the same key at the same time is waited for in the unique index.

create or replace function pawl.resume(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_run pawl.run;
  v_bytes bigint;
begin
  select * into v_run from pawl.run where namespace = p_namespace and id = p_op ->> 'runId' for update;
  if not found then
    return '{"ok": false, "reason": "unknown_run"}';
  elsif v_run.compacted_at is not null then
    return '{"ok": false, "reason": "compacted"}';
  elsif v_run.status not in ('failed', 'cancelled', 'waiting') then
    return jsonb_build_object('ok', false, 'reason', 'not_resumable', 'status', v_run.status);
  elsif v_run.version <> (p_op ->> 'expectVersion')::bigint then
    return '{"ok": false, "reason": "version_conflict"}';
  elsif pawl.key_taken(v_run) then
    return '{"ok": false, "reason": "key_in_use"}';
  end if;
  v_bytes := pawl.append_entry(v_run.no, v_run.version + 1, v_run.epoch, v_run.fence + 1, p_op -> 'entry', p_now);
  update pawl.run set status = 'queued', version = version + 1, fence = fence + 1, worker = null, claims = 0,
                      recovered = false, ready_at = p_now, waits_for = null, bytes = bytes + v_bytes,
                      unsent_from = coalesce(unsent_from, version + 1), unsent_to = version + 1, updated_at = p_now,
                      finished_at = null
  where no = v_run.no;
  return jsonb_build_object('ok', true, 'version', v_run.version + 1);
exception
  when unique_violation then
    return '{"ok": false, "reason": "key_in_use"}';
end
$$;
