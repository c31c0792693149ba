-- write(namespace, batch [{op, all: [operation]}], sender | null) -> {at, results: [[result]]}, group by group, in the
-- order of the batch.
--
-- The one way in for everything that writes: runs the batch in order, in the transaction of the call. A group is some
-- operations of one kind in a row; commits and openings are done set by set. `at` is the store's time for all of it. An
-- operation that fails fails the call, and nothing of the batch is written: the caller then asks one by one. With a
-- `sender` those who listen are told (see `wake`).
--
-- It runs with the rights of the schema's owner, as `read` and `read_pulse` do: who may execute it needs no right to
-- any table. The search path is fixed, so that nobody slips an operator or a table of his own under it.
--
-- Locks, in this order, so that two batches do not wait for each other: the namespace's opening lock, shared, if a run
-- may be opened (see `read_runs`); one for each name that the batch writes to, whether the key of a run that may be
-- opened, a cell, an agent or a schedule, by its hash; every row of `run` that the batch names or releases, by id,
-- unless it names them in one group of commits alone, which locks them itself in that order; then what each operation
-- says.
--
-- The planner's settings keep it on the indexes: a plan that was made while the tables were small stays with the
-- connection when they are large.

create or replace function pawl.write(p_namespace text, p_batch jsonb, p_sender text default null) returns jsonb
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_bitmapscan = off
set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
  v_kinds text[] := array(select it ->> 'op' from jsonb_array_elements(p_batch) as asked (it));
  v_now bigint;
  v_group jsonb;
  v_result jsonb;
  v_results jsonb := '[]';
  v_wakes boolean := false;
begin
  if v_kinds && array['open', 'fork', 'fire'] then
    perform pg_advisory_xact_lock_shared(pawl.opening_lock(p_namespace));
  end if;
  if v_kinds && array[
    'open', 'fork', 'write_cell', 'remove_cell', 'register_agent', 'enable_agent', 'remove_agent', 'put_schedule',
    'pause_schedule', 'remove_schedule', 'fire', 'advance'
  ] then
    perform pg_advisory_xact_lock(lock) from (
      select distinct lock from jsonb_array_elements(p_batch) as asked (it), pawl.name_locks(p_namespace, it) as lock
      order by lock
    ) names;
  end if;
  if array_remove(v_kinds, 'open') not in ('{}', '{commit}') then
    perform pawl.lock_runs(p_namespace, p_batch);
  end if;
  -- Only now: the batch may have waited for a lock.
  v_now := pawl.now_ms();
  for v_group in select * from jsonb_array_elements(p_batch) loop
    v_result := case v_group ->> 'op'
      when 'commit' then pawl.commit(p_namespace, v_group -> 'all', v_now)
      when 'open' then pawl.open(p_namespace, v_group -> 'all', v_now)
      when 'confirm' then pawl.confirm(p_namespace, v_group -> 'all')
      else pawl.each(p_namespace, v_group, v_now)
    end;
    v_wakes := v_wakes or not (v_group ->> 'op' in ('heartbeat', 'confirm', 'register_agent', 'delete_run', 'compact', 'telemetry', 'rotate', 'write_output') or v_group ->> 'op' = 'claim' and v_result = '[[]]');
    v_results := v_results || jsonb_build_array(v_result);
  end loop;
  if v_wakes then
    perform pawl.wake(p_namespace, p_sender);
  end if;
  return jsonb_build_object('at', v_now, 'results', v_results);
end
$$;

-- lock_runs(namespace, batch). Locks every row of `run` that the batch names or releases, by id. Sorting is discouraged, so
-- that the rows come from the index that has them in this order: any other one is walked over from end to end.

create or replace function pawl.lock_runs(p_namespace text, p_batch jsonb) returns void
language plpgsql
set enable_sort = off
set enable_incremental_sort = off
as $$
declare
  v_ids text[] := array(
    select id #>> '{}' from jsonb_path_query(p_batch, '$[*] ? (@.op != "open").all[*].runId') as asked (id)
    union all
    select run.id from jsonb_path_query(p_batch, '$[*] ? (@.op == "release").all[*].worker') as asked (worker)
    join pawl.run on run.namespace = p_namespace and run.worker = asked.worker #>> '{}'
  );
begin
  perform from pawl.run where namespace = p_namespace and id = any (v_ids) order by id for update;
end
$$;

-- each(namespace, group {op, all}, now) -> [result]: operations that are done one by one.

