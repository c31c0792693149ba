-- write(namespace, batch [op], sender | null) -> [result], in the order of the batch.
--
-- The one way in for everything that writes: runs the batch in order, in the transaction of the call; commits that
-- follow one another are done set by set. An operation that fails fails the call, and nothing of the batch is written:
-- the caller then asks one by one. With a `sender` those who listen are told (see `wake`).
--
-- It runs with the rights of the schema's owner, as `read` and `read_pulse` do: who may execute it needs no right to
-- any table. The search path is fixed, so that nobody slips an operator or a table of his own under it.
--
-- Locks, in this order, so that two batches do not wait for each other: the namespace's opening lock, shared, if a run
-- may be opened (see `read_runs`); one for each key that a run may be opened with, by its hash; every row of `run` that
-- the batch names or releases, by id; then what each operation says.
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
set jit = off
as $$
declare
  v_kinds text[];
  v_ids text[];
  v_now bigint;
  v_group record;
  v_result jsonb;
  v_results jsonb := '[]';
  v_wakes boolean := false;
begin
  select array_agg(distinct it ->> 'op'), array_agg(distinct it ->> 'runId') filter (where it ->> 'op' <> 'open')
  into v_kinds, v_ids
  from jsonb_array_elements(p_batch) as asked (it);
  if v_kinds is null then
    return v_results;
  end if;
  if v_kinds && array['open', 'fork'] then
    perform pg_advisory_xact_lock_shared(pawl.opening_lock(p_namespace));
    perform pg_advisory_xact_lock(lock) from (
      select distinct hashtextextended('pawl key ' || (it ->> 'key'), hashtext(p_namespace)) as lock
      from jsonb_array_elements(p_batch) as asked (it)
      where it ->> 'op' in ('open', 'fork') and it ->> 'key' is not null
      order by lock
    ) keys;
  end if;
  if 'release' = any (v_kinds) then
    v_ids := v_ids || array(
      select run.id from jsonb_array_elements(p_batch) as asked (it)
      join pawl.run on run.namespace = p_namespace and run.worker = it ->> 'worker'
      where it ->> 'op' = 'release'
    );
  end if;
  if v_ids is not null then
    perform from pawl.run where namespace = p_namespace and id = any (v_ids) order by id for update;
  end if;
  -- Only now: the batch may have waited for a lock.
  v_now := pawl.now_ms();
  if v_kinds = array['commit'] then
    perform pawl.wake(p_namespace, p_sender);
    return pawl.commit(p_namespace, p_batch, v_now);
  end if;
  for v_group in
    select op, jsonb_agg(it order by place) as its, count(*)::integer as count from (
      select *, count(*) filter (where begins) over (order by place) as number from (
        select it, place, it ->> 'op' as op,
               coalesce(it ->> 'op' not in ('commit', 'confirm')
                        or it ->> 'op' <> lag(it ->> 'op') over (order by place), true) as begins
        from jsonb_array_elements(p_batch) with ordinality as asked (it, place)
      ) marked
    ) grouped
    group by number, op order by number
  loop
    v_result := case v_group.op
      when 'commit' then pawl.commit(p_namespace, v_group.its, v_now)
      when 'confirm' then pawl.confirm(p_namespace, v_group.its)
      when 'open' then pawl.open(p_namespace, v_group.its -> 0, v_now)
      when 'heartbeat' then pawl.heartbeat(p_namespace, v_group.its -> 0, v_now)
      when 'claim' then pawl.claim(p_namespace, v_group.its -> 0, v_now)
      when 'release' then pawl.release(p_namespace, v_group.its -> 0, v_now)
      when 'send' then pawl.send(p_namespace, v_group.its -> 0, v_now)
      when 'rollback' then pawl.rollback(p_namespace, v_group.its -> 0, v_now)
      when 'resume' then pawl.resume(p_namespace, v_group.its -> 0, v_now)
      when 'fork' then pawl.fork(p_namespace, v_group.its -> 0, v_now)
      when 'set_clock' then pawl.set_clock(p_namespace, v_group.its -> 0, v_now)
      when 'telemetry' then pawl.telemetry(p_namespace, v_group.its -> 0, v_now)
      when 'rotate' then pawl.rotate(p_namespace, v_group.its -> 0, v_now)
      else pawl.unknown_operation(v_group.op)
    end;
    v_wakes := v_wakes or not (
      v_group.op in ('heartbeat', 'confirm', 'telemetry', 'rotate') or v_group.op = 'claim' and v_result = '[]'
    );
    v_results := v_results || case v_group.op
      when 'commit' then v_result
      when 'confirm' then to_jsonb(array_fill(null::text, array[v_group.count]))
      else jsonb_build_array(v_result)
    end;
  end loop;
  if v_wakes then
    perform pawl.wake(p_namespace, p_sender);
  end if;
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

create or replace function pawl.unknown_operation(p_op text) returns jsonb
language plpgsql as $$
begin
  raise exception 'pawl has no operation "%"', p_op
    using errcode = 'feature_not_supported', hint = 'Upgrade the schema: the program is newer than it.';
end
$$;
