begin;
create schema pawl;
create table pawl.migration (id integer not null, name text not null, checksum text not null, applied_at timestamp with time zone not null default now(), primary key (id));
-- The journal and what finds work in it. The same tables, columns and words as on SQLite.
--
-- Nothing but the functions of this schema reads or writes these tables.
--
-- * `no` is the run's place in the order of opening; journal and inbox refer to it: eight bytes instead of
--   namespace and id in every row. Numbers are given before the commit, so they may become visible out of order:
--   who follows the list by number waits for those who are opening runs (see `runs` in the reads).
-- * Text sorts bytewise (`collate "C"`), as on SQLite. Payloads are JSON as opaque text, never `jsonb`: U+0000, lone
--   surrogates, the order of keys and -0 survive in it.
-- * Times are epoch milliseconds of `pawl.now_ms()`.
-- * Every index about open work is partial, so that finished runs cost nothing. `updated_at`, `version` and `bytes`
--   are in no index, so that a step's commit is a HOT update.
-- * No foreign keys: an entry is inserted only under the lock of its run's row, and runs are not deleted.
--
-- Lock order: rows of `run` by id, then rows of `worker`. A claim takes them the other way round, and therefore skips
-- what is locked instead of waiting for it.

create table pawl.run (
  no bigint generated always as identity primary key,
  namespace text collate "C" not null,
  id text collate "C" not null,
  key text collate "C",
  type text collate "C" not null,
  definition_version text collate "C" not null,
  format integer not null,
  status text collate "C" not null
    check (status in ('queued', 'running', 'waiting', 'completed', 'failed', 'cancelled')),
  epoch integer not null default 0,
  version integer not null,
  fence integer not null default 0,
  worker text collate "C",
  claims integer not null default 0,
  recovered boolean not null default false,
  ready_at bigint,
  inbox integer not null default 0,
  unsent_from integer,
  unsent_to integer,
  bytes bigint not null default 0,
  parent_run_id text collate "C",
  parent_version integer,
  created_at bigint not null,
  updated_at bigint not null,
  finished_at bigint
) with (fillfactor = 70);

create index run_ready on pawl.run (namespace, type, definition_version, ready_at, no) where ready_at is not null;
create index run_held on pawl.run (namespace, worker) where worker is not null;
create index run_unsent on pawl.run (namespace, no) where unsent_from is not null;
create unique index run_open_key on pawl.run (namespace, key) where key is not null and finished_at is null;
create index run_key on pawl.run (namespace, key, no) where key is not null;
create index run_namespace on pawl.run (namespace, no);
create index run_status on pawl.run (namespace, status, no);
create index run_type on pawl.run (namespace, type, no);
-- The last one: while the table is small all of them cost the same, and the planner takes the newest.
create unique index run_id on pawl.run (namespace, id);

create table pawl.entry (
  run_no bigint not null,
  at bigint not null,
  version integer not null,
  epoch integer not null,
  fence integer not null,
  format smallint not null,
  slot smallint,
  kind text collate "C" not null,
  step text collate "C",
  hash text collate "C",
  payload text not null,
  meta text not null,
  primary key (run_no, version)
);

create unique index entry_step on pawl.entry (run_no, epoch, slot, step) where slot is not null;

create table pawl.inbox (
  run_no bigint not null,
  at bigint not null,
  seq integer not null,
  id text collate "C" not null,
  kind text collate "C" not null check (kind in ('signal', 'cancel')),
  name text collate "C" not null,
  payload text not null,
  primary key (run_no, seq)
);

create unique index inbox_id on pawl.inbox (run_no, id);

create table pawl.worker (
  namespace text collate "C" not null,
  id text collate "C" not null,
  lease_until bigint not null,
  primary key (namespace, id)
) with (fillfactor = 50);

-- The test clock: `null` lets the machine's run.
create table pawl.clock (
  one integer primary key check (one = 1),
  now bigint
);

insert into pawl.clock (one, now) values (1, null);

-- Moves with every write that another process may wait for. A sequence: no lock, no dead row.
create sequence pawl.pulse;

set local check_function_bodies = off;

-- append_entry(run_no, version, epoch, fence, entry, now) -> the entry's bytes. Puts one line into a journal.
-- Locks: none of its own; the caller holds the run's row.

create or replace function pawl.append_entry(
  p_run_no bigint, p_version integer, p_epoch integer, p_fence integer, p_entry jsonb, p_now bigint
) returns bigint
language plpgsql as $$
begin
  insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta)
  values (
    p_run_no, p_now, p_version, p_epoch, p_fence, (p_entry ->> 'format')::smallint, (p_entry ->> 'slot')::smallint,
    p_entry ->> 'kind', p_entry ->> 'step', p_entry ->> 'hash', p_entry ->> 'payload', p_entry ->> 'meta'
  );
  return pawl.entry_bytes(p_entry);
end
$$;

-- entry_bytes(entry) -> the UTF-8 bytes of its payload and metadata, as they count towards a run's limit.

create or replace function pawl.entry_bytes(p_entry jsonb) returns bigint
language sql immutable as $$
  select octet_length(p_entry ->> 'payload')::bigint + octet_length(p_entry ->> 'meta')
$$;

-- is_finished(status) -> whether a run in this status has ended.

create or replace function pawl.is_finished(p_status text) returns boolean
language sql immutable as $$
  select p_status in ('completed', 'failed', 'cancelled')
$$;

-- key_taken(run) -> whether another open run has the key, so that this one may not be opened again.

create or replace function pawl.key_taken(p_run pawl.run) returns boolean
language plpgsql as $$
begin
  return p_run.key is not null and exists (
    select from pawl.run
    where namespace = p_run.namespace and key = p_run.key and finished_at is null and no <> p_run.no
  );
end
$$;

-- claim(op {worker, leaseMs, limit, maxClaims, format, definitions: [{type, definitionVersion}], crashLoop})
--   -> [{runId, type, definitionVersion, key, fence, version, epoch, inbox, claims, recovered, at}]
--
-- First what silent workers held becomes ready; then the oldest ready runs of the worker's definitions get a new fence.
-- One index range a definition, so neither finished runs nor other types are looked at. A run that was claimed
-- `maxClaims` times without progress ends as a crash loop and takes no place in the answer. An idle worker's look
-- writes nothing, so it costs no fsync.
-- Locks: rows of silent workers, then of runs, both only where nobody else has them (skip locked).

