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
                          recovered = false, ready_at = null, waits_for = null, updated_at = p_now
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
  update pawl.run set status = 'failed', worker = null, fence = fence + 1, ready_at = null, waits_for = null,
                      version = v_version,
                      unsent_from = coalesce(unsent_from, v_version), unsent_to = v_version, bytes = bytes + v_bytes,
                      updated_at = p_now, finished_at = p_now
  where no = p_run.no;
end
$$;