create or replace function pawl.each(p_namespace text, p_group jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_op text := p_group ->> 'op';
  v_one jsonb;
  v_result jsonb;
  v_results jsonb := '[]';
begin
  for v_one in select * from jsonb_array_elements(p_group -> 'all') loop
    v_result := case v_op
      when 'heartbeat' then pawl.heartbeat(p_namespace, v_one, p_now)
      when 'claim' then pawl.claim(p_namespace, v_one, p_now)
      when 'release' then pawl.release(p_namespace, v_one, p_now)
      when 'send' then pawl.send(p_namespace, v_one, p_now)
      when 'unpark' then pawl.unpark(p_namespace, v_one, p_now)
      when 'rollback' then pawl.rollback(p_namespace, v_one, p_now)
      when 'resume' then pawl.resume(p_namespace, v_one, p_now)
      when 'fork' then pawl.fork(p_namespace, v_one, p_now)
      when 'write_cell' then pawl.write_cell(p_namespace, v_one, p_now)
      when 'remove_cell' then pawl.remove_cell(p_namespace, v_one, p_now)
      when 'register_agent' then pawl.register_agent(p_namespace, v_one, p_now)
      when 'enable_agent' then pawl.enable_agent(p_namespace, v_one, p_now)
      when 'remove_agent' then pawl.remove_agent(p_namespace, v_one)
      when 'put_schedule' then pawl.put_schedule(p_namespace, v_one, p_now)
      when 'pause_schedule' then pawl.pause_schedule(p_namespace, v_one, p_now)
      when 'remove_schedule' then pawl.remove_schedule(p_namespace, v_one)
      when 'fire' then pawl.fire(p_namespace, v_one, p_now)
      when 'advance' then pawl.advance(p_namespace, v_one, p_now)
      when 'delete_run' then pawl.delete_run(p_namespace, v_one)
      when 'compact' then pawl.compact(p_namespace, v_one, p_now)
      when 'telemetry' then pawl.telemetry(p_namespace, v_one, p_now)
      when 'rotate' then pawl.rotate(p_namespace, v_one, p_now)
      when 'write_output' then pawl.write_output(p_namespace, v_one, p_now)
      when 'set_clock' then pawl.set_clock(p_namespace, v_one, p_now)
      else pawl.unknown_operation(v_op)
    end;
    v_results := v_results || jsonb_build_array(v_result);
  end loop;
  return v_results;
end
$$;

-- wake(namespace, sender | null) -> nothing. Moves the pulse. For a sender it also tells those who listen on the channel
-- `pawl`: who wrote, a space, the namespace. Only for a sender: a transaction that notifies takes one lock of the whole
-- server until it is committed, so that the commits of all databases stand in one line.
-- Locks: with a sender, at the commit, the server's queue of notifications.

create or replace function pawl.wake(p_namespace text, p_sender text) returns void
language plpgsql as $$
begin
  perform nextval('pawl.pulse');
  if p_sender is not null then
    perform pg_notify('pawl', p_sender || ' ' || p_namespace);
  end if;
end
$$;

-- opening_lock(namespace) -> the advisory lock that who opens runs in a namespace holds shared until he commits.

create or replace function pawl.opening_lock(p_namespace text) returns bigint
language sql immutable as $$
  select hashtextextended('pawl opening ' || p_namespace, 0)
$$;

-- name_locks(namespace, group {op, all}) -> the advisory locks of the names that a group's operations write to.

create or replace function pawl.name_locks(p_namespace text, p_group jsonb) returns setof bigint
language sql immutable as $$
  select hashtextextended('pawl ' || kind || ' ' || (name #>> '{}'), hashtext(p_namespace)) from (
    select 'key', jsonb_path_query(p_group, '$.all[*].key ? (@ != null)')
    where p_group ->> 'op' in ('open', 'fork', 'fire')
    union all
    select 'cell', jsonb_path_query(p_group, '$.all[*].key') where p_group ->> 'op' in ('write_cell', 'remove_cell')
    union all
    select 'agent', jsonb_path_query(p_group, '$.all[*].name')
    where p_group ->> 'op' in ('register_agent', 'enable_agent', 'remove_agent')
    union all
    select 'schedule', jsonb_path_query(p_group, '$.all[*].id')
    where p_group ->> 'op' in ('put_schedule', 'pause_schedule', 'remove_schedule', 'fire', 'advance')
  ) names (kind, name)
$$;

create or replace function pawl.unknown_operation(p_op text) returns jsonb
language plpgsql as $$
begin
  raise exception 'pawl has no operation "%"', p_op
    using errcode = 'feature_not_supported', hint = 'Upgrade the schema: the program is newer than it.';
end
$$;