create or replace function pawl.claim(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_worker text := p_op ->> 'worker';
  v_wanted bigint := (p_op ->> 'limit')::bigint;
  v_max_claims integer := (p_op ->> 'maxClaims')::integer;
  v_taken jsonb := '[]';
  v_seen bigint[] := '{}';
  v_candidates bigint[];
  v_silent text;
  v_run pawl.run;
begin
  for v_silent in
    select id from pawl.worker
    where namespace = p_namespace and lease_until <= p_now and id <> v_worker
    for update skip locked
  loop
    perform pawl.requeue(p_namespace, v_silent, 0, false, p_now);
  end loop;

  while v_wanted > 0 loop
    select array_agg(no) into v_candidates from (
      select ready.no
      from jsonb_to_recordset(p_op -> 'definitions') as known (type text, "definitionVersion" text)
      cross join lateral (
        select run.no, run.ready_at from pawl.run
        where run.namespace = p_namespace and run.type = known.type
          and run.definition_version = known."definitionVersion" and run.ready_at <= p_now
          and run.format <= (p_op ->> 'format')::integer and run.no <> all (v_seen)
        order by run.ready_at, run.no limit v_wanted
      ) ready
      order by ready.ready_at, ready.no limit v_wanted
    ) oldest;
    exit when v_candidates is null;
    perform pawl.renew_lease(p_namespace, v_worker, (p_op ->> 'leaseMs')::bigint, p_now);
    -- What a rival has locked is his: it is not looked at again.
    v_seen := v_seen || v_candidates;
    for v_run in
      select * from pawl.run where no = any (v_candidates) and ready_at <= p_now
      order by ready_at, no for update skip locked
    loop
      if v_run.claims >= v_max_claims then
        perform pawl.end_crash_loop(v_run, p_op -> 'crashLoop', p_now);
        continue;
      end if;
      update pawl.run set status = 'running', worker = v_worker, fence = fence + 1, claims = claims + 1,
                          recovered = false, ready_at = null, updated_at = p_now
      where no = v_run.no;
      v_wanted := v_wanted - 1;
      v_taken := v_taken || jsonb_build_object(
        'runId', v_run.id, 'type', v_run.type, 'definitionVersion', v_run.definition_version, 'key', v_run.key,
        'fence', v_run.fence + 1, 'version', v_run.version, 'epoch', v_run.epoch, 'inbox', v_run.inbox,
        'claims', v_run.claims + 1, 'recovered', v_run.recovered, 'at', p_now
      );
    end loop;
  end loop;
  return v_taken;
end
$$;

-- end_crash_loop(run, entry, now). Ends a run that was claimed too often.
-- Locks: none of its own; the caller holds the run's row.

create or replace function pawl.end_crash_loop(p_run pawl.run, p_entry jsonb, p_now bigint) returns void
language plpgsql as $$
declare
  v_version integer := p_run.version + 1;
  v_bytes bigint := pawl.append_entry(p_run.no, v_version, p_run.epoch, p_run.fence + 1, p_entry, p_now);
begin
  update pawl.run set status = 'failed', worker = null, fence = fence + 1, ready_at = null, version = v_version,
                      unsent_from = coalesce(unsent_from, v_version), unsent_to = v_version, bytes = bytes + v_bytes,
                      updated_at = p_now, finished_at = p_now
  where no = p_run.no;
end
$$;

-- now_ms() -> the store's time in epoch milliseconds: the frozen one of the test clock, else the machine's.
-- Not the transaction's: that one stands still while a batch waits for a lock.
-- Locks: none.

create or replace function pawl.now_ms() returns bigint
language plpgsql volatile as $$
begin
  return coalesce(
    (select now from pawl.clock where one = 1),
    floor(extract(epoch from clock_timestamp()) * 1000)::bigint
  );
end
$$;

-- set_clock(op {now}, now_ms) -> null. Freezes the clock, or lets it run again with `now` null.
-- Locks: the row of `clock`.

create or replace function pawl.set_clock(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
begin
  update pawl.clock set now = (p_op ->> 'now')::bigint where one = 1;
  return null;
end
$$;

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

-- confirm(namespace, confirmations [{runId, version}]) -> null. Lifecycle messages up to a version left; each run's
-- mark moves on, or goes once all have left.
-- Locks: none of its own; `write` has locked the rows of the runs by id.

create or replace function pawl.confirm(p_namespace text, p_confirmations jsonb) returns jsonb
language plpgsql as $$
begin
  update pawl.run as r set unsent_from = case when r.unsent_to > c.version then c.version + 1 end
  from (
    select "runId" as run_id, max(version) as version
    from jsonb_to_recordset(p_confirmations) as confirmed ("runId" text, version bigint)
    group by "runId"
  ) c
  where r.namespace = p_namespace and r.id = c.run_id and r.unsent_from <= c.version;
  return null;
end
$$;

-- fork(op {runId, version | null, newRunId, key, entry})
--   -> {ok: true, runId, created, status, version, epoch, fence: null, at}
--    | {ok: false, reason: 'version_not_found', version} | {ok: false, reason: 'key_in_use', runId}
--    | {ok: false, reason: 'unknown_run'}
--
-- Copies the journal up to a version into a new run that is ready to be claimed, and appends `forked`. The copied
-- prefix counts as sent, and the signals that it consumed come along, so that new ones are numbered after them.
-- Idempotent by the new run's id.
-- Locks: the row of the run that is forked; the new row. `write` holds the namespace's opening lock, shared.

create or replace function pawl.fork(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_source pawl.run;
  v_made pawl.run;
  v_key text := p_op ->> 'key';
  v_up_to bigint;
  v_epoch integer;
  v_bytes bigint;
begin
  select * into v_source from pawl.run where namespace = p_namespace and id = p_op ->> 'runId' for update;
  if not found then
    return '{"ok": false, "reason": "unknown_run"}';
  end if;
  loop
    select * into v_made from pawl.run where namespace = p_namespace and id = p_op ->> 'newRunId';
    if found then
      return pawl.opened(v_made, null, true, p_now);
    end if;
    v_up_to := coalesce((p_op ->> 'version')::bigint, v_source.version);
    if v_up_to < 1 or v_up_to > v_source.version then
      return jsonb_build_object('ok', false, 'reason', 'version_not_found', 'version', v_source.version);
    end if;
    if v_key is not null then
      select * into v_made from pawl.run where namespace = p_namespace and key = v_key and finished_at is null;
      if found then
        return jsonb_build_object('ok', false, 'reason', 'key_in_use', 'runId', v_made.id);
      end if;
    end if;
    select max(epoch), sum(octet_length(payload)::bigint + octet_length(meta)) into v_epoch, v_bytes
    from pawl.entry where run_no = v_source.no and version <= v_up_to;
    insert into pawl.run (
      namespace, id, key, type, definition_version, format, status, epoch, version, ready_at, bytes, parent_run_id,
      parent_version, created_at, updated_at
    ) values (
      p_namespace, p_op ->> 'newRunId', v_key, v_source.type, v_source.definition_version,
      greatest(v_source.format, (p_op #>> '{entry,format}')::integer), 'queued', v_epoch, v_up_to + 1, p_now,
      v_bytes + pawl.entry_bytes(p_op -> 'entry'), v_source.id, v_up_to, p_now, p_now
    ) on conflict do nothing returning * into v_made;
    exit when found;
  end loop;
  insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta)
  select v_made.no, at, version, epoch, 0, format, slot, kind, step, hash, payload, meta
  from pawl.entry where run_no = v_source.no and version <= v_up_to;
  perform pawl.append_entry(v_made.no, v_made.version, v_epoch, 0, p_op -> 'entry', p_now);
  -- `->` on `json` leaves strings as they are; `->>`, and `jsonb`, would stumble over an escaped U+0000 beside it.
  insert into pawl.inbox (run_no, at, seq, id, kind, name, payload)
  select v_made.no, at, seq, id, kind, name, payload
  from pawl.inbox where run_no = v_source.no and seq in (
    select (meta::json -> 'inbox')::text::integer from pawl.entry
    where run_no = v_source.no and version <= v_up_to and kind = 'signal_received'
  );
  if found then
    update pawl.run set inbox = (select max(seq) from pawl.inbox where run_no = v_made.no) where no = v_made.no;
  end if;
  return pawl.opened(v_made, null, true, p_now);
end
$$;

-- renew_lease(namespace, worker, lease_ms, now) -> when the lease ends. Renews a worker's lease.
-- Locks: the worker's row.

create or replace function pawl.renew_lease(p_namespace text, p_worker text, p_lease_ms bigint, p_now bigint) returns bigint
language plpgsql as $$
begin
  insert into pawl.worker (namespace, id, lease_until) values (p_namespace, p_worker, p_now + p_lease_ms)
  on conflict (namespace, id) do update set lease_until = excluded.lease_until;
  return p_now + p_lease_ms;
end
$$;

-- ensure_lease(namespace, worker, lease_ms, now). Makes sure that a holder has a row: one without is never found
-- dead. A known worker keeps its lease, but its row is locked: who is just about to forget the worker is waited for,
-- and then the row is made anew.
-- Locks: the worker's row.

create or replace function pawl.ensure_lease(p_namespace text, p_worker text, p_lease_ms bigint, p_now bigint) returns void
language plpgsql as $$
begin
  insert into pawl.worker as known (namespace, id, lease_until) values (p_namespace, p_worker, p_now + p_lease_ms)
  on conflict (namespace, id) do update set lease_until = known.lease_until;
end
$$;

-- heartbeat(op {worker, leaseMs}) -> {at, leaseUntil, held: [{runId, fence, inbox}]}. Renews the worker's lease; tells
-- what it holds and where there is mail.
-- Locks: the worker's row.

create or replace function pawl.heartbeat(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_until bigint := pawl.renew_lease(p_namespace, p_op ->> 'worker', (p_op ->> 'leaseMs')::bigint, p_now);
  v_held jsonb;
begin
  select jsonb_agg(jsonb_build_object('runId', id, 'fence', fence, 'inbox', inbox) order by no) into v_held
  from pawl.run where namespace = p_namespace and worker = p_op ->> 'worker';
  return jsonb_build_object('at', p_now, 'leaseUntil', v_until, 'held', coalesce(v_held, '[]'));
end
$$;

-- open(op {runId, key, onKey, type, definitionVersion, readyInMs, claimFor: {worker, leaseMs} | null, entry})
--   -> {ok: true, runId, created, status, version, epoch, fence | null, at}
--    | {ok: false, reason: 'key_in_use', runId}
--
-- One new run with its `started` entry, claimed at once if asked. Idempotent by id and, as `onKey` says, by key: who
-- opens the same at the same time waits in the unique index, then finds the other's run.
-- Locks: the new row; then the worker's row. `write` holds the namespace's opening lock, shared.

create or replace function pawl.open(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_key text := p_op ->> 'key';
  v_worker text := p_op #>> '{claimFor,worker}';
  v_entry jsonb := p_op -> 'entry';
  v_fence integer := case when v_worker is null then 0 else 1 end;
  v_run pawl.run;
begin
  loop
    select * into v_run from pawl.run where namespace = p_namespace and id = p_op ->> 'runId';
    if found then
      return pawl.opened(v_run, v_worker, true, p_now);
    end if;
    if v_key is not null then
      select * into v_run from pawl.run where namespace = p_namespace and key = v_key and finished_at is null;
      if not found then
        select * into v_run from pawl.run where namespace = p_namespace and key = v_key order by no desc limit 1;
      end if;
      if found then
        if p_op ->> 'onKey' = 'error' then
          return jsonb_build_object('ok', false, 'reason', 'key_in_use', 'runId', v_run.id);
        elsif p_op ->> 'onKey' = 'return' or v_run.finished_at is null then
          return pawl.opened(v_run, v_worker, false, p_now);
        end if;
      end if;
    end if;
    insert into pawl.run (
      namespace, id, key, type, definition_version, format, status, version, fence, worker, claims, ready_at,
      unsent_from, unsent_to, bytes, created_at, updated_at
    ) values (
      p_namespace, p_op ->> 'runId', v_key, p_op ->> 'type', p_op ->> 'definitionVersion',
      (v_entry ->> 'format')::integer, case when v_worker is null then 'queued' else 'running' end, 1, v_fence,
      v_worker, v_fence, case when v_worker is null then p_now + (p_op ->> 'readyInMs')::bigint end,
      1, 1, pawl.entry_bytes(v_entry), p_now, p_now
    ) on conflict do nothing returning * into v_run;
    exit when found;
  end loop;
  perform pawl.append_entry(v_run.no, 1, 0, v_fence, v_entry, p_now);
  if v_worker is not null then
    perform pawl.ensure_lease(p_namespace, v_worker, (p_op #>> '{claimFor,leaseMs}')::bigint, p_now);
  end if;
  return pawl.opened(v_run, v_worker, true, p_now);
end
$$;

-- opened(run, worker | null, created, now) -> the answer about a run that is open now. The fence is told to its holder.

create or replace function pawl.opened(p_run pawl.run, p_worker text, p_created boolean, p_now bigint) returns jsonb
language plpgsql as $$
begin
  return jsonb_build_object(
    'ok', true, 'runId', p_run.id, 'created', p_created, 'status', p_run.status, 'version', p_run.version,
    'epoch', p_run.epoch, 'fence', case when p_run.worker = p_worker then p_run.fence end, 'at', p_now
  );
end
$$;

-- read(namespace, op) -> JSON. The one door for everything that reads; no lock but the one that `runs` names.
--
-- {op: 'now'} -> number
-- {op: 'run', runId} -> run | null
-- {op: 'runs', …} -> [run]            see `read_runs`
-- {op: 'entries', runId, …} -> [entry] | null     see `read_entries`
-- {op: 'inbox', runId, after} -> [message] | null
-- {op: 'unsent', idleMs, limit, runId} -> [{run, entries}]

create or replace function pawl.read(p_namespace text, p_op jsonb) returns json
language plpgsql as $$
declare
  v_op text := p_op ->> 'op';
  v_no bigint;
begin
  if v_op = 'now' then
    return to_json(pawl.now_ms());
  elsif v_op = 'runs' then
    return pawl.read_runs(p_namespace, p_op);
  elsif v_op = 'unsent' then
    return pawl.read_unsent(p_namespace, p_op);
  elsif v_op = 'run' then
    return (
      select pawl.run_json(run) from pawl.run where namespace = p_namespace and id = p_op ->> 'runId'
    );
  end if;
  select no into v_no from pawl.run where namespace = p_namespace and id = p_op ->> 'runId';
  if v_op = 'entries' then
    return pawl.read_entries(v_no, p_op);
  elsif v_op = 'inbox' then
    return pawl.read_inbox(v_no, p_op);
  end if;
  return pawl.unknown_operation(v_op);
end
$$;

create or replace function pawl.run_json(p_run pawl.run) returns json
language sql stable as $$
  select json_build_object(
    'no', p_run.no, 'run_id', p_run.id, 'key', p_run.key, 'type', p_run.type,
    'definition_version', p_run.definition_version, 'format', p_run.format, 'status', p_run.status,
    'epoch', p_run.epoch, 'version', p_run.version, 'fence', p_run.fence, 'worker', p_run.worker,
    'claims', p_run.claims, 'ready_at', p_run.ready_at, 'inbox', p_run.inbox, 'unsent_from', p_run.unsent_from,
    'bytes', p_run.bytes, 'parent_run_id', p_run.parent_run_id, 'parent_version', p_run.parent_version,
    'created_at', p_run.created_at, 'updated_at', p_run.updated_at, 'finished_at', p_run.finished_at
  )
$$;

create or replace function pawl.entry_json(p_entry pawl.entry) returns json
language sql stable as $$
  select json_build_object(
    'version', p_entry.version, 'epoch', p_entry.epoch, 'fence', p_entry.fence, 'kind', p_entry.kind,
    'step', p_entry.step, 'hash', p_entry.hash, 'at', p_entry.at, 'format', p_entry.format,
    'payload', p_entry.payload, 'meta', p_entry.meta
  )
$$;

-- read_runs(op {statuses, type, key, since, until, order, limit, after}) -> [run], by number.
--
-- Numbers are given before the commit, so a run with a smaller one may become visible later. With order 'oldest' a
-- reader goes on from the last number that he saw and must not pass it: he waits until nobody is opening runs in this
-- namespace (milliseconds), keeps openings out for one statement, and so sees every number that was given.
-- Locks: with order 'oldest' the namespace's opening lock, alone.

create or replace function pawl.read_runs(p_namespace text, p_op jsonb) returns json
language plpgsql as $$
declare
  v_follows boolean := p_op ->> 'order' = 'oldest';
  v_where text := 'namespace = $1';
  v_rows json;
begin
  if v_follows then
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
      raise exception 'runs by age need the isolation level read committed'
        using errcode = 'feature_not_supported', hint = 'Reset default_transaction_isolation for this role.';
    end if;
    perform pg_advisory_xact_lock(pawl.opening_lock(p_namespace));
  end if;
  if p_op ->> 'type' is not null then v_where := v_where || ' and type = $2'; end if;
  if p_op ->> 'key' is not null then v_where := v_where || ' and key = $3'; end if;
  if p_op ->> 'since' is not null then v_where := v_where || ' and created_at >= $4'; end if;
  if p_op ->> 'until' is not null then v_where := v_where || ' and created_at < $5'; end if;
  if p_op ->> 'after' is not null then
    v_where := v_where || case when v_follows then ' and no > $6' else ' and no < $6' end;
  end if;
  if jsonb_typeof(p_op -> 'statuses') = 'array' then v_where := v_where || ' and status = any ($7)'; end if;
  execute format(
    'select coalesce(json_agg(pawl.run_json(one) order by no %1$s), ''[]'') from (
       select run as one, no from pawl.run where %2$s order by no %1$s limit $8
     ) page',
    case when v_follows then 'asc' else 'desc' end, v_where
  ) into v_rows using
    p_namespace, p_op ->> 'type', p_op ->> 'key', (p_op ->> 'since')::numeric, (p_op ->> 'until')::numeric,
    (p_op ->> 'after')::bigint, array(select jsonb_array_elements_text(p_op -> 'statuses')
                                      where jsonb_typeof(p_op -> 'statuses') = 'array'),
    (p_op ->> 'limit')::bigint;
  return v_rows;
end
$$;

-- read_entries(run_no | null, op {from, to, since, until, kinds, limit}) -> [entry] by version, or null for no run.

create or replace function pawl.read_entries(p_run_no bigint, p_op jsonb) returns json
language plpgsql as $$
declare
  v_where text := 'run_no = $1 and version >= $2';
  v_rows json;
begin
  if p_run_no is null then
    return null;
  end if;
  if p_op ->> 'to' is not null then v_where := v_where || ' and version <= $3'; end if;
  if p_op ->> 'since' is not null then v_where := v_where || ' and at >= $4'; end if;
  if p_op ->> 'until' is not null then v_where := v_where || ' and at < $5'; end if;
  if jsonb_typeof(p_op -> 'kinds') = 'array' then v_where := v_where || ' and kind = any ($6)'; end if;
  execute format(
    'select coalesce(json_agg(pawl.entry_json(one) order by version), ''[]'') from (
       select entry as one, version from pawl.entry where %s order by version limit $7
     ) page',
    v_where
  ) into v_rows using
    p_run_no, (p_op ->> 'from')::bigint, (p_op ->> 'to')::bigint, (p_op ->> 'since')::numeric,
    (p_op ->> 'until')::numeric, array(select jsonb_array_elements_text(p_op -> 'kinds')
                                       where jsonb_typeof(p_op -> 'kinds') = 'array'),
    (p_op ->> 'limit')::bigint;
  return v_rows;
end
$$;

-- read_inbox(run_no | null, op {after}) -> [message] by number, or null for no run.

create or replace function pawl.read_inbox(p_run_no bigint, p_op jsonb) returns json
language plpgsql as $$
begin
  if p_run_no is null then
    return null;
  end if;
  return (
    select coalesce(json_agg(json_build_object(
      'seq', seq, 'id', id, 'kind', kind, 'name', name, 'payload', payload, 'at', at
    ) order by seq), '[]')
    from pawl.inbox where run_no = p_run_no and seq > (p_op ->> 'after')::bigint
  );
end
$$;

-- read_unsent(op {idleMs, limit, runId}) -> [{run, entries}]: runs whose lifecycle messages nobody confirmed and that
-- nobody wrote to for a while, with those entries; with runId only that one.

create or replace function pawl.read_unsent(p_namespace text, p_op jsonb) returns json
language plpgsql as $$
declare
  v_before bigint := pawl.now_ms() - (p_op ->> 'idleMs')::bigint;
begin
  return (
    select coalesce(json_agg(json_build_object('run', pawl.run_json(one), 'entries', (
      select coalesce(json_agg(pawl.entry_json(entry) order by version), '[]') from pawl.entry
      where run_no = (one).no and version >= (one).unsent_from
        and kind in ('started', 'completed', 'failed', 'cancelled', 'resumed', 'rolled_back')
    )) order by no), '[]')
    from (
      select run as one, no from pawl.run
      where namespace = p_namespace and unsent_from is not null and updated_at <= v_before
        and (p_op ->> 'runId' is null or id = p_op ->> 'runId')
      order by no limit (p_op ->> 'limit')::bigint
    ) idle
  );
end
$$;

-- read_pulse() -> a number that has moved if another process may have written. A hint: it moves shortly before the
-- write can be seen.

create or replace function pawl.read_pulse() returns bigint
language sql volatile as $$
  select last_value from pawl.pulse
$$;

-- requeue(namespace, worker, forgiven, wait, now) -> how many runs. Makes everything that a worker holds ready again
-- and forgets the worker. Fences stay: until a rival claims a run, its old holder may still write. With `wait` false
-- a run that is being written to is left to the next time, and the worker is remembered for its sake.
-- Locks: the worker's runs by id; then the worker's row.

create or replace function pawl.requeue(p_namespace text, p_worker text, p_forgiven integer, p_wait boolean, p_now bigint)
returns integer
language plpgsql as $$
declare
  v_held bigint[];
  v_count integer;
begin
  if p_wait then
    select array_agg(no) into v_held from (
      select no from pawl.run where namespace = p_namespace and worker = p_worker order by id for update
    ) held;
  else
    select array_agg(no) into v_held from (
      select no from pawl.run where namespace = p_namespace and worker = p_worker order by id for update skip locked
    ) held;
  end if;
  update pawl.run set status = 'queued', worker = null, ready_at = p_now, recovered = true,
                      claims = greatest(claims - p_forgiven, 0), updated_at = p_now
  where no = any (v_held);
  get diagnostics v_count = row_count;
  delete from pawl.worker
  where namespace = p_namespace and id = p_worker
    and not exists (select from pawl.run where namespace = p_namespace and worker = p_worker);
  return v_count;
end
$$;

-- release(op {worker}) -> {released}. A worker goes in peace; the claims it gives back do not count towards a crash
-- loop.
-- Locks: the worker's runs by id; then the worker's row.

create or replace function pawl.release(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
begin
  return jsonb_build_object('released', pawl.requeue(p_namespace, p_op ->> 'worker', 1, true, p_now));
end
$$;

-- resume(op {runId, expectVersion, entry}) -> {ok: true, version}
--   | {ok: false, reason: 'not_resumable', status}
--   | {ok: false, reason: 'version_conflict' | 'key_in_use' | 'unknown_run'}
--
-- Takes the fence, appends `resumed`, makes the run ready. Refused while it is queued or held.
-- Locks: the run's row. Who opens a run with the same key at the same time is waited for in the unique index.

create or replace function pawl.resume(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_run pawl.run;
  v_bytes bigint;
begin
  select * into v_run from pawl.run where namespace = p_namespace and id = p_op ->> 'runId' for update;
  if not found then
    return '{"ok": false, "reason": "unknown_run"}';
  elsif v_run.status not in ('failed', 'cancelled', 'waiting') then
    return jsonb_build_object('ok', false, 'reason', 'not_resumable', 'status', v_run.status);
  elsif v_run.version <> (p_op ->> 'expectVersion')::bigint then
    return '{"ok": false, "reason": "version_conflict"}';
  elsif pawl.key_taken(v_run) then
    return '{"ok": false, "reason": "key_in_use"}';
  end if;
  v_bytes := pawl.append_entry(v_run.no, v_run.version + 1, v_run.epoch, v_run.fence + 1, p_op -> 'entry', p_now);
  update pawl.run set status = 'queued', version = version + 1, fence = fence + 1, worker = null, claims = 0,
                      recovered = false, ready_at = p_now, bytes = bytes + v_bytes,
                      unsent_from = coalesce(unsent_from, version + 1), unsent_to = version + 1, updated_at = p_now,
                      finished_at = null
  where no = v_run.no;
  return jsonb_build_object('ok', true, 'version', v_run.version + 1);
exception
  when unique_violation then
    return '{"ok": false, "reason": "key_in_use"}';
end
$$;

-- rollback(op {runId, toVersion, entry}) -> {ok: true, version, epoch, fence}
--   | {ok: false, reason: 'version_not_found', version} | {ok: false, reason: 'key_in_use' | 'unknown_run'}
--
-- Takes the fence, appends `rolled_back`, raises the epoch. Nothing is deleted. The run then waits until somebody
-- resumes it, whatever it was before.
-- Locks: the run's row. Who opens a run with the same key at the same time is waited for in the unique index.

create or replace function pawl.rollback(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_run pawl.run;
  v_bytes bigint;
begin
  select * into v_run from pawl.run where namespace = p_namespace and id = p_op ->> 'runId' for update;
  if not found then
    return '{"ok": false, "reason": "unknown_run"}';
  elsif (p_op ->> 'toVersion')::bigint > v_run.version then
    return jsonb_build_object('ok', false, 'reason', 'version_not_found', 'version', v_run.version);
  elsif pawl.key_taken(v_run) then
    return '{"ok": false, "reason": "key_in_use"}';
  end if;
  v_bytes := pawl.append_entry(
    v_run.no, v_run.version + 1, v_run.epoch + 1, v_run.fence + 1, p_op -> 'entry', p_now
  );
  update pawl.run set status = 'waiting', version = version + 1, epoch = epoch + 1, fence = fence + 1, worker = null,
                      claims = 0, recovered = false, ready_at = null, bytes = bytes + v_bytes,
                      unsent_from = coalesce(unsent_from, version + 1), unsent_to = version + 1, updated_at = p_now,
                      finished_at = null
  where no = v_run.no;
  return jsonb_build_object(
    'ok', true, 'version', v_run.version + 1, 'epoch', v_run.epoch + 1, 'fence', v_run.fence + 1
  );
exception
  when unique_violation then
    return '{"ok": false, "reason": "key_in_use"}';
end
$$;

-- send(op {runId, id, kind, name, payload}) -> {ok: true, seq, duplicate}
--   | {ok: false, reason: 'finished', status} | {ok: false, reason: 'unknown_run'}
--
-- One message into a run's inbox; a waiting run becomes ready. Idempotent by the message's id. A finished run takes no
-- mail. A run that was rolled back waits until it is resumed: a signal is kept for then; only a request to cancel
-- wakes it.
-- Locks: the run's row.

create or replace function pawl.send(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_run pawl.run;
  v_seq integer;
  v_wakes boolean;
begin
  select * into v_run from pawl.run where namespace = p_namespace and id = p_op ->> 'runId' for update;
  if not found then
    return '{"ok": false, "reason": "unknown_run"}';
  end if;
  select seq into v_seq from pawl.inbox where run_no = v_run.no and id = p_op ->> 'id';
  if found then
    return jsonb_build_object('ok', true, 'seq', v_seq, 'duplicate', true);
  end if;
  if pawl.is_finished(v_run.status) then
    return jsonb_build_object('ok', false, 'reason', 'finished', 'status', v_run.status);
  end if;
  v_seq := v_run.inbox + 1;
  insert into pawl.inbox (run_no, at, seq, id, kind, name, payload)
  values (v_run.no, p_now, v_seq, p_op ->> 'id', p_op ->> 'kind', p_op ->> 'name', p_op ->> 'payload');
  v_wakes := v_run.status = 'waiting' and (
    p_op ->> 'kind' = 'cancel'
    or not exists (
      select from pawl.entry where run_no = v_run.no and version = v_run.version and kind = 'rolled_back'
    )
  );
  update pawl.run set inbox = v_seq, updated_at = p_now,
                      status = case when v_wakes then 'queued' else status end,
                      ready_at = case when v_wakes then p_now else ready_at end
  where no = v_run.no;
  return jsonb_build_object('ok', true, 'seq', v_seq, 'duplicate', false);
end
$$;

-- write(namespace, batch [op]) -> [result], in the order of the batch.
--
-- The one door for everything that writes: runs the batch in order, in the transaction of the call; commits that follow
-- one another are done set by set. An operation that fails fails the call, and nothing of the batch is written: the
-- caller then asks one by one.
--
-- Locks, in this order, so that two batches do not wait for each other: the namespace's opening lock, shared, if a run
-- may be opened (see `read_runs`); one for each key that a run may be opened with, by its hash; every row of `run` that
-- the batch names or releases, by id; then what each operation says.
--
-- The planner's settings keep it on the indexes: a plan that was made while the tables were small stays with the
-- connection when they are large.

create or replace function pawl.write(p_namespace text, p_batch jsonb) returns jsonb
language plpgsql
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
    perform nextval('pawl.pulse');
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
      else pawl.unknown_operation(v_group.op)
    end;
    v_wakes := v_wakes or not (v_group.op in ('heartbeat', 'confirm') or v_group.op = 'claim' and v_result = '[]');
    v_results := v_results || case v_group.op
      when 'commit' then v_result
      when 'confirm' then to_jsonb(array_fill(null::text, array[v_group.count]))
      else jsonb_build_array(v_result)
    end;
  end loop;
  if v_wakes then
    perform nextval('pawl.pulse');
  end if;
  return v_results;
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

delete from pawl.clock;
insert into pawl.clock (one, now) overriding system value values ('1', '1750172800000');
delete from pawl.entry;
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('1', '1750000001000', '1', '0', '0', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('2', '1750000002000', '1', '0', '0', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('3', '1750000003000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('3', '1750000004000', '2', '0', '1', '1', '1', 'step_completed', 'a', null, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('3', '1750000004000', '3', '0', '1', '1', null, 'shared_set', null, null, '{"left":2}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('3', '1750000005000', '4', '0', '1', '1', '1', 'step_completed', 'b', 'h1', '"b"', '{"declared":"{\"x\":1}"}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('4', '1750000007000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('4', '1750000008000', '2', '0', '1', '1', '1', 'step_completed', 'a', null, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('5', '1750000009000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('5', '1750000010000', '2', '0', '1', '1', '2', 'timer_set', 'nap', null, 'null', '{"wakeAt":1750086400000}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('6', '1750000011000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('6', '1750000012000', '2', '0', '1', '1', '1', 'step_completed', 'a', null, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('6', '1750000012000', '3', '0', '1', '1', '1', 'step_completed', 'b', null, '[1,2,3]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('6', '1750000013000', '4', '0', '1', '1', null, 'completed', null, null, '{"said":"completed"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('7', '1750000015000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('7', '1750000016000', '2', '0', '1', '1', null, 'completed', null, null, '{"said":"completed"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('8', '1750000018000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('8', '1750000019000', '2', '0', '1', '1', null, 'step_failed', 'b', null, '{"message":"oh"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('8', '1750000020000', '3', '0', '1', '1', null, 'failed', null, null, '{"said":"failed"}', '{"failedSteps":["b"]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('9', '1750000021000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('9', '1750000022000', '2', '0', '1', '1', null, 'cancelled', null, null, '{"said":"cancelled"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('10', '1750000023000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('10', '1750000024000', '2', '0', '1', '1', '1', 'step_completed', 'a', null, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('10', '1750000024000', '3', '0', '1', '1', '1', 'step_completed', 'b', null, '"b"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('10', '1750000025000', '4', '0', '1', '1', '4', 'signal_received', 'approval 1', null, '{"yes":1}', '{"inbox":1}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('10', '1750000025000', '5', '0', '1', '1', '4', 'signal_received', 'approval 2', null, '{"yes":2}', '{"inbox":2}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('11', '1750000023000', '1', '0', '0', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('11', '1750000024000', '2', '0', '0', '1', '1', 'step_completed', 'a', null, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('11', '1750000024000', '3', '0', '0', '1', '1', 'step_completed', 'b', null, '"b"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('11', '1750000025000', '4', '0', '0', '1', '4', 'signal_received', 'approval 1', null, '{"yes":1}', '{"inbox":1}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('11', '1750000026000', '5', '0', '0', '1', null, 'forked', null, null, '{"runId":"0197a000-0000-7000-8000-00000000000a","version":4}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('10', '1750000026000', '6', '1', '2', '1', null, 'rolled_back', null, null, 'null', '{"toVersion":2,"fromStep":"approval 2","reason":"a mistake"}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('12', '1750000023000', '1', '0', '0', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('12', '1750000024000', '2', '0', '0', '1', '1', 'step_completed', 'a', null, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('12', '1750000024000', '3', '0', '0', '1', '1', 'step_completed', 'b', null, '"b"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('12', '1750000025000', '4', '0', '0', '1', '4', 'signal_received', 'approval 1', null, '{"yes":1}', '{"inbox":1}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('12', '1750000025000', '5', '0', '0', '1', '4', 'signal_received', 'approval 2', null, '{"yes":2}', '{"inbox":2}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('12', '1750000026000', '6', '1', '0', '1', null, 'rolled_back', null, null, 'null', '{"toVersion":2,"fromStep":"approval 2","reason":"a mistake"}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('12', '1750000027000', '7', '1', '0', '1', null, 'forked', null, null, '{"runId":"0197a000-0000-7000-8000-00000000000a","version":null}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('10', '1750000028000', '7', '1', '3', '1', null, 'resumed', null, null, 'null', '{"toVersion":6,"fromStep":"a","reason":"go on"}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('10', '1750000030000', '8', '1', '4', '1', '1', 'step_completed', 'b', null, '"other"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('10', '1750000030000', '9', '1', '4', '1', '1', 'step_skipped', 'c', null, 'null', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('13', '1750000031000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('13', '1750000032000', '2', '0', '1', '1', '1', 'step_completed', 'a', null, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('13', '1750000033000', '3', '0', '1', '1', null, 'completed', null, null, '{"said":"completed"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('13', '1750000034000', '4', '1', '2', '1', null, 'rolled_back', null, null, 'null', '{"toVersion":1,"fromStep":"a"}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('14', '1750000035000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('14', '1750000036000', '2', '0', '1', '1', null, 'failed', null, null, '{"said":"failed"}', '{"failedSteps":["b"]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('14', '1750000037000', '3', '0', '2', '1', null, 'resumed', null, null, 'null', '{"toVersion":2}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('15', '1750000038000', '1', '0', '1', '1', null, 'started', null, null, '[{"text":"a\u0000b","\u0000":0},["\ud800","x\udc00y",{"\udfff":"\ud83d"}],{"zero":-0,"list":[0,-0]},{"zulu":1,"alpha":2,"mike":{"b":1,"a":2}},{"__proto__":{"polluted":true},"constructor":{"prototype":1},"a":{"__proto__":1}},{"it''s":1,"a\"b":2,"100%":3,"\\":4,"":5,"$ref":6},"''); drop table run; --","👩‍👩‍👧   ﻿\n\t$$ $1 E''\\'' ",[9007199254740991,1e+308,5e-324,-1e-7,0.30000000000000004],["null","true","1e5","2020-01-01T00:00:00Z","{}"],[{},[],"",null,false,0],{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":["the core"]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]},"ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää"]', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('15', '1750000039000', '2', '0', '1', '1', '1', 'step_completed', 'it''s step 0 "100%" 👍', null, '{"text":"a\u0000b","\u0000":0}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('28', '1750000026000', '5', '0', '0', '1', null, 'forked', null, null, '{"runId":"0197a000-0000-7000-8000-00000000000a","version":4}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('15', '1750000039000', '3', '0', '1', '1', '1', 'step_completed', 'it''s step 1 "100%" 👍', null, '["\ud800","x\udc00y",{"\udfff":"\ud83d"}]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('15', '1750000039000', '4', '0', '1', '1', '1', 'step_completed', 'it''s step 2 "100%" 👍', null, '{"zero":-0,"list":[0,-0]}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('15', '1750000039000', '5', '0', '1', '1', '1', 'step_completed', 'it''s step 3 "100%" 👍', null, '{"zulu":1,"alpha":2,"mike":{"b":1,"a":2}}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('15', '1750000039000', '6', '0', '1', '1', '1', 'step_completed', 'it''s step 4 "100%" 👍', null, '{"__proto__":{"polluted":true},"constructor":{"prototype":1},"a":{"__proto__":1}}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('15', '1750000039000', '7', '0', '1', '1', '1', 'step_completed', 'it''s step 5 "100%" 👍', null, '{"it''s":1,"a\"b":2,"100%":3,"\\":4,"":5,"$ref":6}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('15', '1750000039000', '8', '0', '1', '1', '1', 'step_completed', 'it''s step 6 "100%" 👍', null, '"''); drop table run; --"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('15', '1750000039000', '9', '0', '1', '1', '1', 'step_completed', 'it''s step 7 "100%" 👍', null, '"👩‍👩‍👧   ﻿\n\t$$ $1 E''\\'' "', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('15', '1750000039000', '10', '0', '1', '1', '1', 'step_completed', 'it''s step 8 "100%" 👍', null, '[9007199254740991,1e+308,5e-324,-1e-7,0.30000000000000004]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('15', '1750000039000', '11', '0', '1', '1', '1', 'step_completed', 'it''s step 9 "100%" 👍', null, '["null","true","1e5","2020-01-01T00:00:00Z","{}"]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('15', '1750000039000', '12', '0', '1', '1', '1', 'step_completed', 'it''s step 10 "100%" 👍', null, '[{},[],"",null,false,0]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('15', '1750000039000', '13', '0', '1', '1', '1', 'step_completed', 'it''s step 11 "100%" 👍', null, '{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":["the core"]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('15', '1750000039000', '14', '0', '1', '1', '1', 'step_completed', 'it''s step 12 "100%" 👍', null, '"ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('15', '1750000040000', '15', '0', '1', '1', null, 'completed', null, null, '{"said":"completed"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('16', '1750000041000', '1', '0', '0', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('16', '1750000101000', '2', '0', '6', '1', null, 'failed', null, null, '{"code":"crash_loop","message":"The run was claimed 5 times and no claim recorded a step: its worker probably dies in it. Look at the step after the last recorded one, then resume the run."}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('17', '1750000112000', '1', '0', '0', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('18', '1750000001000', '1', '0', '0', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('19', '1750000002000', '1', '0', '0', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('20', '1750000003000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('20', '1750000004000', '2', '0', '1', '1', '1', 'step_completed', 'a', null, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('20', '1750000004000', '3', '0', '1', '1', null, 'shared_set', null, null, '{"left":2}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('20', '1750000005000', '4', '0', '1', '1', '1', 'step_completed', 'b', 'h1', '"b"', '{"declared":"{\"x\":1}"}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('21', '1750000007000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('21', '1750000008000', '2', '0', '1', '1', '1', 'step_completed', 'a', null, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('22', '1750000009000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('22', '1750000010000', '2', '0', '1', '1', '2', 'timer_set', 'nap', null, 'null', '{"wakeAt":1750086400000}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('23', '1750000011000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('23', '1750000012000', '2', '0', '1', '1', '1', 'step_completed', 'a', null, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('23', '1750000012000', '3', '0', '1', '1', '1', 'step_completed', 'b', null, '[1,2,3]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('23', '1750000013000', '4', '0', '1', '1', null, 'completed', null, null, '{"said":"completed"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('24', '1750000015000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('24', '1750000016000', '2', '0', '1', '1', null, 'completed', null, null, '{"said":"completed"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('25', '1750000018000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('25', '1750000019000', '2', '0', '1', '1', null, 'step_failed', 'b', null, '{"message":"oh"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('25', '1750000020000', '3', '0', '1', '1', null, 'failed', null, null, '{"said":"failed"}', '{"failedSteps":["b"]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('26', '1750000021000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('26', '1750000022000', '2', '0', '1', '1', null, 'cancelled', null, null, '{"said":"cancelled"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('27', '1750000023000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('27', '1750000024000', '2', '0', '1', '1', '1', 'step_completed', 'a', null, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('27', '1750000024000', '3', '0', '1', '1', '1', 'step_completed', 'b', null, '"b"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('27', '1750000025000', '4', '0', '1', '1', '4', 'signal_received', 'approval 1', null, '{"yes":1}', '{"inbox":1}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('27', '1750000025000', '5', '0', '1', '1', '4', 'signal_received', 'approval 2', null, '{"yes":2}', '{"inbox":2}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('28', '1750000023000', '1', '0', '0', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('28', '1750000024000', '2', '0', '0', '1', '1', 'step_completed', 'a', null, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('28', '1750000024000', '3', '0', '0', '1', '1', 'step_completed', 'b', null, '"b"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('28', '1750000025000', '4', '0', '0', '1', '4', 'signal_received', 'approval 1', null, '{"yes":1}', '{"inbox":1}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('27', '1750000026000', '6', '1', '2', '1', null, 'rolled_back', null, null, 'null', '{"toVersion":2,"fromStep":"approval 2","reason":"a mistake"}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('29', '1750000023000', '1', '0', '0', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('29', '1750000024000', '2', '0', '0', '1', '1', 'step_completed', 'a', null, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('29', '1750000024000', '3', '0', '0', '1', '1', 'step_completed', 'b', null, '"b"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('29', '1750000025000', '4', '0', '0', '1', '4', 'signal_received', 'approval 1', null, '{"yes":1}', '{"inbox":1}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('29', '1750000025000', '5', '0', '0', '1', '4', 'signal_received', 'approval 2', null, '{"yes":2}', '{"inbox":2}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('29', '1750000026000', '6', '1', '0', '1', null, 'rolled_back', null, null, 'null', '{"toVersion":2,"fromStep":"approval 2","reason":"a mistake"}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('29', '1750000027000', '7', '1', '0', '1', null, 'forked', null, null, '{"runId":"0197a000-0000-7000-8000-00000000000a","version":null}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('27', '1750000028000', '7', '1', '3', '1', null, 'resumed', null, null, 'null', '{"toVersion":6,"fromStep":"a","reason":"go on"}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('27', '1750000030000', '8', '1', '4', '1', '1', 'step_completed', 'b', null, '"other"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('27', '1750000030000', '9', '1', '4', '1', '1', 'step_skipped', 'c', null, 'null', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('30', '1750000031000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('30', '1750000032000', '2', '0', '1', '1', '1', 'step_completed', 'a', null, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('30', '1750000033000', '3', '0', '1', '1', null, 'completed', null, null, '{"said":"completed"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('30', '1750000034000', '4', '1', '2', '1', null, 'rolled_back', null, null, 'null', '{"toVersion":1,"fromStep":"a"}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('31', '1750000035000', '1', '0', '1', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('31', '1750000036000', '2', '0', '1', '1', null, 'failed', null, null, '{"said":"failed"}', '{"failedSteps":["b"]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('31', '1750000037000', '3', '0', '2', '1', null, 'resumed', null, null, 'null', '{"toVersion":2}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('32', '1750000038000', '1', '0', '1', '1', null, 'started', null, null, '[{"text":"a\u0000b","\u0000":0},["\ud800","x\udc00y",{"\udfff":"\ud83d"}],{"zero":-0,"list":[0,-0]},{"zulu":1,"alpha":2,"mike":{"b":1,"a":2}},{"__proto__":{"polluted":true},"constructor":{"prototype":1},"a":{"__proto__":1}},{"it''s":1,"a\"b":2,"100%":3,"\\":4,"":5,"$ref":6},"''); drop table run; --","👩‍👩‍👧   ﻿\n\t$$ $1 E''\\'' ",[9007199254740991,1e+308,5e-324,-1e-7,0.30000000000000004],["null","true","1e5","2020-01-01T00:00:00Z","{}"],[{},[],"",null,false,0],{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":["the core"]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]},"ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää"]', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('32', '1750000039000', '2', '0', '1', '1', '1', 'step_completed', 'it''s step 0 "100%" 👍', null, '{"text":"a\u0000b","\u0000":0}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('32', '1750000039000', '3', '0', '1', '1', '1', 'step_completed', 'it''s step 1 "100%" 👍', null, '["\ud800","x\udc00y",{"\udfff":"\ud83d"}]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('32', '1750000039000', '4', '0', '1', '1', '1', 'step_completed', 'it''s step 2 "100%" 👍', null, '{"zero":-0,"list":[0,-0]}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('32', '1750000039000', '5', '0', '1', '1', '1', 'step_completed', 'it''s step 3 "100%" 👍', null, '{"zulu":1,"alpha":2,"mike":{"b":1,"a":2}}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('32', '1750000039000', '6', '0', '1', '1', '1', 'step_completed', 'it''s step 4 "100%" 👍', null, '{"__proto__":{"polluted":true},"constructor":{"prototype":1},"a":{"__proto__":1}}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('32', '1750000039000', '7', '0', '1', '1', '1', 'step_completed', 'it''s step 5 "100%" 👍', null, '{"it''s":1,"a\"b":2,"100%":3,"\\":4,"":5,"$ref":6}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('32', '1750000039000', '8', '0', '1', '1', '1', 'step_completed', 'it''s step 6 "100%" 👍', null, '"''); drop table run; --"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('32', '1750000039000', '9', '0', '1', '1', '1', 'step_completed', 'it''s step 7 "100%" 👍', null, '"👩‍👩‍👧   ﻿\n\t$$ $1 E''\\'' "', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('32', '1750000039000', '10', '0', '1', '1', '1', 'step_completed', 'it''s step 8 "100%" 👍', null, '[9007199254740991,1e+308,5e-324,-1e-7,0.30000000000000004]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('32', '1750000039000', '11', '0', '1', '1', '1', 'step_completed', 'it''s step 9 "100%" 👍', null, '["null","true","1e5","2020-01-01T00:00:00Z","{}"]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('32', '1750000039000', '12', '0', '1', '1', '1', 'step_completed', 'it''s step 10 "100%" 👍', null, '[{},[],"",null,false,0]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('32', '1750000039000', '13', '0', '1', '1', '1', 'step_completed', 'it''s step 11 "100%" 👍', null, '{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":["the core"]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('32', '1750000039000', '14', '0', '1', '1', '1', 'step_completed', 'it''s step 12 "100%" 👍', null, '"ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('32', '1750000040000', '15', '0', '1', '1', null, 'completed', null, null, '{"said":"completed"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('33', '1750000041000', '1', '0', '0', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('33', '1750000101000', '2', '0', '6', '1', null, 'failed', null, null, '{"code":"crash_loop","message":"The run was claimed 5 times and no claim recorded a step: its worker probably dies in it. Look at the step after the last recorded one, then resume the run."}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('34', '1750000112000', '1', '0', '0', '1', null, 'started', null, null, '{"to":"Bea"}', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('35', '1750000001000', '1', '0', '0', '1', null, 'started', null, null, 'eyJ0byI6IkJlYSJ9', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('36', '1750000002000', '1', '0', '0', '1', null, 'started', null, null, 'eyJ0byI6IkJlYSJ9', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('37', '1750000003000', '1', '0', '1', '1', null, 'started', null, null, 'eyJ0byI6IkJlYSJ9', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('37', '1750000004000', '2', '0', '1', '1', '1', 'step_completed', 'a', null, 'ImEi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('37', '1750000004000', '3', '0', '1', '1', null, 'shared_set', null, null, 'eyJsZWZ0IjoyfQ==', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('37', '1750000005000', '4', '0', '1', '1', '1', 'step_completed', 'b', 'h1', 'ImIi', '{"declared":"{\"x\":1}"}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('38', '1750000007000', '1', '0', '1', '1', null, 'started', null, null, 'eyJ0byI6IkJlYSJ9', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('38', '1750000008000', '2', '0', '1', '1', '1', 'step_completed', 'a', null, 'ImEi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('39', '1750000009000', '1', '0', '1', '1', null, 'started', null, null, 'eyJ0byI6IkJlYSJ9', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('39', '1750000010000', '2', '0', '1', '1', '2', 'timer_set', 'nap', null, 'bnVsbA==', '{"wakeAt":1750086400000}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('40', '1750000011000', '1', '0', '1', '1', null, 'started', null, null, 'eyJ0byI6IkJlYSJ9', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('40', '1750000012000', '2', '0', '1', '1', '1', 'step_completed', 'a', null, 'ImEi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('40', '1750000012000', '3', '0', '1', '1', '1', 'step_completed', 'b', null, 'WzEsMiwzXQ==', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('40', '1750000013000', '4', '0', '1', '1', null, 'completed', null, null, 'eyJzYWlkIjoiY29tcGxldGVkIn0=', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('41', '1750000015000', '1', '0', '1', '1', null, 'started', null, null, 'eyJ0byI6IkJlYSJ9', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('41', '1750000016000', '2', '0', '1', '1', null, 'completed', null, null, 'eyJzYWlkIjoiY29tcGxldGVkIn0=', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('42', '1750000018000', '1', '0', '1', '1', null, 'started', null, null, 'eyJ0byI6IkJlYSJ9', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('42', '1750000019000', '2', '0', '1', '1', null, 'step_failed', 'b', null, 'eyJtZXNzYWdlIjoib2gifQ==', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('42', '1750000020000', '3', '0', '1', '1', null, 'failed', null, null, 'eyJzYWlkIjoiZmFpbGVkIn0=', '{"failedSteps":["b"]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('43', '1750000021000', '1', '0', '1', '1', null, 'started', null, null, 'eyJ0byI6IkJlYSJ9', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('43', '1750000022000', '2', '0', '1', '1', null, 'cancelled', null, null, 'eyJzYWlkIjoiY2FuY2VsbGVkIn0=', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('44', '1750000023000', '1', '0', '1', '1', null, 'started', null, null, 'eyJ0byI6IkJlYSJ9', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('44', '1750000024000', '2', '0', '1', '1', '1', 'step_completed', 'a', null, 'ImEi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('44', '1750000024000', '3', '0', '1', '1', '1', 'step_completed', 'b', null, 'ImIi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('44', '1750000025000', '4', '0', '1', '1', '4', 'signal_received', 'approval 1', null, 'eyJ5ZXMiOjF9', '{"inbox":1}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('44', '1750000025000', '5', '0', '1', '1', '4', 'signal_received', 'approval 2', null, 'eyJ5ZXMiOjJ9', '{"inbox":2}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('45', '1750000023000', '1', '0', '0', '1', null, 'started', null, null, 'eyJ0byI6IkJlYSJ9', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('45', '1750000024000', '2', '0', '0', '1', '1', 'step_completed', 'a', null, 'ImEi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('45', '1750000024000', '3', '0', '0', '1', '1', 'step_completed', 'b', null, 'ImIi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('45', '1750000025000', '4', '0', '0', '1', '4', 'signal_received', 'approval 1', null, 'eyJ5ZXMiOjF9', '{"inbox":1}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('45', '1750000026000', '5', '0', '0', '1', null, 'forked', null, null, 'eyJydW5JZCI6IjAxOTdhMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwYSIsInZlcnNpb24iOjR9', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('44', '1750000026000', '6', '1', '2', '1', null, 'rolled_back', null, null, 'bnVsbA==', '{"toVersion":2,"fromStep":"approval 2","reason":"a mistake"}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('46', '1750000023000', '1', '0', '0', '1', null, 'started', null, null, 'eyJ0byI6IkJlYSJ9', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('46', '1750000024000', '2', '0', '0', '1', '1', 'step_completed', 'a', null, 'ImEi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('46', '1750000024000', '3', '0', '0', '1', '1', 'step_completed', 'b', null, 'ImIi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('46', '1750000025000', '4', '0', '0', '1', '4', 'signal_received', 'approval 1', null, 'eyJ5ZXMiOjF9', '{"inbox":1}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('46', '1750000025000', '5', '0', '0', '1', '4', 'signal_received', 'approval 2', null, 'eyJ5ZXMiOjJ9', '{"inbox":2}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('46', '1750000026000', '6', '1', '0', '1', null, 'rolled_back', null, null, 'bnVsbA==', '{"toVersion":2,"fromStep":"approval 2","reason":"a mistake"}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('46', '1750000027000', '7', '1', '0', '1', null, 'forked', null, null, 'eyJydW5JZCI6IjAxOTdhMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwYSIsInZlcnNpb24iOm51bGx9', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('44', '1750000028000', '7', '1', '3', '1', null, 'resumed', null, null, 'bnVsbA==', '{"toVersion":6,"fromStep":"a","reason":"go on"}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('44', '1750000030000', '8', '1', '4', '1', '1', 'step_completed', 'b', null, 'Im90aGVyIg==', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('44', '1750000030000', '9', '1', '4', '1', '1', 'step_skipped', 'c', null, 'bnVsbA==', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('47', '1750000031000', '1', '0', '1', '1', null, 'started', null, null, 'eyJ0byI6IkJlYSJ9', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('47', '1750000032000', '2', '0', '1', '1', '1', 'step_completed', 'a', null, 'ImEi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('47', '1750000033000', '3', '0', '1', '1', null, 'completed', null, null, 'eyJzYWlkIjoiY29tcGxldGVkIn0=', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('47', '1750000034000', '4', '1', '2', '1', null, 'rolled_back', null, null, 'bnVsbA==', '{"toVersion":1,"fromStep":"a"}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('48', '1750000035000', '1', '0', '1', '1', null, 'started', null, null, 'eyJ0byI6IkJlYSJ9', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('48', '1750000036000', '2', '0', '1', '1', null, 'failed', null, null, 'eyJzYWlkIjoiZmFpbGVkIn0=', '{"failedSteps":["b"]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('48', '1750000037000', '3', '0', '2', '1', null, 'resumed', null, null, 'bnVsbA==', '{"toVersion":2}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('49', '1750000038000', '1', '0', '1', '1', null, 'started', null, null, 'W3sidGV4dCI6ImFcdTAwMDBiIiwiXHUwMDAwIjowfSxbIlx1ZDgwMCIsInhcdWRjMDB5Iix7Ilx1ZGZmZiI6Ilx1ZDgzZCJ9XSx7Inplcm8iOi0wLCJsaXN0IjpbMCwtMF19LHsienVsdSI6MSwiYWxwaGEiOjIsIm1pa2UiOnsiYiI6MSwiYSI6Mn19LHsiX19wcm90b19fIjp7InBvbGx1dGVkIjp0cnVlfSwiY29uc3RydWN0b3IiOnsicHJvdG90eXBlIjoxfSwiYSI6eyJfX3Byb3RvX18iOjF9fSx7Iml0J3MiOjEsImFcImIiOjIsIjEwMCUiOjMsIlxcIjo0LCIiOjUsIiRyZWYiOjZ9LCInKTsgZHJvcCB0YWJsZSBydW47IC0tIiwi8J+RqeKAjfCfkanigI3wn5GnIOKAqOKAqe+7v1xuXHQkJCAkMSBFJ1xcJyAiLFs5MDA3MTk5MjU0NzQwOTkxLDFlKzMwOCw1ZS0zMjQsLTFlLTcsMC4zMDAwMDAwMDAwMDAwMDAwNF0sWyJudWxsIiwidHJ1ZSIsIjFlNSIsIjIwMjAtMDEtMDFUMDA6MDA6MDBaIiwie30iXSxbe30sW10sIiIsbnVsbCxmYWxzZSwwXSx7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlsidGhlIGNvcmUiXX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19LCLDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6QiXQ==', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('49', '1750000039000', '2', '0', '1', '1', '1', 'step_completed', 'it''s step 0 "100%" 👍', null, 'eyJ0ZXh0IjoiYVx1MDAwMGIiLCJcdTAwMDAiOjB9', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('49', '1750000039000', '3', '0', '1', '1', '1', 'step_completed', 'it''s step 1 "100%" 👍', null, 'WyJcdWQ4MDAiLCJ4XHVkYzAweSIseyJcdWRmZmYiOiJcdWQ4M2QifV0=', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('49', '1750000039000', '4', '0', '1', '1', '1', 'step_completed', 'it''s step 2 "100%" 👍', null, 'eyJ6ZXJvIjotMCwibGlzdCI6WzAsLTBdfQ==', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('49', '1750000039000', '5', '0', '1', '1', '1', 'step_completed', 'it''s step 3 "100%" 👍', null, 'eyJ6dWx1IjoxLCJhbHBoYSI6MiwibWlrZSI6eyJiIjoxLCJhIjoyfX0=', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('49', '1750000039000', '6', '0', '1', '1', '1', 'step_completed', 'it''s step 4 "100%" 👍', null, 'eyJfX3Byb3RvX18iOnsicG9sbHV0ZWQiOnRydWV9LCJjb25zdHJ1Y3RvciI6eyJwcm90b3R5cGUiOjF9LCJhIjp7Il9fcHJvdG9fXyI6MX19', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('49', '1750000039000', '7', '0', '1', '1', '1', 'step_completed', 'it''s step 5 "100%" 👍', null, 'eyJpdCdzIjoxLCJhXCJiIjoyLCIxMDAlIjozLCJcXCI6NCwiIjo1LCIkcmVmIjo2fQ==', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('49', '1750000039000', '8', '0', '1', '1', '1', 'step_completed', 'it''s step 6 "100%" 👍', null, 'IicpOyBkcm9wIHRhYmxlIHJ1bjsgLS0i', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('49', '1750000039000', '9', '0', '1', '1', '1', 'step_completed', 'it''s step 7 "100%" 👍', null, 'IvCfkanigI3wn5Gp4oCN8J+RpyDigKjigKnvu79cblx0JCQgJDEgRSdcXCcgIg==', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('49', '1750000039000', '10', '0', '1', '1', '1', 'step_completed', 'it''s step 8 "100%" 👍', null, 'WzkwMDcxOTkyNTQ3NDA5OTEsMWUrMzA4LDVlLTMyNCwtMWUtNywwLjMwMDAwMDAwMDAwMDAwMDA0XQ==', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('49', '1750000039000', '11', '0', '1', '1', '1', 'step_completed', 'it''s step 9 "100%" 👍', null, 'WyJudWxsIiwidHJ1ZSIsIjFlNSIsIjIwMjAtMDEtMDFUMDA6MDA6MDBaIiwie30iXQ==', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('49', '1750000039000', '12', '0', '1', '1', '1', 'step_completed', 'it''s step 10 "100%" 👍', null, 'W3t9LFtdLCIiLG51bGwsZmFsc2UsMF0=', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('49', '1750000039000', '13', '0', '1', '1', '1', 'step_completed', 'it''s step 11 "100%" 👍', null, 'eyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbInRoZSBjb3JlIl19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfQ==', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('49', '1750000039000', '14', '0', '1', '1', '1', 'step_completed', 'it''s step 12 "100%" 👍', null, 'IsOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpCI=', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('49', '1750000040000', '15', '0', '1', '1', null, 'completed', null, null, 'eyJzYWlkIjoiY29tcGxldGVkIn0=', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('50', '1750000041000', '1', '0', '0', '1', null, 'started', null, null, 'eyJ0byI6IkJlYSJ9', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('50', '1750000101000', '2', '0', '6', '1', null, 'failed', null, null, 'eyJjb2RlIjoiY3Jhc2hfbG9vcCIsIm1lc3NhZ2UiOiJUaGUgcnVuIHdhcyBjbGFpbWVkIDUgdGltZXMgYW5kIG5vIGNsYWltIHJlY29yZGVkIGEgc3RlcDogaXRzIHdvcmtlciBwcm9iYWJseSBkaWVzIGluIGl0LiBMb29rIGF0IHRoZSBzdGVwIGFmdGVyIHRoZSBsYXN0IHJlY29yZGVkIG9uZSwgdGhlbiByZXN1bWUgdGhlIHJ1bi4ifQ==', '{}');
insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta) overriding system value values ('51', '1750000112000', '1', '0', '0', '1', null, 'started', null, null, 'eyJ0byI6IkJlYSJ9', '{}');
delete from pawl.inbox;
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('9', '1750000021000', '1', 'c1', 'cancel', 'enough', 'null');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('10', '1750000024000', '1', 'm1', 'signal', 'approval', '{"yes":1}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('10', '1750000024000', '2', 'm2', 'signal', 'approval', '{"yes":2}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('10', '1750000024000', '3', 'm3', 'signal', 'approval', '"unread"');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('11', '1750000024000', '1', 'm1', 'signal', 'approval', '{"yes":1}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('12', '1750000024000', '1', 'm1', 'signal', 'approval', '{"yes":1}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('12', '1750000024000', '2', 'm2', 'signal', 'approval', '{"yes":2}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('15', '1750000039000', '1', 'h0', 'signal', '"%\''', '{"text":"a\u0000b","\u0000":0}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('15', '1750000039000', '2', 'h1', 'signal', '"%\''', '["\ud800","x\udc00y",{"\udfff":"\ud83d"}]');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('15', '1750000039000', '3', 'h2', 'signal', '"%\''', '{"zero":-0,"list":[0,-0]}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('15', '1750000039000', '4', 'h3', 'signal', '"%\''', '{"zulu":1,"alpha":2,"mike":{"b":1,"a":2}}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('15', '1750000039000', '5', 'h4', 'signal', '"%\''', '{"__proto__":{"polluted":true},"constructor":{"prototype":1},"a":{"__proto__":1}}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('15', '1750000039000', '6', 'h5', 'signal', '"%\''', '{"it''s":1,"a\"b":2,"100%":3,"\\":4,"":5,"$ref":6}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('15', '1750000039000', '7', 'h6', 'signal', '"%\''', '"''); drop table run; --"');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('15', '1750000039000', '8', 'h7', 'signal', '"%\''', '"👩‍👩‍👧   ﻿\n\t$$ $1 E''\\'' "');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('15', '1750000039000', '9', 'h8', 'signal', '"%\''', '[9007199254740991,1e+308,5e-324,-1e-7,0.30000000000000004]');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('15', '1750000039000', '10', 'h9', 'signal', '"%\''', '["null","true","1e5","2020-01-01T00:00:00Z","{}"]');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('15', '1750000039000', '11', 'h10', 'signal', '"%\''', '[{},[],"",null,false,0]');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('15', '1750000039000', '12', 'h11', 'signal', '"%\''', '{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":["the core"]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('15', '1750000039000', '13', 'h12', 'signal', '"%\''', '"ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää"');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('26', '1750000021000', '1', 'c1', 'cancel', 'enough', 'null');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('27', '1750000024000', '1', 'm1', 'signal', 'approval', '{"yes":1}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('27', '1750000024000', '2', 'm2', 'signal', 'approval', '{"yes":2}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('27', '1750000024000', '3', 'm3', 'signal', 'approval', '"unread"');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('28', '1750000024000', '1', 'm1', 'signal', 'approval', '{"yes":1}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('29', '1750000024000', '1', 'm1', 'signal', 'approval', '{"yes":1}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('29', '1750000024000', '2', 'm2', 'signal', 'approval', '{"yes":2}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('32', '1750000039000', '1', 'h0', 'signal', '"%\''', '{"text":"a\u0000b","\u0000":0}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('32', '1750000039000', '2', 'h1', 'signal', '"%\''', '["\ud800","x\udc00y",{"\udfff":"\ud83d"}]');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('32', '1750000039000', '3', 'h2', 'signal', '"%\''', '{"zero":-0,"list":[0,-0]}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('32', '1750000039000', '4', 'h3', 'signal', '"%\''', '{"zulu":1,"alpha":2,"mike":{"b":1,"a":2}}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('32', '1750000039000', '5', 'h4', 'signal', '"%\''', '{"__proto__":{"polluted":true},"constructor":{"prototype":1},"a":{"__proto__":1}}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('32', '1750000039000', '6', 'h5', 'signal', '"%\''', '{"it''s":1,"a\"b":2,"100%":3,"\\":4,"":5,"$ref":6}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('32', '1750000039000', '7', 'h6', 'signal', '"%\''', '"''); drop table run; --"');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('32', '1750000039000', '8', 'h7', 'signal', '"%\''', '"👩‍👩‍👧   ﻿\n\t$$ $1 E''\\'' "');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('32', '1750000039000', '9', 'h8', 'signal', '"%\''', '[9007199254740991,1e+308,5e-324,-1e-7,0.30000000000000004]');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('32', '1750000039000', '10', 'h9', 'signal', '"%\''', '["null","true","1e5","2020-01-01T00:00:00Z","{}"]');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('32', '1750000039000', '11', 'h10', 'signal', '"%\''', '[{},[],"",null,false,0]');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('32', '1750000039000', '12', 'h11', 'signal', '"%\''', '{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":["the core"]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('32', '1750000039000', '13', 'h12', 'signal', '"%\''', '"ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää"');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('43', '1750000021000', '1', 'c1', 'cancel', 'enough', 'bnVsbA==');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('44', '1750000024000', '1', 'm1', 'signal', 'approval', 'eyJ5ZXMiOjF9');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('44', '1750000024000', '2', 'm2', 'signal', 'approval', 'eyJ5ZXMiOjJ9');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('44', '1750000024000', '3', 'm3', 'signal', 'approval', 'InVucmVhZCI=');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('45', '1750000024000', '1', 'm1', 'signal', 'approval', 'eyJ5ZXMiOjF9');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('46', '1750000024000', '1', 'm1', 'signal', 'approval', 'eyJ5ZXMiOjF9');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('46', '1750000024000', '2', 'm2', 'signal', 'approval', 'eyJ5ZXMiOjJ9');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('49', '1750000039000', '1', 'h0', 'signal', '"%\''', 'eyJ0ZXh0IjoiYVx1MDAwMGIiLCJcdTAwMDAiOjB9');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('49', '1750000039000', '2', 'h1', 'signal', '"%\''', 'WyJcdWQ4MDAiLCJ4XHVkYzAweSIseyJcdWRmZmYiOiJcdWQ4M2QifV0=');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('49', '1750000039000', '3', 'h2', 'signal', '"%\''', 'eyJ6ZXJvIjotMCwibGlzdCI6WzAsLTBdfQ==');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('49', '1750000039000', '4', 'h3', 'signal', '"%\''', 'eyJ6dWx1IjoxLCJhbHBoYSI6MiwibWlrZSI6eyJiIjoxLCJhIjoyfX0=');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('49', '1750000039000', '5', 'h4', 'signal', '"%\''', 'eyJfX3Byb3RvX18iOnsicG9sbHV0ZWQiOnRydWV9LCJjb25zdHJ1Y3RvciI6eyJwcm90b3R5cGUiOjF9LCJhIjp7Il9fcHJvdG9fXyI6MX19');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('49', '1750000039000', '6', 'h5', 'signal', '"%\''', 'eyJpdCdzIjoxLCJhXCJiIjoyLCIxMDAlIjozLCJcXCI6NCwiIjo1LCIkcmVmIjo2fQ==');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('49', '1750000039000', '7', 'h6', 'signal', '"%\''', 'IicpOyBkcm9wIHRhYmxlIHJ1bjsgLS0i');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('49', '1750000039000', '8', 'h7', 'signal', '"%\''', 'IvCfkanigI3wn5Gp4oCN8J+RpyDigKjigKnvu79cblx0JCQgJDEgRSdcXCcgIg==');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('49', '1750000039000', '9', 'h8', 'signal', '"%\''', 'WzkwMDcxOTkyNTQ3NDA5OTEsMWUrMzA4LDVlLTMyNCwtMWUtNywwLjMwMDAwMDAwMDAwMDAwMDA0XQ==');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('49', '1750000039000', '10', 'h9', 'signal', '"%\''', 'WyJudWxsIiwidHJ1ZSIsIjFlNSIsIjIwMjAtMDEtMDFUMDA6MDA6MDBaIiwie30iXQ==');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('49', '1750000039000', '11', 'h10', 'signal', '"%\''', 'W3t9LFtdLCIiLG51bGwsZmFsc2UsMF0=');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('49', '1750000039000', '12', 'h11', 'signal', '"%\''', 'eyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbInRoZSBjb3JlIl19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfQ==');
insert into pawl.inbox (run_no, at, seq, id, kind, name, payload) overriding system value values ('49', '1750000039000', '13', 'h12', 'signal', '"%\''', 'IsOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpCI=');
delete from pawl.migration;
insert into pawl.migration (id, name, checksum, applied_at) overriding system value values ('1', 'journal', 'e301007bd033c7ebc20369a861ed994fb655da948acb5e3cb25c56fe41dcb77b', '2026-11-21 07:04:19.725645+00');
insert into pawl.migration (id, name, checksum, applied_at) overriding system value values ('2', 'functions', '764f28385e59ba938830c0d1ed78b4cc16afa2a7cd0aaf0b0fce883538829c82', '2026-11-21 07:04:19.725645+00');
delete from pawl.run;
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('2', 'default', '0197a000-0000-7000-8000-000000000002', null, 'parcel', '3', '1', 'queued', '0', '1', '0', null, '0', 'false', '1750003602000', '0', '1', '1', '14', null, null, '1750000002000', '1750000002000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('3', 'default', '0197a000-0000-7000-8000-000000000003', 'it''s 100% \ "mine"', 'letter', '3', '1', 'running', '0', '4', '1', 'anna', '0', 'false', null, '0', null, '1', '154', null, null, '1750000003000', '1750000005000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('4', 'default', '0197a000-0000-7000-8000-000000000004', null, 'letter', '3', '1', 'waiting', '0', '2', '1', null, '0', 'false', null, '0', '1', '1', '115', null, null, '1750000007000', '1750000008000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('5', 'default', '0197a000-0000-7000-8000-000000000005', null, 'parcel', '3', '1', 'waiting', '0', '2', '1', null, '0', 'false', '1750086410000', '0', '1', '1', '42', null, null, '1750000009000', '1750000010000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('6', 'default', '0197a000-0000-7000-8000-000000000006', 'again', 'letter', '3', '1', 'completed', '0', '4', '1', null, '0', 'false', null, '0', null, '4', '242', null, null, '1750000011000', '1750000013000', '1750000013000');
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('7', 'default', '0197a000-0000-7000-8000-000000000007', 'again', 'letter', '3', '1', 'completed', '0', '2', '1', null, '0', 'false', null, '0', '2', '2', '36', null, null, '1750000015000', '1750000016000', '1750000016000');
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('8', 'default', '0197a000-0000-7000-8000-000000000008', null, 'letter', '3', '1', 'failed', '0', '3', '1', null, '0', 'false', null, '0', '1', '3', '70', null, null, '1750000018000', '1750000020000', '1750000020000');
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('1', 'default', '0197a000-0000-7000-8000-000000000001', 'queued', 'letter', '3', '1', 'running', '0', '1', '1', 'anna', '1', 'false', null, '0', '1', '1', '14', null, null, '1750000001000', '1750000029000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('9', 'default', '0197a000-0000-7000-8000-000000000009', null, 'letter', '3', '1', 'cancelled', '0', '2', '1', null, '0', 'false', null, '1', '1', '2', '36', null, null, '1750000021000', '1750000022000', '1750000022000');
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('11', 'default', '0197a000-0000-7000-8000-00000000000b', null, 'letter', '3', '1', 'running', '0', '5', '1', 'anna', '1', 'false', null, '1', null, null, '298', '0197a000-0000-7000-8000-00000000000a', '4', '1750000026000', '1750000029000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('12', 'default', '0197a000-0000-7000-8000-00000000000c', null, 'letter', '3', '1', 'running', '1', '7', '1', 'anna', '1', 'false', null, '2', null, null, '385', '0197a000-0000-7000-8000-00000000000a', '6', '1750000027000', '1750000029000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('10', 'default', '0197a000-0000-7000-8000-00000000000a', 'back', 'letter', '3', '1', 'running', '1', '9', '4', 'anna', '0', 'false', null, '3', '1', '7', '482', null, null, '1750000023000', '1750000030000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('13', 'default', '0197a000-0000-7000-8000-00000000000d', null, 'letter', '3', '1', 'waiting', '1', '4', '2', null, '0', 'false', null, '0', '1', '4', '171', null, null, '1750000031000', '1750000034000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('14', 'default', '0197a000-0000-7000-8000-00000000000e', null, 'letter', '3', '1', 'queued', '0', '3', '2', null, '0', 'false', '1750000037000', '0', '1', '3', '71', null, null, '1750000035000', '1750000037000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('16', 'default', '0197a000-0000-7000-8000-000000000010', null, 'trap', '3', '1', 'failed', '0', '2', '6', null, '5', 'true', null, '0', '1', '2', '206', null, null, '1750000041000', '1750000101000', '1750000101000');
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('17', 'default', '0197a000-0000-7000-8000-000000000011', null, 'trap', '3', '1', 'running', '0', '1', '1', 'gone', '1', 'false', null, '0', '1', '1', '14', null, null, '1750000112000', '1750000113000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('19', 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000002', null, 'parcel', '3', '1', 'queued', '0', '1', '0', null, '0', 'false', '1750003602000', '0', '1', '1', '14', null, null, '1750000002000', '1750000002000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('15', 'default', '0197a000-0000-7000-8000-00000000000f', null, 'letter', '3', '1', 'completed', '0', '15', '1', null, '0', 'false', null, '13', '1', '15', '4010', null, null, '1750000038000', '1750000040000', '1750000040000');
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('20', 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000003', 'it''s 100% \ "mine"', 'letter', '3', '1', 'running', '0', '4', '1', 'anna', '0', 'false', null, '0', null, '1', '154', null, null, '1750000003000', '1750000005000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('21', 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000004', null, 'letter', '3', '1', 'waiting', '0', '2', '1', null, '0', 'false', null, '0', '1', '1', '115', null, null, '1750000007000', '1750000008000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('22', 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000005', null, 'parcel', '3', '1', 'waiting', '0', '2', '1', null, '0', 'false', '1750086410000', '0', '1', '1', '42', null, null, '1750000009000', '1750000010000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('23', 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000006', 'again', 'letter', '3', '1', 'completed', '0', '4', '1', null, '0', 'false', null, '0', null, '4', '242', null, null, '1750000011000', '1750000013000', '1750000013000');
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('18', 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000001', 'queued', 'letter', '3', '1', 'running', '0', '1', '1', 'anna', '1', 'false', null, '0', '1', '1', '14', null, null, '1750000001000', '1750000029000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('24', 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000007', 'again', 'letter', '3', '1', 'completed', '0', '2', '1', null, '0', 'false', null, '0', '2', '2', '36', null, null, '1750000015000', '1750000016000', '1750000016000');
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('25', 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000008', null, 'letter', '3', '1', 'failed', '0', '3', '1', null, '0', 'false', null, '0', '1', '3', '70', null, null, '1750000018000', '1750000020000', '1750000020000');
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('26', 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000009', null, 'letter', '3', '1', 'cancelled', '0', '2', '1', null, '0', 'false', null, '1', '1', '2', '36', null, null, '1750000021000', '1750000022000', '1750000022000');
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('31', 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-00000000000e', null, 'letter', '3', '1', 'queued', '0', '3', '2', null, '0', 'false', '1750000037000', '0', '1', '3', '71', null, null, '1750000035000', '1750000037000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('28', 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-00000000000b', null, 'letter', '3', '1', 'running', '0', '5', '1', 'anna', '1', 'false', null, '1', null, null, '298', '0197a000-0000-7000-8000-00000000000a', '4', '1750000026000', '1750000029000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('29', 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-00000000000c', null, 'letter', '3', '1', 'running', '1', '7', '1', 'anna', '1', 'false', null, '2', null, null, '385', '0197a000-0000-7000-8000-00000000000a', '6', '1750000027000', '1750000029000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('27', 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-00000000000a', 'back', 'letter', '3', '1', 'running', '1', '9', '4', 'anna', '0', 'false', null, '3', '1', '7', '482', null, null, '1750000023000', '1750000030000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('30', 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-00000000000d', null, 'letter', '3', '1', 'waiting', '1', '4', '2', null, '0', 'false', null, '0', '1', '4', '171', null, null, '1750000031000', '1750000034000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('33', 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000010', null, 'trap', '3', '1', 'failed', '0', '2', '6', null, '5', 'true', null, '0', '1', '2', '206', null, null, '1750000041000', '1750000101000', '1750000101000');
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('34', 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000011', null, 'trap', '3', '1', 'running', '0', '1', '1', 'gone', '1', 'false', null, '0', '1', '1', '14', null, null, '1750000112000', '1750000113000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('36', 'encoded', '0197a000-0000-7000-8000-000000000002', null, 'parcel', '3', '1', 'queued', '0', '1', '0', null, '0', 'false', '1750003602000', '0', '1', '1', '18', null, null, '1750000002000', '1750000002000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('32', 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-00000000000f', null, 'letter', '3', '1', 'completed', '0', '15', '1', null, '0', 'false', null, '13', '1', '15', '4010', null, null, '1750000038000', '1750000040000', '1750000040000');
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('37', 'encoded', '0197a000-0000-7000-8000-000000000003', 'it''s 100% \ "mine"', 'letter', '3', '1', 'running', '0', '4', '1', 'anna', '0', 'false', null, '0', null, '1', '166', null, null, '1750000003000', '1750000005000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('38', 'encoded', '0197a000-0000-7000-8000-000000000004', null, 'letter', '3', '1', 'waiting', '0', '2', '1', null, '0', 'false', null, '0', '1', '1', '120', null, null, '1750000007000', '1750000008000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('39', 'encoded', '0197a000-0000-7000-8000-000000000005', null, 'parcel', '3', '1', 'waiting', '0', '2', '1', null, '0', 'false', '1750086410000', '0', '1', '1', '50', null, null, '1750000009000', '1750000010000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('40', 'encoded', '0197a000-0000-7000-8000-000000000006', 'again', 'letter', '3', '1', 'completed', '0', '4', '1', null, '0', 'false', null, '0', null, '4', '260', null, null, '1750000011000', '1750000013000', '1750000013000');
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('41', 'encoded', '0197a000-0000-7000-8000-000000000007', 'again', 'letter', '3', '1', 'completed', '0', '2', '1', null, '0', 'false', null, '0', '2', '2', '48', null, null, '1750000015000', '1750000016000', '1750000016000');
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('42', 'encoded', '0197a000-0000-7000-8000-000000000008', null, 'letter', '3', '1', 'failed', '0', '3', '1', null, '0', 'false', null, '0', '1', '3', '89', null, null, '1750000018000', '1750000020000', '1750000020000');
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('43', 'encoded', '0197a000-0000-7000-8000-000000000009', null, 'letter', '3', '1', 'cancelled', '0', '2', '1', null, '0', 'false', null, '1', '1', '2', '48', null, null, '1750000021000', '1750000022000', '1750000022000');
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('35', 'encoded', '0197a000-0000-7000-8000-000000000001', 'queued', 'letter', '3', '1', 'running', '0', '1', '1', 'anna', '1', 'false', null, '0', '1', '1', '18', null, null, '1750000001000', '1750000029000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('45', 'encoded', '0197a000-0000-7000-8000-00000000000b', null, 'letter', '3', '1', 'running', '0', '5', '1', 'anna', '1', 'false', null, '1', null, null, '327', '0197a000-0000-7000-8000-00000000000a', '4', '1750000026000', '1750000029000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('46', 'encoded', '0197a000-0000-7000-8000-00000000000c', null, 'letter', '3', '1', 'running', '1', '7', '1', 'anna', '1', 'false', null, '2', null, null, '422', '0197a000-0000-7000-8000-00000000000a', '6', '1750000027000', '1750000029000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('44', 'encoded', '0197a000-0000-7000-8000-00000000000a', 'back', 'letter', '3', '1', 'running', '1', '9', '4', 'anna', '0', 'false', null, '3', '1', '7', '511', null, null, '1750000023000', '1750000030000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('49', 'encoded', '0197a000-0000-7000-8000-00000000000f', null, 'letter', '3', '1', 'completed', '0', '15', '1', null, '0', 'false', null, '13', '1', '15', '4946', null, null, '1750000038000', '1750000040000', '1750000040000');
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('47', 'encoded', '0197a000-0000-7000-8000-00000000000d', null, 'letter', '3', '1', 'waiting', '1', '4', '2', null, '0', 'false', null, '0', '1', '4', '188', null, null, '1750000031000', '1750000034000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('48', 'encoded', '0197a000-0000-7000-8000-00000000000e', null, 'letter', '3', '1', 'queued', '0', '3', '2', null, '0', 'false', '1750000037000', '0', '1', '3', '86', null, null, '1750000035000', '1750000037000', null);
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('50', 'encoded', '0197a000-0000-7000-8000-000000000010', null, 'trap', '3', '1', 'failed', '0', '2', '6', null, '5', 'true', null, '0', '1', '2', '276', null, null, '1750000041000', '1750000101000', '1750000101000');
insert into pawl.run (no, namespace, id, key, type, definition_version, format, status, epoch, version, fence, worker, claims, recovered, ready_at, inbox, unsent_from, unsent_to, bytes, parent_run_id, parent_version, created_at, updated_at, finished_at) overriding system value values ('51', 'encoded', '0197a000-0000-7000-8000-000000000011', null, 'trap', '3', '1', 'running', '0', '1', '1', 'gone', '1', 'false', null, '0', '1', '1', '18', null, null, '1750000112000', '1750000113000', null);
delete from pawl.worker;
insert into pawl.worker (namespace, id, lease_until) overriding system value values ('default', 'anna', '1750003629000');
insert into pawl.worker (namespace, id, lease_until) overriding system value values ('default', 'gone', '1750000114000');
insert into pawl.worker (namespace, id, lease_until) overriding system value values ('o''neill & 100% "sons"', 'anna', '1750003629000');
insert into pawl.worker (namespace, id, lease_until) overriding system value values ('o''neill & 100% "sons"', 'gone', '1750000114000');
insert into pawl.worker (namespace, id, lease_until) overriding system value values ('encoded', 'anna', '1750003629000');
insert into pawl.worker (namespace, id, lease_until) overriding system value values ('encoded', 'gone', '1750000114000');
select setval('pawl.run_no_seq', 51);
select setval('pawl.pulse', 342);
commit;
