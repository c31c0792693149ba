-- read_newest(op {statuses, types | null, count}) -> the place of the count-th newest of these runs; 0 if there are fewer.
-- Locks: none.
--
-- Here and below a range of an index is asked for by rows, `(status, namespace, no) > (…)`, in the order of that index, and
-- with sorting discouraged: no other index gives that order. Asked for by equalities and in the order of `no` alone, the
-- planner may walk over all runs by `no`, to the end if none has the status; and a plan that was made while the tables
-- were small, when everything costs the same, stays with the connection.

create or replace function pawl.read_newest(p_namespace text, p_op jsonb) returns json
language plpgsql
set enable_sort = off
set enable_incremental_sort = off
as $$
declare
  v_statuses text[] := array(select jsonb_array_elements_text(p_op -> 'statuses'));
  v_count bigint := (p_op ->> 'count')::bigint;
  v_last bigint := 9223372036854775807;
  v_no bigint;
begin
  if jsonb_typeof(p_op -> 'types') = 'array' then
    select found.no into v_no from jsonb_array_elements_text(p_op -> 'types') as wanted (type) cross join lateral (
      select no from pawl.run
      where (run.type, namespace, no) >= (wanted.type, p_namespace, 0)
        and (run.type, namespace, no) <= (wanted.type, p_namespace, v_last) and status = any (v_statuses)
      order by run.type desc, namespace desc, no desc limit v_count
    ) found
    order by found.no desc offset v_count - 1 limit 1;
  else
    select found.no into v_no from unnest(v_statuses) as wanted (status) cross join lateral (
      select no from pawl.run
      where (run.status, namespace, no) >= (wanted.status, p_namespace, 0)
        and (run.status, namespace, no) <= (wanted.status, p_namespace, v_last)
      order by run.status desc, namespace desc, no desc limit v_count
    ) found
    order by found.no desc offset v_count - 1 limit 1;
  end if;
  return to_json(coalesce(v_no, 0));
end
$$;

-- read_finished(op {statuses, types | null, before, keepFrom | null, whole, after, limit})
--   -> {runs: [{run_id, version, bytes}], next | null}
--
-- Which finished runs may go. A look takes the next `limit` runs of each status (or type) from its index, so it costs
-- the same however many there are; it ends where all that it saw were opened too late, or are to be kept.
-- Locks: none. What it answers may have changed when somebody acts on it.

create or replace function pawl.read_finished(p_namespace text, p_op jsonb) returns json
language plpgsql
set enable_sort = off
set enable_incremental_sort = off
as $$
declare
  v_statuses text[] := array(select jsonb_array_elements_text(p_op -> 'statuses'));
  v_after bigint := (p_op ->> 'after')::bigint;
  v_limit bigint := (p_op ->> 'limit')::bigint;
  v_before bigint := (p_op ->> 'before')::bigint;
  v_keep_from bigint := (p_op ->> 'keepFrom')::bigint;
  v_last bigint := 9223372036854775807;
  v_seen bigint[];
begin
  if jsonb_typeof(p_op -> 'types') = 'array' then
    v_seen := array(
      select next.no from jsonb_array_elements_text(p_op -> 'types') as wanted (type) cross join lateral (
        select no from pawl.run
        where (run.type, namespace, no) > (wanted.type, p_namespace, v_after)
          and (run.type, namespace, no) <= (wanted.type, p_namespace, v_last)
        order by run.type, namespace, no limit v_limit
      ) next
      order by next.no limit v_limit
    );
  else
    v_seen := array(
      select next.no from unnest(v_statuses) as wanted (status) cross join lateral (
        select no from pawl.run
        where (run.status, namespace, no) > (wanted.status, p_namespace, v_after)
          and (run.status, namespace, no) <= (wanted.status, p_namespace, v_last)
        order by run.status, namespace, no limit v_limit
      ) next
      order by next.no limit v_limit
    );
  end if;
  return (
    select json_build_object(
      'runs', coalesce(json_agg(json_build_object('run_id', id, 'version', version, 'bytes', bytes) order by no) filter (
        where status = any (v_statuses) and finished_at <= v_before and unsent_from is null
          and not ((p_op ->> 'whole')::boolean and compacted_at is not null)
          and (v_keep_from is null or no < v_keep_from)
      ), '[]'),
      'next', case
        when cardinality(v_seen) = v_limit
          and not bool_and(created_at > v_before or v_keep_from is not null and no >= v_keep_from)
        then v_seen[cardinality(v_seen)]
      end
    )
    from unnest(v_seen) as seen (place) cross join lateral (
      select run.* from pawl.run where run.no = seen.place limit 1
    ) run
  );
end
$$;
