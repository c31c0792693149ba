-- telemetry(op {notBefore | null, logs: [line], samples: [sample]}) -> {ok: true, at | null} | {ok: false, message}
--
-- line {id, agoMs, past, level, message, context, runId, step, agent}, sample {id, agoMs, past, name, value, tags, runId,
-- step, agent}. A row whose id is known is ignored, so a lost answer is asked again safely. What goes wrong is a result:
-- the commits of the same batch must not fail with it.
--
-- How long a call is on its way differs from one to the next: rows of one program would get into disorder. So a row is not
-- given a time before `notBefore`, the `at` of the call before, unless the program said itself how long ago it was (`past`).
-- Locks: only the new rows.

create or replace function pawl.telemetry(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_not_before bigint := coalesce((p_op ->> 'notBefore')::bigint, 0);
begin
  insert into pawl.agent_logs (namespace, id, at, level, message, context, run_id, step, agent)
  select p_namespace, id, pawl.telemetry_time(p_now, "agoMs", past, v_not_before), level, message, context::jsonb, "runId",
         step, agent
  from jsonb_to_recordset(p_op -> 'logs') as line (
    id uuid, "agoMs" bigint, past boolean, level text, message text, context text, "runId" text, step text, agent text
  )
  on conflict (namespace, id) do nothing;
  insert into pawl.metric_samples (namespace, id, at, name, value, tags, run_id, step, agent)
  select p_namespace, id, pawl.telemetry_time(p_now, "agoMs", past, v_not_before), name, value, tags::jsonb, "runId", step,
         agent
  from jsonb_to_recordset(p_op -> 'samples') as sample (
    id uuid, "agoMs" bigint, past boolean, name text, value double precision, tags text, "runId" text, step text, agent text
  )
  on conflict (namespace, id) do nothing;
  return jsonb_build_object('ok', true, 'at', (
    select max(pawl.telemetry_time(p_now, "agoMs", past, v_not_before))
    from jsonb_to_recordset((p_op -> 'logs') || (p_op -> 'samples')) as fresh ("agoMs" bigint, past boolean)
    where not past
  ));
exception
  when others then
    return jsonb_build_object('ok', false, 'message', sqlerrm);
end
$$;

-- telemetry_time(now, ago_ms, past, not_before) -> when it was, in the store's time.

create or replace function pawl.telemetry_time(p_now bigint, p_ago_ms bigint, p_past boolean, p_not_before bigint)
returns bigint
language sql immutable as $$
  select case
    when p_past then greatest(p_now - p_ago_ms, 0)
    else least(p_now, greatest(p_now - p_ago_ms, p_not_before))
  end
$$;
