-- open(namespace, openings, now) -> [answer], one for each opening, in their order.
--
-- opening {runId, key, onKey = 'return', type, definitionVersion, readyInMs = 0, claimFor {worker, leaseMs}, entry line}
--   -> {ok: true, runId, created, status, version, epoch, fence | null, at}
--    | {ok: false, reason: 'key_in_use', runId}
--
-- New runs with their `started` entries, claimed at once if asked. Idempotent by id and, as `onKey` says, by key. They get
-- their numbers in the order in which they are asked for. If none has a key, those with an id that nobody has are made as
-- a set; the rest one by one.
-- Locks: the new rows; then the workers' rows, shared. `write` holds the namespace's opening lock, shared.

create or replace function pawl.open(p_namespace text, p_openings jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_made record;
  v_answers jsonb[];
begin
  if not jsonb_path_exists(p_openings, '$[*].key ? (@ != null)') then
    v_made := pawl.open_new(p_namespace, p_openings, p_now);
    for i in 1 .. cardinality(v_made.places) loop
      v_answers[v_made.places[i]] := v_made.answers -> (i - 1);
    end loop;
  end if;
  for i in 1 .. jsonb_array_length(p_openings) loop
    if v_answers[i] is null then
      v_answers[i] := pawl.open_one(p_namespace, p_openings -> (i - 1), p_now);
    end if;
  end loop;
  return to_jsonb(v_answers);
end
$$;

-- open_new(namespace, openings, now) -> (answers, places): opens runs without keys, and tells their places, from 1. It
-- leaves alone what has an id that somebody has; of several with one id it looks at the first.

create or replace function pawl.open_new(
  p_namespace text, p_openings jsonb, p_now bigint, out answers jsonb, out places integer[]
)
language plpgsql as $$
begin
  with asked as (
    select c.*, row_number() over (partition by c.run_id collate "C" order by c.place) as round
    from rows from (
      jsonb_to_recordset(p_openings) as (
        "runId" text, type text, "definitionVersion" text, "readyInMs" bigint, "claimFor" jsonb,
        entry pawl.line
      )
    ) with ordinality as c (run_id, type, definition_version, ready_in_ms, claim_for, entry, place)
  ),
  fresh as materialized (
    select nextval('pawl.run_no_seq') as no, a.*, a.claim_for ->> 'worker' as worker,
           case when a.claim_for is null then 0 else 1 end as fence,
           case when a.claim_for is null then 'queued' else 'running' end as status
    from (
      select * from asked
      where round = 1 and (
        select true from pawl.run where run.namespace = p_namespace and run.id = asked.run_id limit 1
      ) is null
      order by place
    ) a
  ),
  made as (
    insert into pawl.run (
      no, namespace, id, type, definition_version, format, status, version, fence, worker, claims, ready_at,
      unsent_from, unsent_to, bytes, created_at, updated_at
    ) overriding system value
    select no, p_namespace, run_id, type, definition_version, coalesce((entry).format, 1), status, 1, fence, worker,
           fence, case when claim_for is null then p_now + coalesce(ready_in_ms, 0) end, 1, 1,
           octet_length((entry).payload) + coalesce(octet_length((entry).meta), 2), p_now, p_now
    from fresh
  ),
  started as (
    insert into pawl.entry (run_no, at, version, epoch, fence, format, slot, kind, step, hash, payload, meta)
    select no, p_now, 1, 0, fence, coalesce((entry).format, 1), (entry).slot, (entry).kind, (entry).step, (entry).hash,
           (entry).payload, coalesce((entry).meta, '{}')
    from fresh
  ),
  held as (
    select count(pawl.ensure_lease(p_namespace, worker, lease_ms, p_now)) from (
      select distinct on (worker) worker, (claim_for ->> 'leaseMs')::bigint as lease_ms
      from fresh where worker is not null order by worker, place
    ) holders
  )
  select jsonb_agg(jsonb_build_object(
           'ok', true, 'runId', run_id, 'created', true, 'status', status, 'version', 1, 'epoch', 0,
           'fence', case when worker is not null then fence end, 'at', p_now
         ) order by place), coalesce(array_agg(place::integer order by place), '{}')
  into answers, places
  from fresh, held;
end
$$;

-- open_one(namespace, opening, now) -> answer. Who opens the same at the same time waits in the unique index, then finds
-- the other's run.

create or replace function pawl.open_one(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_key text := p_op ->> 'key';
  v_on_key text := coalesce(p_op ->> 'onKey', 'return');
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
        if v_on_key = 'error' then
          return jsonb_build_object('ok', false, 'reason', 'key_in_use', 'runId', v_run.id);
        elsif v_on_key = 'return' or v_run.finished_at is null then
          return pawl.opened(v_run, v_worker, false, p_now);
        end if;
      end if;
    end if;
    insert into pawl.run (
      namespace, id, key, type, definition_version, format, status, version, fence, worker, claims, ready_at,
      unsent_from, unsent_to, bytes, created_at, updated_at
    ) values (
      p_namespace, p_op ->> 'runId', v_key, p_op ->> 'type', p_op ->> 'definitionVersion',
      coalesce((v_entry ->> 'format')::integer, 1), case when v_worker is null then 'queued' else 'running' end, 1,
      v_fence, v_worker, v_fence,
      case when v_worker is null then p_now + coalesce((p_op ->> 'readyInMs')::bigint, 0) end, 1, 1,
      pawl.entry_bytes(v_entry), p_now, p_now
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
