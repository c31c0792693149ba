-- send(op {runId, id, kind, name, payload}) -> {ok: true, seq, duplicate}
--   | {ok: false, reason: 'finished', status} | {ok: false, reason: 'unknown_run'}
--
-- One message into a run's inbox; a waiting run becomes ready. Idempotent by the message's id. A finished run takes no
-- mail. A run that was rolled back waits until it is resumed: a signal is kept for then; only a request to cancel
-- wakes it.
-- Locks: the run's row.

create or replace function pawl.send(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_run pawl.run;
  v_seq integer;
  v_wakes boolean;
begin
  select * into v_run from pawl.run where namespace = p_namespace and id = p_op ->> 'runId' for update;
  if not found then
    return '{"ok": false, "reason": "unknown_run"}';
  end if;
  select seq into v_seq from pawl.inbox where -run_no = -v_run.no and id = p_op ->> 'id';
  if found then
    return jsonb_build_object('ok', true, 'seq', v_seq, 'duplicate', true);
  end if;
  if pawl.is_finished(v_run.status) then
    return jsonb_build_object('ok', false, 'reason', 'finished', 'status', v_run.status);
  end if;
  v_seq := v_run.inbox + 1;
  insert into pawl.inbox (run_no, at, seq, id, kind, name, payload)
  values (v_run.no, p_now, v_seq, p_op ->> 'id', p_op ->> 'kind', p_op ->> 'name', p_op ->> 'payload');
  v_wakes := v_run.status = 'waiting' and (
    p_op ->> 'kind' = 'cancel'
    or not exists (
      select from pawl.entry where run_no = v_run.no and version = v_run.version and kind = 'rolled_back'
    )
  );
  update pawl.run set inbox = v_seq, updated_at = p_now,
                      status = case when v_wakes then 'queued' else status end,
                      ready_at = case when v_wakes then p_now else ready_at end,
                      waits_for = case when not v_wakes then waits_for end
  where no = v_run.no;
  return jsonb_build_object('ok', true, 'seq', v_seq, 'duplicate', false);
end
$$;
