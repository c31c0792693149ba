-- read_timers(op {type | null, until | null, limit, after: {at, no} | null}) -> [run], the next to wake first.
--
-- The index of what may be claimed is by definition, then by time: so one range of it for each definition that has runs
-- that wait for a time, found by stepping from one to the next, and the earliest of all. Ranges are asked for by rows, as
-- in read_newest.
-- Locks: none.

create or replace function pawl.read_timers(p_namespace text, p_op jsonb) returns json
language plpgsql
set enable_sort = off
set enable_incremental_sort = off
as $$
declare
  v_type text := p_op ->> 'type';
  v_at bigint := coalesce((p_op #>> '{after,at}')::bigint, 0);
  v_no bigint := coalesce((p_op #>> '{after,no}')::bigint, 0);
  v_now bigint := pawl.now_ms();
  v_last bigint := 9223372036854775807;
  v_until bigint := least(ceil(coalesce((p_op ->> 'until')::numeric, v_last)), v_last)::bigint;
  v_limit bigint := (p_op ->> 'limit')::bigint;
begin
  if v_at <= v_now then
    v_at := v_now;
    v_no := v_last;
  end if;
  return (
    with recursive known as (
      select coalesce(v_type, '') collate "C" as type, '' collate "C" as definition_version
      union all
      select next.type, next.definition_version from known cross join lateral (
        select namespace, run.type, run.definition_version from pawl.run
        where (namespace, run.type, run.definition_version) > (p_namespace, known.type, known.definition_version)
          and ready_at is not null
        order by namespace, run.type, run.definition_version limit 1
      ) next
      where next.namespace = p_namespace and (v_type is null or next.type = v_type)
    )
    select coalesce(json_agg(pawl.run_json(one) order by ready_at, no), '[]') from (
      select waiting.one, waiting.ready_at, waiting.no from known cross join lateral (
        select run as one, ready_at, no from pawl.run
        where (namespace, run.type, run.definition_version, ready_at, no)
            > (p_namespace, known.type, known.definition_version, v_at, v_no)
          and (namespace, run.type, run.definition_version, ready_at, no)
            < (p_namespace, known.type, known.definition_version, v_until, 0)
          and ready_at is not null
        order by namespace, run.type, run.definition_version, ready_at, no limit v_limit
      ) waiting
      order by waiting.ready_at, waiting.no limit v_limit
    ) earliest
  );
end
$$;
