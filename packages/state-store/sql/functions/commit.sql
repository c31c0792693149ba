-- commit(namespace, commits, now) -> [verdict], one for each commit, in their order.
--
-- commit {runId, worker, fence, version, entries [line], status = 'running', readyInMs, waitsFor, inboxSeen = 0,
--         progress = true, sent = 0 (see `confirm`), maxEntries = 50000, maxBytes = 67108864}
--   -> inbox, a number: accepted, and the run has the status that was asked for
--    | {ok: true, status, inbox} | {ok: false, reason, detail}
-- line {kind, step, slot, hash, format = 1, payload, meta = '{}', lifecycle = false}     see the type `pawl.line`
--
-- The group commit: all commits of all runs at once, set by set. A refused commit writes nothing and fails no
-- neighbour. First `accept` writes what the holders of the runs may write: as a rule that is everything. What is left
-- is judged one round after the other, each with at most one commit of each run, since it stands on the one before.
-- Locks: rows of runs by id; then rows of workers.

create or replace function pawl.commit(p_namespace text, p_commits jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_count integer := jsonb_array_length(p_commits);
  v_done record;
  v_round record;
  v_answers jsonb;
  v_verdicts jsonb[];
begin
  v_done := pawl.accept(p_namespace, p_commits, p_now, false);
  if cardinality(v_done.places) = v_count then
    return v_done.verdicts;
  end if;
  for i in 1 .. cardinality(v_done.places) loop
    v_verdicts[v_done.places[i]] := v_done.verdicts -> (i - 1);
  end loop;
  for v_round in
    select jsonb_agg(it order by place) as its, array_agg(place::integer order by place) as places from (
      select it, place, row_number() over (partition by it ->> 'runId' order by place) as round
      from jsonb_array_elements(p_commits) with ordinality as asked (it, place)
      where place <> all (v_done.places)
    ) numbered
    group by round order by round
  loop
    v_answers := pawl.judge(p_namespace, v_round.its, p_now);
    for i in 1 .. cardinality(v_round.places) loop
      v_verdicts[v_round.places[i]] := v_answers -> (i - 1);
    end loop;
  end loop;
  return to_jsonb(v_verdicts);
end
$$;

-- accept(namespace, commits, now, returning) -> (verdicts, places): the verdicts of the commits that were accepted, and
-- their places, from 1.
--
-- The fenced write itself. What it does not accept it leaves alone, for `judge` to say why. Of several commits of one
-- run it looks at the first. Without `returning` it leaves those of holders that were given up.

create or replace function pawl.accept(
  p_namespace text, p_commits jsonb, p_now bigint, p_returning boolean, out verdicts jsonb, out places integer[]
)
language plpgsql as $$
begin
  with asked as materialized (
    select c.run_id, c.worker, c.fence, c.version, c.entries, c.ready_in_ms, c.waits_for, c.place,
           coalesce(c.status, 'running') as status, coalesce(c.inbox_seen, 0) as inbox_seen,
           coalesce(c.progress, true) as progress, coalesce(c.sent, 0) as sent,
           coalesce(c.max_entries, 50000) as max_entries, coalesce(c.max_bytes, 67108864) as max_bytes,
           pawl.is_finished(c.status) is true as finishes,
           cardinality(c.entries) as lines,
           case cardinality(c.entries)
             when 1 then octet_length((c.entries[1]).payload) + coalesce(octet_length((c.entries[1]).meta), 2)
             else (select coalesce(sum(octet_length(line.payload) + coalesce(octet_length(line.meta), 2)), 0)::bigint
                   from unnest(c.entries) as line)
           end as bytes,
           case cardinality(c.entries)
             when 1 then case when (c.entries[1]).lifecycle then 1 end
             else (select min(line.number) from unnest(c.entries) with ordinality as line (
                     kind, step, slot, hash, format, payload, meta, lifecycle, number
                   ) where line.lifecycle)
           end as first_lifecycle,
           case cardinality(c.entries)
             when 1 then coalesce((c.entries[1]).format, 1)
             else (select max(coalesce(line.format, 1)) from unnest(c.entries) as line)
           end as format,
           row_number() over (partition by c.run_id collate "C" order by c.place) as round
    from rows from (
      jsonb_to_recordset(p_commits) as (
        "runId" text, worker text, fence bigint, version bigint, entries pawl.line[], status text, "readyInMs" bigint,
        "inboxSeen" bigint, progress boolean, sent bigint, "maxEntries" bigint, "maxBytes" bigint, "waitsFor" text
      )
    ) with ordinality as c (
      run_id, worker, fence, version, entries, status, ready_in_ms, inbox_seen, progress, sent, max_entries, max_bytes,
      waits_for, place
    )
  ),
  moved as (
    update pawl.run as r set
      status = case when a.status = 'waiting' and r.inbox > a.inbox_seen then 'queued' else a.status end,
      version = r.version + a.lines, bytes = r.bytes + a.bytes, updated_at = p_now,
      format = greatest(r.format, a.format), recovered = false, claims = case when a.progress then 0 else r.claims end,
      worker = case when a.status = 'running' then a.worker end,
      ready_at = case when a.status = 'waiting' then
        case when r.inbox > a.inbox_seen then p_now else p_now + a.ready_in_ms end
      end,
      waits_for = case when a.status = 'waiting' and r.inbox <= a.inbox_seen then a.waits_for end,
      finished_at = case when a.finishes then p_now end,
      unsent_from = coalesce(
        case when r.unsent_from <= a.sent then case when r.unsent_to > a.sent then a.sent + 1 end
        else r.unsent_from end, r.version + a.first_lifecycle
      ),
      unsent_to = case when a.first_lifecycle is null then r.unsent_to else r.version + a.lines end
    from asked a
    where r.id >= a.run_id and r.id <= a.run_id and a.round = 1
      and (r.namespace = p_namespace and r.status in ('queued', 'running') and r.fence > 0) is true
      and r.fence = a.fence and r.version = a.version - 1
      and (r.worker = a.worker or p_returning or a.status <> 'running')
      and (a.finishes or r.version + a.lines <= a.max_entries and r.bytes + a.bytes <= a.max_bytes)
      and case a.lines
        when 1 then (
          select true from pawl.entry as e
          where -e.run_no = -r.no and e.epoch = r.epoch and e.slot = (a.entries[1]).slot and e.step = (a.entries[1]).step
          limit 1
        ) is null
        else not pawl.is_taken(r.no, r.epoch, a.entries)
      end
    returning r.no, r.epoch, r.fence, r.inbox, r.status, a.version, a.entries, a.status as wanted, a.place
  ),
  appended as (
    insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta)
    select no, p_now, version + number - 1, epoch, fence, coalesce((line).format, 1), (line).slot, (line).kind, (line).step,
           (line).hash, (line).payload, coalesce((line).meta, '{}')
    from (
      select no, version, epoch, fence, unnest(entries) as line, generate_subscripts(entries, 1) as number from moved
    ) unpacked
  )
  select jsonb_agg(
           case when status = wanted then to_jsonb(inbox)
           else jsonb_build_object('ok', true, 'status', status, 'inbox', inbox) end
           order by place
         ), coalesce(array_agg(place::integer order by place), '{}')
  into verdicts, places
  from moved;
