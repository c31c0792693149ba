-- telemetry(op {logs: [line], samples: [sample]}) -> {ok: true} | {ok: false, message}
--
-- line {id, agoMs, level, message, context, runId, step, agent}, sample {id, agoMs, name, value, tags, runId, step, agent}.
-- A row whose id is known is ignored, so a lost answer is asked again safely. What goes wrong is a result: the commits
-- of the same batch must not fail with it.
-- Locks: only the new rows.

create or replace function pawl.telemetry(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
begin
  insert into pawl.agent_logs (namespace, id, at, level, message, context, run_id, step, agent)
  select p_namespace, id, greatest(p_now - "agoMs", 0), level, message, context::jsonb, "runId", step, agent
  from jsonb_to_recordset(p_op -> 'logs') as line (
    id uuid, "agoMs" bigint, level text, message text, context text, "runId" text, step text, agent text
  )
  on conflict (namespace, id) do nothing;
  insert into pawl.metric_samples (namespace, id, at, name, value, tags, run_id, step, agent)
  select p_namespace, id, greatest(p_now - "agoMs", 0), name, value, tags::jsonb, "runId", step, agent
  from jsonb_to_recordset(p_op -> 'samples') as sample (
    id uuid, "agoMs" bigint, name text, value double precision, tags text, "runId" text, step text, agent text
  )
  on conflict (namespace, id) do nothing;
  return '{"ok": true}';
exception
  when others then
    return jsonb_build_object('ok', false, 'message', sqlerrm);
end
$$;
