-- compact(op {runId, version, entry}) -> {ok: true, entries, messages}
--   | {ok: false, reason: 'not_finished', status} | {ok: false, reason: 'unsent' | 'version_conflict' | 'unknown_run'}
--
-- Between the first and the last entry of a finished run one is left, in the place of the last but one; the mail and the
-- output go.
-- The head of the run stays as it is.
-- Locks: none of its own; `write` has locked the row of the run by id.

create or replace function pawl.compact(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_run pawl.run;
  v_entry jsonb := p_op -> 'entry';
  v_entries integer := 0;
  v_messages integer;
begin
  select * into v_run from pawl.run where namespace = p_namespace and id = p_op ->> 'runId' for update;
  if not found then
    return '{"ok": false, "reason": "unknown_run"}';
  elsif not pawl.is_finished(v_run.status) then
    return jsonb_build_object('ok', false, 'reason', 'not_finished', 'status', v_run.status);
  elsif v_run.compacted_at is not null then
    return '{"ok": true, "entries": 0, "messages": 0}';
  elsif v_run.unsent_from is not null then
    return '{"ok": false, "reason": "unsent"}';
  elsif v_run.version <> (p_op ->> 'version')::bigint then
    return '{"ok": false, "reason": "version_conflict"}';
  end if;
  if v_run.version > 2 then
    delete from pawl.entry where run_no = v_run.no and version > 1 and version < v_run.version - 1;
    get diagnostics v_entries = row_count;
    update pawl.entry set kind = v_entry ->> 'kind', step = v_entry ->> 'step', slot = (v_entry ->> 'slot')::smallint,
                          hash = v_entry ->> 'hash', format = (v_entry ->> 'format')::smallint,
                          payload = v_entry ->> 'payload', meta = v_entry ->> 'meta'
    where run_no = v_run.no and version = v_run.version - 1;
  end if;
  delete from pawl.inbox where run_no = v_run.no;
  get diagnostics v_messages = row_count;
  delete from pawl.output_chunk where run_no = v_run.no;
  update pawl.run set compacted_at = p_now, bytes = (
    select sum(octet_length(payload)::bigint + octet_length(meta)) from pawl.entry where run_no = v_run.no
  ) where no = v_run.no;
  return jsonb_build_object('ok', true, 'entries', v_entries, 'messages', v_messages);
end
$$;
