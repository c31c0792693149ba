-- fire(op {id, from, to | null, key, runId, format}) -> {ok: true, runId, created, nextAt}
--   | {ok: false, reason: 'moved' | 'paused', nextAt} | {ok: false, reason: 'unknown_schedule'}
--
-- Opens the run of tick `from` and moves the schedule on to `to`. Idempotent by the run's key: whoever fires the tick
-- again gets its run, also after the schedule has moved on.
-- Locks: `write` holds the namespace's opening lock, shared, and the locks of the run's key and of the schedule's name;
-- then the schedule's row, then as `open`.

create or replace function pawl.fire(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_from bigint := (p_op ->> 'from')::bigint;
  v_to bigint := (p_op ->> 'to')::bigint;
  v_schedule pawl.schedule;
  v_run_id text;
begin
  select * into v_schedule from pawl.schedule where namespace = p_namespace and id = p_op ->> 'id' for update;
  if not found then
    return '{"ok": false, "reason": "unknown_schedule"}';
  end if;
  if v_schedule.next_at is distinct from v_from then
    v_run_id := pawl.run_of_key(p_namespace, p_op ->> 'key');
    if v_run_id is null then
      return jsonb_build_object('ok', false, 'reason', 'moved', 'nextAt', v_schedule.next_at);
    end if;
    v_to := v_schedule.next_at;
  elsif v_schedule.paused then
    return jsonb_build_object('ok', false, 'reason', 'paused', 'nextAt', v_schedule.next_at);
  else
    v_run_id := pawl.open_one(p_namespace, jsonb_build_object(
      'runId', p_op -> 'runId', 'key', p_op -> 'key', 'onKey', 'return', 'type', v_schedule.type,
      'definitionVersion', v_schedule.definition_version, 'readyInMs', 0, 'claimFor', null,
      'entry', jsonb_build_object(
        'kind', 'started', 'step', null, 'slot', null, 'hash', null, 'format', p_op -> 'format',
        'payload', v_schedule.input, 'meta', '{}', 'lifecycle', true
      )
    ), p_now) ->> 'runId';
    update pawl.schedule set next_at = v_to, last_at = v_from, last_run_id = v_run_id, updated_at = p_now
    where namespace = p_namespace and id = v_schedule.id;
  end if;
  return jsonb_build_object(
    'ok', true, 'runId', v_run_id, 'created', v_run_id = p_op ->> 'runId', 'nextAt', v_to
  );
end
$$;

-- run_of_key(namespace, key) -> the id of the run that was opened last with the key, open or finished; null for none.
-- Locks: none.

create or replace function pawl.run_of_key(p_namespace text, p_key text) returns text
language plpgsql
set enable_sort = off
set enable_incremental_sort = off
as $$
begin
  return (
    select id from pawl.run
    where (key, namespace, no) >= (p_key, p_namespace, 0)
      and (key, namespace, no) <= (p_key, p_namespace, 9223372036854775807) and key is not null
    order by key desc, namespace desc, no desc limit 1
  );
end
$$;

-- advance(op {id, from, to | null}) -> {ok: true, nextAt}
--   | {ok: false, reason: 'moved', nextAt} | {ok: false, reason: 'unknown_schedule'}
--
-- Moves the schedule on without opening a run. The same again is the first verdict again.
-- Locks: `write` holds the lock of the schedule's name; then its row.

create or replace function pawl.advance(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_to bigint := (p_op ->> 'to')::bigint;
  v_schedule pawl.schedule;
begin
  select * into v_schedule from pawl.schedule where namespace = p_namespace and id = p_op ->> 'id' for update;
  if not found then
    return '{"ok": false, "reason": "unknown_schedule"}';
  end if;
  if v_schedule.next_at is distinct from v_to then
    if v_schedule.next_at is distinct from (p_op ->> 'from')::bigint then
      return jsonb_build_object('ok', false, 'reason', 'moved', 'nextAt', v_schedule.next_at);
    end if;
    update pawl.schedule set next_at = v_to, updated_at = p_now where namespace = p_namespace and id = v_schedule.id;
  end if;
  return jsonb_build_object('ok', true, 'nextAt', v_to);
end
$$;
