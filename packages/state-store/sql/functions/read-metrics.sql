-- read_metrics(op {since, until, type | null, agent | null, after: {part, at, no} | null})
--   -> {runs: [[type, status, duration | null, count]],
--       steps: [[type, agent | null, completed, duration | null, count, attempts, tokens]],
--       next: {part, at, no} | null}
--
-- What happened from `since` until before `until`, counted by the exact duration: who asks adds up the pieces, and so knows
-- percentiles that are exact over all of them. A piece looks at 10,000 runs and some 50,000 entries at most, in one
-- snapshot, so that it ends within a second; `next` is where the next one goes on.
--
-- * `runs`: those that are not over, as they are now, without a duration; then those that ended in that time, as they
--   stand, with the time since they were opened. With `agent` there are none.
-- * `steps`: outcomes that were recorded in that time, rolled-back ones too, since the work was done; not what a fork
--   copied. They are looked for in runs that are not over and were written to since, and in those that ended since: so
--   neither a run that ended before nor the number of all runs costs anything.
-- Locks: none.

create or replace function pawl.read_metrics(p_namespace text, p_op jsonb) returns json
language plpgsql stable
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
  c_parts constant text[] := array['queued', 'running', 'waiting', 'later', 'ended'];
  v_since bigint := (p_op ->> 'since')::bigint;
  v_until bigint := (p_op ->> 'until')::bigint;
  v_type text := p_op ->> 'type';
  v_agent text := p_op ->> 'agent';
  v_part integer := coalesce((p_op #>> '{after,part}')::integer, 1);
  v_at bigint := (p_op #>> '{after,at}')::bigint;
  v_no bigint := coalesce((p_op #>> '{after,no}')::bigint, 0);
  v_runs bigint := 10000;
  v_entries bigint := 50000;
  v_found record;
  v_seen bigint[] := '{}';
  v_busy bigint[] := '{}';
begin
  while v_part <= cardinality(c_parts) and v_runs > 0 and v_entries > 0 loop
    select count(*) as looked, count(*) filter (where taken) as taken,
           array_agg(no) filter (where taken and (v_type is null or type = v_type)) as seen,
           array_agg(no) filter (where taken and work > 0) as busy,
           sum(work) filter (where taken) as work, max(place) filter (where taken) as last,
           (array_agg(no order by place desc) filter (where taken))[1] as last_no,
           (array_agg(finished_at order by place desc) filter (where taken))[1] as last_at
    into v_found
    from (
      select no, type, finished_at, work, place,
             coalesce(sum(work) over (order by place rows between unbounded preceding and 1 preceding), 0) < v_entries as taken
      from (
        select no, type, finished_at, row_number() over () as place,
               case when updated_at >= v_since and (v_type is null or type = v_type) then version else 0 end as work
        from pawl.metrics_runs(p_namespace, c_parts[v_part], v_since, v_until, v_at, v_no, v_runs)
      ) found
    ) judged;
    -- What is in the part 'later' ended after the time that was asked for: of it only the steps count.
    if c_parts[v_part] <> 'later' then v_seen := v_seen || coalesce(v_found.seen, '{}'); end if;
    v_busy := v_busy || coalesce(v_found.busy, '{}');
    if v_found.taken = v_found.looked and v_found.looked < v_runs then
      v_part := v_part + 1;
      v_at := null;
      v_no := 0;
    else
      v_at := v_found.last_at;
      v_no := v_found.last_no;
    end if;
    v_runs := v_runs - v_found.taken;
    v_entries := v_entries - coalesce(v_found.work, 0);
  end loop;
  return json_build_object(
    'runs', (
      select coalesce(json_agg(json_build_array(type, status, duration, count)), '[]') from (
        select type, status, finished_at - created_at as duration, count(*) as count
        from pawl.run where no = any (v_seen) and v_agent is null
        group by 1, 2, 3
      ) grouped
    ),
    'steps', (
      select coalesce(json_agg(json_build_array(type, agent, completed, duration, count, attempts, tokens)), '[]') from (
        select r.type, pawl.text_of(m.meta -> 'agent') as agent, e.kind = 'step_completed' as completed,
               pawl.whole_of(m.meta -> 'durationMs') as duration, count(*) as count,
               sum(coalesce(pawl.whole_of(m.meta -> 'attempts'), 1)) as attempts,
               sum(coalesce(pawl.whole_of(m.meta -> 'tokens'), 0)) as tokens
        from pawl.run r
        join pawl.entry e on e.run_no = r.no and e.version > coalesce(r.parent_version, 0)
        cross join lateral (select pawl.meta_of(e.meta) as meta offset 0) m
        where r.no = any (v_busy) and e.kind in ('step_completed', 'step_failed') and e.at >= v_since and e.at < v_until
          and (v_agent is null or pawl.text_of(m.meta -> 'agent') = v_agent)
        group by 1, 2, 3, 4
      ) grouped
    ),
    'next', case when v_part <= cardinality(c_parts)
      then json_build_object('part', v_part, 'at', v_at, 'no', v_no) end
  );
end
$$;

-- metrics_runs(namespace, part, since, until, at | null, no, limit) -> [run] after a place: of one status by number, or of
-- those that ended `later` than `until` or (`ended`) from `since` until before it, by time. Ranges are asked for by rows, as
-- in read_newest.

create or replace function pawl.metrics_runs(
  p_namespace text, p_part text, p_since bigint, p_until bigint, p_at bigint, p_no bigint, p_limit bigint
) returns setof pawl.run
language plpgsql stable
set enable_seqscan = off
set enable_sort = off
set enable_incremental_sort = off
as $$
declare
  v_last bigint := 9223372036854775807;
  v_from bigint := case p_part when 'later' then p_until else p_since end;
  v_to bigint := case p_part when 'later' then v_last else p_until end;
begin
  if p_part in ('later', 'ended') then
    return query select * from pawl.run
      where (namespace, finished_at, no) > (p_namespace, coalesce(p_at, v_from), p_no)
        and (namespace, finished_at, no) < (p_namespace, v_to, 0) and finished_at is not null
      order by namespace, finished_at, no limit p_limit;
  else
    return query select * from pawl.run
      where (status, namespace, no) > (p_part, p_namespace, p_no) and (status, namespace, no) <= (p_part, p_namespace, v_last)
      order by status, namespace, no limit p_limit;
  end if;
end
$$;
