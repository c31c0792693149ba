-- read_backlog(op {prefix})
--   -> {at, parts: [{type, definition_version, ready, delayed, waiting, running, ready_since | null}]}
--
-- Counts the runs of the namespace that somebody holds, or may claim now or later, of types that begin with `prefix`. Both
-- indexes hold open runs alone, so finished ones are not looked at: one range of `run_ready` for each definition that has
-- runs in it, found by stepping from one to the next, and all that workers hold. Ranges are asked for by rows, as in
-- read_newest.
-- Locks: none.

create or replace function pawl.read_backlog(p_namespace text, p_op jsonb) returns json
language plpgsql
set enable_sort = off
set enable_incremental_sort = off
as $$
declare
  v_prefix text := p_op ->> 'prefix';
  v_now bigint := pawl.now_ms();
  v_last bigint := 9223372036854775807;
  v_parts json;
begin
  with recursive known as (
    select v_prefix collate "C" as type, '' collate "C" as definition_version
    union all
    select next.type, next.definition_version from known cross join lateral (
      select namespace, run.type, run.definition_version from pawl.run
      where (namespace, run.type, run.definition_version) > (p_namespace, known.type, known.definition_version)
        and ready_at is not null
      order by namespace, run.type, run.definition_version limit 1
    ) next
    where next.namespace = p_namespace and starts_with(next.type, v_prefix)
  ),
  open as (
    select known.type, known.definition_version, one.status, one.ready_at
    from known cross join lateral (
      select run.status, run.ready_at from pawl.run
      where (namespace, run.type, run.definition_version, run.ready_at, run.no)
          > (p_namespace, known.type, known.definition_version, -1, 0)
        and (namespace, run.type, run.definition_version, run.ready_at, run.no)
          < (p_namespace, known.type, known.definition_version, v_last, 0)
        and run.ready_at is not null
      order by namespace, run.type, run.definition_version, run.ready_at, run.no
    ) one
    union all
    select held.type, held.definition_version, held.status, null from (
      select run.type, run.definition_version, run.status from pawl.run
      where (namespace, worker) > (p_namespace, '') and namespace = p_namespace and worker is not null
      order by namespace, worker
    ) held
    where starts_with(held.type, v_prefix)
  )
  select coalesce(json_agg(to_json(part) order by type, definition_version), '[]') into v_parts from (
    select type, definition_version,
           count(*) filter (where ready_at <= v_now) as ready,
           count(*) filter (where ready_at > v_now and status = 'queued') as delayed,
           count(*) filter (where ready_at > v_now and status <> 'queued') as waiting,
           count(*) filter (where ready_at is null) as running,
           min(ready_at) filter (where ready_at <= v_now) as ready_since
    from open group by type, definition_version
  ) part;
  return json_build_object('at', v_now, 'parts', v_parts);
end
$$;
