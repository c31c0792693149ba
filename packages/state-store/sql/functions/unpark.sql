-- unpark(op {waitsFor, limit}) -> {unparked}. Makes the oldest runs ready that wait for something. Who else has one of them
-- in hand makes it ready, or no longer waiting, himself.
-- Locks: the runs' rows, where nobody else has them (skip locked).

create or replace function pawl.unpark(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql
set enable_sort = off
set enable_incremental_sort = off
as $$
declare
  v_count integer;
begin
  update pawl.run set status = 'queued', ready_at = p_now, waits_for = null, updated_at = p_now
  where no = any (array(
    select no from pawl.run
    where waits_for = p_op ->> 'waitsFor' and namespace = p_namespace and status = 'waiting'
    order by waits_for, namespace, no limit (p_op ->> 'limit')::bigint for update skip locked
  ));
  get diagnostics v_count = row_count;
  return jsonb_build_object('unparked', v_count);
end
$$;

-- read_parked(namespace) -> [{waits_for, runs, next_at}] by name: how many runs wait for what, and when the first of them
-- looks again by itself.
-- Locks: none.

create or replace function pawl.read_parked(p_namespace text) returns json
language sql stable as $$
  select coalesce(json_agg(json_build_object(
    'waits_for', waits_for, 'runs', runs, 'next_at', next_at
  ) order by waits_for), '[]')
  from (
    select waits_for, count(*) as runs, min(ready_at) as next_at from pawl.run
    where waits_for is not null and namespace = p_namespace
    group by waits_for
  ) parked
$$;
