-- open(op {runId, key, onKey, type, definitionVersion, readyInMs, claimFor: {worker, leaseMs} | null, entry})
--   -> {ok: true, runId, created, status, version, epoch, fence | null, at}
--    | {ok: false, reason: 'key_in_use', runId}
--
-- One new run with its `started` entry, claimed at once if asked. Idempotent by id and, as `onKey` says, by key: who
-- opens the same at the same time waits in the unique index, then finds the other's run.
-- Locks: the new row; then the worker's row. `write` holds the namespace's opening lock, shared.

create or replace function pawl.open(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_key text := p_op ->> 'key';
  v_worker text := p_op #>> '{claimFor,worker}';
  v_entry jsonb := p_op -> 'entry';
  v_fence integer := case when v_worker is null then 0 else 1 end;
  v_run pawl.run;
begin
  loop
    select * into v_run from pawl.run where namespace = p_namespace and id = p_op ->> 'runId';
    if found then
      return pawl.opened(v_run, v_worker, true, p_now);
    end if;
    if v_key is not null then
      select * into v_run from pawl.run where namespace = p_namespace and key = v_key and finished_at is null;
      if not found then
        select * into v_run from pawl.run where namespace = p_namespace and key = v_key order by no desc limit 1;
      end if;
      if found then
        if p_op ->> 'onKey' = 'error' then
          return jsonb_build_object('ok', false, 'reason', 'key_in_use', 'runId', v_run.id);
        elsif p_op ->> 'onKey' = 'return' or v_run.finished_at is null then
          return pawl.opened(v_run, v_worker, false, p_now);
        end if;
      end if;
    end if;
    insert into pawl.run (
      namespace, id, key, type, definition_version, format, status, version, fence, worker, claims, ready_at,
      unsent_from, unsent_to, bytes, created_at, updated_at
    ) values (
      p_namespace, p_op ->> 'runId', v_key, p_op ->> 'type', p_op ->> 'definitionVersion',
      (v_entry ->> 'format')::integer, case when v_worker is null then 'queued' else 'running' end, 1, v_fence,
      v_worker, v_fence, case when v_worker is null then p_now + (p_op ->> 'readyInMs')::bigint end,
      1, 1, pawl.entry_bytes(v_entry), p_now, p_now
    ) on conflict do nothing returning * into v_run;
    exit when found;
  end loop;
  perform pawl.append_entry(v_run.no, 1, 0, v_fence, v_entry, p_now);
  if v_worker is not null then
    perform pawl.ensure_lease(p_namespace, v_worker, (p_op #>> '{claimFor,leaseMs}')::bigint, p_now);
  end if;
  return pawl.opened(v_run, v_worker, true, p_now);
end
$$;

-- opened(run, worker | null, created, now) -> the answer about a run that is open now. The fence is told to its holder.

create or replace function pawl.opened(p_run pawl.run, p_worker text, p_created boolean, p_now bigint) returns jsonb
language plpgsql as $$
begin
  return jsonb_build_object(
    'ok', true, 'runId', p_run.id, 'created', p_created, 'status', p_run.status, 'version', p_run.version,
    'epoch', p_run.epoch, 'fence', case when p_run.worker = p_worker then p_run.fence end, 'at', p_now
  );
end
$$;
