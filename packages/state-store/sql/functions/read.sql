-- read(namespace, op) -> JSON. The one way in for everything that reads; no lock but the one that `runs` names. It runs
-- with the rights of the schema's owner (see `write`).
--
-- {op: 'now'} -> number
-- {op: 'run', runId} -> run | null
-- {op: 'runs', …} -> [run]            see `read_runs`
-- {op: 'entries', runId, …} -> [entry] | null     see `read_entries`
-- {op: 'inbox', runId, after, maxBytes} -> [message] | null
-- {op: 'unsent', idleMs, limit, runId, maxBytes} -> [{run, entries}]
-- {op: 'logs', …} -> [line]           see `read_logs`
-- {op: 'samples', …} -> [sample]
-- {op: 'output', runId, after, limit, maxBytes} -> [chunk] | null     see `read_output`
-- {op: 'schema'} -> [{id, name, checksum}]     the migrations that made this schema, by number
-- {op: 'timers' | 'newest' | 'finished' | 'sizes', …}     see `read_timers`, `read_newest`, `read_finished`, `read_sizes`
-- {op: 'parked'} -> [{waits_for, runs, next_at}]     see `read_parked`
-- {op: 'backlog', prefix} -> {at, parts}     see `read_backlog`
-- {op: 'metrics', …} -> {runs, steps, next}     see `read_metrics`
-- {op: 'cell', key} -> cell | null
-- {op: 'cells', prefix, limit, after | null} -> [cell with its key] by key
-- {op: 'agent' | 'agents' | 'schedule' | 'schedules' | 'due', …}     see `read_shared`
--
-- Where there is a `maxBytes`, the answer ends with the first item that reaches it, counted in UTF-8 bytes of payloads
-- and metadata; the caller asks for the rest. Without one it has no such bound.

create or replace function pawl.read(p_namespace text, p_op jsonb) returns json
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_op text := p_op ->> 'op';
  v_no bigint;
begin
  if v_op = 'now' then
    return to_json(pawl.now_ms());
  elsif v_op = 'schema' then
    return (
      select coalesce(json_agg(json_build_object('id', id, 'name', name, 'checksum', checksum) order by id), '[]')
      from pawl.migration
    );
  elsif v_op = 'runs' then
    return pawl.read_runs(p_namespace, p_op);
  elsif v_op = 'unsent' then
    return pawl.read_unsent(p_namespace, p_op);
  elsif v_op in ('agent', 'agents', 'schedule', 'schedules', 'due') then
    return pawl.read_shared(p_namespace, p_op);
  elsif v_op = 'cell' then
    return pawl.read_cell(p_namespace, p_op ->> 'key');
  elsif v_op = 'cells' then
    return pawl.read_cells(p_namespace, p_op);
  elsif v_op = 'parked' then
    return pawl.read_parked(p_namespace);
  elsif v_op = 'timers' then
    return pawl.read_timers(p_namespace, p_op);
  elsif v_op = 'backlog' then
    return pawl.read_backlog(p_namespace, p_op);
  elsif v_op = 'newest' then
    return pawl.read_newest(p_namespace, p_op);
  elsif v_op = 'finished' then
    return pawl.read_finished(p_namespace, p_op);
  elsif v_op = 'sizes' then
    return pawl.read_sizes();
  elsif v_op = 'metrics' then
    return pawl.read_metrics(p_namespace, p_op);
  elsif v_op = 'logs' then
    return pawl.read_logs(p_namespace, p_op);
  elsif v_op = 'samples' then
    return pawl.read_samples(p_namespace, p_op);
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
  elsif v_op = 'output' then
    return pawl.read_output(v_no, p_op);
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
    'created_at', p_run.created_at, 'updated_at', p_run.updated_at, 'finished_at', p_run.finished_at,
    'compacted_at', p_run.compacted_at, 'waits_for', p_run.waits_for
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
  -- Without another list to look in, the list of all runs: see its index.
  v_where text := case when coalesce(p_op ->> 'type', p_op ->> 'key', p_op ->> 'statuses') is null
    then 'namespace collate "POSIX" = $1' else 'namespace = $1' end;
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

-- read_entries(run_no | null, op {from, to, since, until, kinds, limit, maxBytes}) -> [entry] by version, or null for
-- no run.

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
  -- Where the answer has to end, found by lengths alone: a row taken whole is read wholly, megabytes of it.
  if p_op ->> 'maxBytes' is not null then
    v_where := v_where || format(
      ' and version <= (
         select max(version) from (
           select version, sum(bytes) over (order by version rows between unbounded preceding and 1 preceding) as before
           from (
             select version, octet_length(payload)::bigint + octet_length(meta) as bytes
             from pawl.entry where %s order by version limit $7
           ) sizes
         ) sums
         where before is null or before < $8
       )', v_where
    );
  end if;
  execute format(
    'select coalesce(json_agg(pawl.entry_json(one) order by version), ''[]'') from (
       select entry as one, version from pawl.entry where %s order by version limit $7
     ) page',
    v_where
  ) into v_rows using
    p_run_no, (p_op ->> 'from')::bigint, (p_op ->> 'to')::bigint, (p_op ->> 'since')::numeric,
    (p_op ->> 'until')::numeric, array(select jsonb_array_elements_text(p_op -> 'kinds')
                                       where jsonb_typeof(p_op -> 'kinds') = 'array'),
    (p_op ->> 'limit')::bigint, (p_op ->> 'maxBytes')::bigint;
  return v_rows;
end
$$;

-- read_inbox(run_no | null, op {after, maxBytes}) -> [message] by number, or null for no run.

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
    from (
      select *, sum(octet_length(payload)) over (
        order by seq rows between unbounded preceding and 1 preceding
      ) as before
      from pawl.inbox where run_no = p_run_no and seq > (p_op ->> 'after')::bigint
    ) mail
    where before is null or p_op ->> 'maxBytes' is null or before < (p_op ->> 'maxBytes')::bigint
  );
end
$$;

-- read_unsent(op {idleMs, limit, runId, maxBytes}) -> [{run, entries}]: runs whose lifecycle messages nobody confirmed
-- and that nobody wrote to for a while, with those entries; with runId only that one.

create or replace function pawl.read_unsent(p_namespace text, p_op jsonb) returns json
language plpgsql as $$
declare
  v_before bigint := pawl.now_ms() - (p_op ->> 'idleMs')::bigint;
  v_room bigint := (p_op ->> 'maxBytes')::bigint;
  v_found json[] := '{}';
  v_run pawl.run;
  v_entries json;
begin
  for v_run in
    select * from pawl.run
    where namespace = p_namespace and unsent_from is not null and updated_at <= v_before
      and (p_op ->> 'runId' is null or id = p_op ->> 'runId')
    order by no limit (p_op ->> 'limit')::bigint
  loop
    select coalesce(json_agg(pawl.entry_json(entry) order by version), '[]') into v_entries from pawl.entry
    where run_no = v_run.no and version >= v_run.unsent_from
      and kind in ('started', 'completed', 'failed', 'cancelled', 'resumed', 'rolled_back');
    v_found := v_found || json_build_object('run', pawl.run_json(v_run), 'entries', v_entries);
    v_room := v_room - octet_length(v_entries::text);
    exit when v_room <= 0;
  end loop;
  return to_json(v_found);
end
$$;

-- read_pulse() -> a number that has moved if another process may have written. A hint: it moves shortly before the
-- write can be seen.

create or replace function pawl.read_pulse() returns bigint
language sql volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
  select last_value from pawl.pulse
$$;