end
$$;

-- is_taken(run_no, epoch, lines) -> whether a name of theirs has an entry in this epoch, or two of them have the same.
-- The lock on the run keeps the answer true.

create or replace function pawl.is_taken(p_run_no bigint, p_epoch integer, p_lines pawl.line[]) returns boolean
language plpgsql stable as $$
begin
  return (
    select count(distinct (slot, step)) <> count(*) or count((
      select true from pawl.entry as e
      where -e.run_no = -p_run_no and e.epoch = p_epoch and e.slot = named.slot and e.step = named.step limit 1
    )) > 0
    from (select slot, step from unnest(p_lines) where slot is not null and step is not null) named
  );
end
$$;

-- judge(namespace, commits, now) -> [verdict], with at most one commit of each run.
--
-- `faced` is each commit beside its run, `judged` what becomes of it. The same fence, version and content
-- again is the first verdict again ('repeated'). A step that has an entry in this epoch would fail the unique index
-- `entry_step`, and with it every neighbour, so it is looked up first. A holder that was given up keeps the run if
-- nobody took it meanwhile.

create or replace function pawl.judge(p_namespace text, p_commits jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_verdicts jsonb[];
  v_mine jsonb;
  v_places integer[];
  v_done record;
begin
  with asked as (
    select run_id, worker, fence, version, entries, coalesce(status, 'running') as status,
           coalesce(inbox_seen, 0) as inbox_seen, coalesce(max_entries, 50000) as max_entries,
           coalesce(max_bytes, 67108864) as max_bytes, place
    from rows from (
      jsonb_to_recordset(p_commits) as (
        "runId" text, worker text, fence bigint, version bigint, entries pawl.line[], status text, "inboxSeen" bigint,
        "maxEntries" bigint, "maxBytes" bigint
      )
    ) with ordinality as c (
      run_id, worker, fence, version, entries, status, inbox_seen, max_entries, max_bytes, place
    )
  ),
  faced as materialized (
    select asked.*, run.no, run.status as was, run.epoch, run.version as last, run.fence as held_fence,
           run.worker as holder, run.inbox, cardinality(asked.entries) as lines,
           run.bytes + (
             select coalesce(sum(octet_length(line.payload)::bigint + coalesce(octet_length(line.meta), 2)), 0)
             from unnest(asked.entries) as line
           ) as bytes,
           case when asked.status = 'waiting' and run.inbox > asked.inbox_seen then 'queued' else asked.status end
             as becomes
    from asked
    left join lateral (
      select * from pawl.run where run.namespace = p_namespace and run.id = asked.run_id limit 1
    ) run on true
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
          select from unnest(f.entries) with ordinality as line (
            kind, step, slot, hash, format, payload, meta, lifecycle, number
          )
          left join lateral (
            select * from pawl.entry where run_no = f.no and entry.version = f.version + line.number - 1 limit 1
          ) kept on true
          where kept.run_no is null or kept.fence <> f.fence or kept.kind <> line.kind
            or kept.step is distinct from line.step or kept.hash is distinct from line.hash
            or kept.payload <> line.payload or kept.meta <> coalesce(line.meta, '{}')
        )
      end then 'repeated'
      -- Fence 0 is of a run that nobody has claimed yet.
      when f.fence <> f.held_fence or f.held_fence = 0 then 'stale_fence'
      when pawl.is_finished(f.was) then 'finished'
      when f.was = 'waiting' then 'stale_fence'
      when f.version <> f.last + 1 then 'version_conflict'
      when not pawl.is_finished(f.status) and (f.last + f.lines > f.max_entries or f.bytes > f.max_bytes)
        then 'run_limit'
      when pawl.is_taken(f.no, f.epoch, f.entries) then 'duplicate_step'
    end as outcome
    from faced f
  )
  select array_agg(
    case when outcome is null then null
    when outcome = 'repeated' then case when becomes = status then to_jsonb(inbox)
      else jsonb_build_object('ok', true, 'status', becomes, 'inbox', inbox) end
    else jsonb_build_object('ok', false, 'reason', outcome, 'detail', case outcome
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
  ), jsonb_agg(p_commits -> (place::integer - 1) order by place) filter (where outcome is null),
     array_agg(place::integer order by place) filter (where outcome is null)
  into v_verdicts, v_mine, v_places
  from judged;
  if v_mine is not null then
    perform pawl.ensure_lease(p_namespace, worker, 0, p_now) from (
      select distinct it ->> 'worker' as worker from jsonb_array_elements(v_mine) as c (it)
      where coalesce(it ->> 'status', 'running') = 'running' order by worker
    ) holders;
    v_done := pawl.accept(p_namespace, v_mine, p_now, true);
    if v_done.places is distinct from array(select generate_series(1, cardinality(v_places))) then
      raise exception 'a commit that nothing speaks against was not accepted' using errcode = 'serialization_failure';
    end if;
    for i in 1 .. cardinality(v_places) loop
      v_verdicts[v_places[i]] := v_done.verdicts -> (i - 1);
    end loop;
  end if;
  return to_jsonb(v_verdicts);
end
$$;
