-- commit(namespace, commits, now) -> [verdict], one for each commit, in their order.
--
-- commit {runId, worker, fence, version, entries, status, readyInMs, inboxSeen, progress, maxEntries, maxBytes}
--   -> {ok: true, version, status, inbox, at} | {ok: false, reason, detail}
--
-- The group commit: all commits of all runs at once, set by set. A refused commit writes nothing and fails no
-- neighbour. Several commits of one run are done in as many rounds, since each one stands on the one before.
-- Locks: none of its own; `write` has locked the rows of the runs by id. Then rows of workers.

create or replace function pawl.commit(p_namespace text, p_commits jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_rounds bigint;
  v_round jsonb;
  v_places integer[];
  v_verdicts jsonb[] := '{}';
  v_answers jsonb;
begin
  select max(times) into v_rounds from (
    select count(*) as times from jsonb_array_elements(p_commits) as asked (it) group by it ->> 'runId'
  ) runs;
  if v_rounds = 1 then
    return pawl.commit_round(p_namespace, p_commits, p_now);
  end if;
  for v_round, v_places in
    select jsonb_agg(it order by place), array_agg(place::integer order by place) from (
      select it, place, row_number() over (partition by it ->> 'runId' order by place) as round
      from jsonb_array_elements(p_commits) with ordinality as asked (it, place)
    ) numbered
    group by round order by round
  loop
    v_answers := pawl.commit_round(p_namespace, v_round, p_now);
    for i in 1 .. cardinality(v_places) loop
      v_verdicts[v_places[i]] := v_answers -> (i - 1);
    end loop;
  end loop;
  return to_jsonb(v_verdicts);
end
$$;

-- lines(entries) -> the entries of a commit as rows, numbered from 1.

create or replace function pawl.lines(p_entries jsonb) returns table (
  number bigint, kind text, step text, slot smallint, hash text, format smallint, payload text, meta text,
  lifecycle boolean
)
language sql immutable rows 2 as $$
  select e.number, e.kind, e.step, e.slot, e.hash, e.format, e.payload, e.meta, e.lifecycle
  from rows from (
    jsonb_to_recordset(p_entries) as (
      kind text, step text, slot smallint, hash text, format smallint, payload text, meta text, lifecycle boolean
    )
  ) with ordinality as e (kind, step, slot, hash, format, payload, meta, lifecycle, number)
$$;

-- commit_round(namespace, commits, now) -> [verdict]. The same, with at most one commit of each run.
--
-- `asked` is what came, `faced` each commit beside its run's locked row, `judged` what becomes of it; what is not
-- refused is appended, and its run moved. The same fence, version and content again is the first verdict again
-- ('repeated'). A step that has an entry in this epoch would fail the unique index `entry_step`, and with it every
-- neighbour, so it is looked up first: the lock on the run keeps the answer true.
--
-- The entries are unpacked anew wherever they are needed, commit by commit: a join between the steps of this statement
-- would cost the square of the batch. The look-ups with `limit 1` stay look-ups in an index for the same reason: the
-- planner may turn a join around and read whole journals, if it made its plan while the tables were small.

create or replace function pawl.commit_round(p_namespace text, p_commits jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_verdicts jsonb;
begin
  with asked as (
    select * from rows from (
      jsonb_to_recordset(p_commits) as (
        "runId" text, worker text, fence bigint, version bigint, entries jsonb, status text, "readyInMs" bigint,
        "inboxSeen" bigint, progress boolean, "maxEntries" bigint, "maxBytes" bigint
      )
    ) with ordinality as c (
      run_id, worker, fence, version, entries, status, ready_in_ms, inbox_seen, progress, max_entries, max_bytes, place
    )
  ),
  faced as materialized (
    select asked.*, run.no, run.status as was, run.epoch, run.version as last, run.fence as held_fence,
           run.worker as holder, run.inbox, size.lines, size.format, size.first_lifecycle, size.taken,
           run.bytes + size.bytes as bytes,
           case when asked.status = 'waiting' and run.inbox > asked.inbox_seen then 'queued' else asked.status end
             as becomes
    from asked
    left join lateral (
      select * from pawl.run where run.namespace = p_namespace and run.id = asked.run_id limit 1
    ) run on true
    cross join lateral (
      select count(*) as lines, max(line.format) as format,
             min(line.number) filter (where line.lifecycle) as first_lifecycle,
             coalesce(sum(octet_length(line.payload)::bigint + octet_length(line.meta)), 0) as bytes,
             count(distinct line.slot || line.step) <> count(line.slot || line.step) or count((
               select true from pawl.entry
               where run_no = run.no and epoch = run.epoch and slot = line.slot and step = line.step limit 1
             )) > 0 as taken
      from pawl.lines(asked.entries) as line
    ) size
  ),
  judged as materialized (
    select f.*, case
      when f.no is null then 'unknown_run'
      when f.version + f.lines - 1 <= f.last and f.version >= 1 and case
        when f.lines = 0 then f.version - 1 = f.last and f.fence = f.held_fence and f.status <> 'running'
             and f.status = f.was
        when f.version + f.lines - 1 = f.last and f.fence = f.held_fence and f.was <> f.status
             and not (f.was = 'queued' and not pawl.is_finished(f.status)) then false
        else not exists (
          select from pawl.lines(f.entries) as line
          left join pawl.entry as kept on kept.run_no = f.no and kept.version = f.version + line.number - 1
          where kept.run_no is null or kept.fence <> f.fence or kept.kind <> line.kind
            or kept.step is distinct from line.step or kept.hash is distinct from line.hash
            or kept.payload <> line.payload or kept.meta <> line.meta
        )
      end then 'repeated'
      -- Fence 0 is of a run that nobody has claimed yet.
      when f.fence <> f.held_fence or f.held_fence = 0 then 'stale_fence'
      when pawl.is_finished(f.was) then 'finished'
      when f.was = 'waiting' then 'stale_fence'
      when f.version <> f.last + 1 then 'version_conflict'
      when not pawl.is_finished(f.status) and (f.last + f.lines > f.max_entries or f.bytes > f.max_bytes)
        then 'run_limit'
      when f.taken then 'duplicate_step'
    end as outcome
    from faced f
  ),
  moving as materialized (
    select * from judged where outcome is null
  ),
  appended as (
    insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta)
    select m.no, p_now, m.last + line.number, m.epoch, m.held_fence, line.format, line.slot, line.kind, line.step,
           line.hash, line.payload, line.meta
    from moving m cross join lateral pawl.lines(m.entries) as line
  ),
  moved as (
    update pawl.run as r set
      status = m.becomes, version = m.last + m.lines, bytes = m.bytes, updated_at = p_now,
      format = greatest(r.format, m.format), recovered = false,
      claims = case when m.progress then 0 else r.claims end,
      worker = case when m.becomes = 'running' then m.worker end,
      ready_at = case m.becomes when 'queued' then p_now when 'waiting' then p_now + m.ready_in_ms end,
      finished_at = case when pawl.is_finished(m.becomes) then p_now end,
      unsent_from = coalesce(r.unsent_from, m.last + m.first_lifecycle),
      unsent_to = case when m.first_lifecycle is null then r.unsent_to else m.last + m.lines end
    from moving m where r.no = m.no
  ),
  -- A holder that was given up keeps the run if nobody took it meanwhile.
  kept as (
    select count(pawl.ensure_lease(p_namespace, worker, 0, p_now)) as leases
    from (
      select distinct worker from moving where becomes = 'running' and worker is distinct from holder order by worker
    ) returning_holder
  )
  select jsonb_agg(
    case when outcome is null or outcome = 'repeated' then jsonb_build_object(
      'ok', true, 'version', version + lines - 1, 'status', becomes, 'inbox', inbox, 'at', p_now
    ) else jsonb_build_object('ok', false, 'reason', outcome, 'detail', case outcome
      when 'unknown_run' then 'there is no such run'
      when 'finished' then format('it is %s', was)
      when 'version_conflict' then format('its next version is %s, the commit has %s', last + 1, version)
      when 'duplicate_step' then 'one of its steps has an entry in this epoch'
      when 'stale_fence' then case when fence <> held_fence or held_fence = 0
        then format('its fence is %s, the commit has %s', held_fence, fence)
        else 'it waits and nobody holds it' end
      when 'run_limit' then case when last + lines > max_entries
        then format('it would have %s entries of %s', last + lines, max_entries)
        else format('it would have %s bytes of %s', bytes, max_bytes) end
    end) end order by place
  ) into v_verdicts
  from judged, kept;
  return v_verdicts;
end
$$;
