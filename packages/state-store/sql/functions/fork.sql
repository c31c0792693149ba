-- fork(op {runId, version | null, newRunId, key, entry})
--   -> {ok: true, runId, created, status, version, epoch, fence: null, at}
--    | {ok: false, reason: 'version_not_found', version} | {ok: false, reason: 'key_in_use', runId}
--    | {ok: false, reason: 'compacted' | 'unknown_run'}
--
-- Copies the journal up to a version into a new run that is ready to be claimed, and appends `forked`. The copied
-- prefix counts as sent, and the signals that it consumed come along, so that new ones are numbered after them.
-- Idempotent by the new run's id.
-- Locks: the row of the run that is forked; the new row. `write` holds the namespace's opening lock, shared.

create or replace function pawl.fork(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_source pawl.run;
  v_made pawl.run;
  v_key text := p_op ->> 'key';
  v_up_to bigint;
  v_epoch integer;
  v_bytes bigint;
begin
  select * into v_source from pawl.run where namespace = p_namespace and id = p_op ->> 'runId' for update;
  if not found then
    return '{"ok": false, "reason": "unknown_run"}';
  end if;
  loop
    select * into v_made from pawl.run where namespace = p_namespace and id = p_op ->> 'newRunId';
    if found then
      return pawl.opened(v_made, null, true, p_now);
    end if;
    if v_source.compacted_at is not null then
      return '{"ok": false, "reason": "compacted"}';
    end if;
    v_up_to := coalesce((p_op ->> 'version')::bigint, v_source.version);
    if v_up_to < 1 or v_up_to > v_source.version then
      return jsonb_build_object('ok', false, 'reason', 'version_not_found', 'version', v_source.version);
    end if;
    if v_key is not null then
      select * into v_made from pawl.run where namespace = p_namespace and key = v_key and finished_at is null;
      if found then
        return jsonb_build_object('ok', false, 'reason', 'key_in_use', 'runId', v_made.id);
      end if;
    end if;
    select max(epoch), sum(octet_length(payload)::bigint + octet_length(meta)) into v_epoch, v_bytes
    from pawl.entry where run_no = v_source.no and version <= v_up_to;
    insert into pawl.run (
      namespace, id, key, type, definition_version, format, status, epoch, version, ready_at, bytes, parent_run_id,
      parent_version, created_at, updated_at
    ) values (
      p_namespace, p_op ->> 'newRunId', v_key, v_source.type, v_source.definition_version,
      greatest(v_source.format, (p_op #>> '{entry,format}')::integer), 'queued', v_epoch, v_up_to + 1, p_now,
      v_bytes + pawl.entry_bytes(p_op -> 'entry'), v_source.id, v_up_to, p_now, p_now
    ) on conflict do nothing returning * into v_made;
    exit when found;
  end loop;
  insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta)
  select v_made.no, at, version, epoch, 0, format, slot, kind, step, hash, payload, meta
  from pawl.entry where run_no = v_source.no and version <= v_up_to;
  perform pawl.append_entry(v_made.no, v_made.version, v_epoch, 0, p_op -> 'entry', p_now);
  insert into pawl.inbox (run_no, at, seq, id, kind, name, payload)
  select v_made.no, at, seq, id, kind, name, payload
  from pawl.inbox where run_no = v_source.no and seq in (
    select pawl.whole_of(pawl.meta_of(meta) -> 'inbox') from pawl.entry
    where run_no = v_source.no and version <= v_up_to and kind = 'signal_received'
  );
  if found then
    update pawl.run set inbox = (select max(seq) from pawl.inbox where run_no = v_made.no) where no = v_made.no;
  end if;
  return pawl.opened(v_made, null, true, p_now);
end
$$;
