-- rollback(op {runId, toVersion, entry}) -> {ok: true, version, epoch, fence}
--   | {ok: false, reason: 'version_not_found', version} | {ok: false, reason: 'key_in_use' | 'compacted' | 'unknown_run'}
--
-- Takes the fence, appends `rolled_back`, raises the epoch. Nothing is deleted. The run then waits until somebody
-- resumes it, whatever it was before.
-- Locks: the run's row. Who opens a run with the same key at the same time is waited for in the unique index.

create or replace function pawl.rollback(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
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
  elsif (p_op ->> 'toVersion')::bigint > v_run.version then
    return jsonb_build_object('ok', false, 'reason', 'version_not_found', 'version', v_run.version);
  elsif pawl.key_taken(v_run) then
    return '{"ok": false, "reason": "key_in_use"}';
  end if;
  v_bytes := pawl.append_entry(
    v_run.no, v_run.version + 1, v_run.epoch + 1, v_run.fence + 1, p_op -> 'entry', p_now
  );
  update pawl.run set status = 'waiting', version = version + 1, epoch = epoch + 1, fence = fence + 1, worker = null,
                      claims = 0, recovered = false, ready_at = null, waits_for = null, bytes = bytes + v_bytes,
                      unsent_from = coalesce(unsent_from, version + 1), unsent_to = version + 1, updated_at = p_now,
                      finished_at = null
  where no = v_run.no;
  return jsonb_build_object(
    'ok', true, 'version', v_run.version + 1, 'epoch', v_run.epoch + 1, 'fence', v_run.fence + 1
  );
exception
  when unique_violation then
    return '{"ok": false, "reason": "key_in_use"}';
end
$$;
