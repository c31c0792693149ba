-- read_timers(op {type | null, until | null, limit, after: {at, no} | null}) -> [run], the next to wake first.
--
-- The index of what may be claimed is by definition, then by time: so one range of it for each definition that has runs
-- that wait for a time, found by stepping from one to the next, and the earliest of all.
-- Locks: none.

create or replace function pawl.read_timers(p_namespace text, p_op jsonb) returns json
language plpgsql
set enable_seqscan = off
as $$
declare
  v_type text := p_op ->> 'type';
  v_at bigint := coalesce((p_op #>> '{after,at}')::bigint, 0);
  v_no bigint := coalesce((p_op #>> '{after,no}')::bigint, 0);
  v_from bigint := greatest(pawl.now_ms() + 1, v_at);
  v_until numeric := coalesce((p_op ->> 'until')::numeric, 9223372036854775807);
  v_limit bigint := (p_op ->> 'limit')::bigint;
begin
  return (
    with recursive known as (
      (
        select type, definition_version from pawl.run
        where namespace = p_namespace and ready_at is not null and type >= coalesce(v_type, '')
        order by type, definition_version limit 1
      )
      union all
      select next.type, next.definition_version from known cross join lateral (
        select type, definition_version from pawl.run
        where namespace = p_namespace and ready_at is not null
          and (type, definition_version) > (known.type, known.definition_version)
        order by type, definition_version limit 1
      ) next
      where v_type is null or known.type = v_type
    )
    select coalesce(json_agg(pawl.run_json(one) order by ready_at, no), '[]') from (
      select waiting.one, waiting.ready_at, waiting.no from known cross join lateral (
        select run as one, ready_at, no from pawl.run
        where namespace = p_namespace and run.type = known.type
          and run.definition_version = known.definition_version and ready_at >= v_from and ready_at < v_until
          and (ready_at, no) > (v_at, v_no)
        order by ready_at, no limit v_limit
      ) waiting
      where v_type is null or known.type = v_type
      order by waiting.ready_at, waiting.no limit v_limit
    ) earliest
  );
end
$$;
