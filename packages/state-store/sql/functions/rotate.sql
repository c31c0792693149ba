-- rotate(op {keepLogsMs | null, keepSamplesMs | null, limit}) -> {logs, samples}: how many rows of each were deleted, the
-- oldest first, `limit` at most. One process at a time: who comes while another is at it deletes nothing and does not wait.
-- Locks: the namespace's rotation lock, tried; then the rows.

create or replace function pawl.rotate(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_limit bigint := (p_op ->> 'limit')::bigint;
  v_logs bigint := 0;
  v_samples bigint := 0;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('pawl rotation ' || p_namespace, 0)) then
    return '{"logs": 0, "samples": 0}';
  end if;
  if p_op ->> 'keepLogsMs' is not null then
    delete from pawl.agent_logs where ctid = any (array(
      select ctid from pawl.agent_logs where namespace = p_namespace and at < p_now - (p_op ->> 'keepLogsMs')::bigint
      order by at, id limit v_limit
    ));
    get diagnostics v_logs = row_count;
  end if;
  if p_op ->> 'keepSamplesMs' is not null then
    delete from pawl.metric_samples where ctid = any (array(
      select ctid from pawl.metric_samples where namespace = p_namespace and at < p_now - (p_op ->> 'keepSamplesMs')::bigint
      order by at, id limit v_limit
    ));
    get diagnostics v_samples = row_count;
  end if;
  return jsonb_build_object('logs', v_logs, 'samples', v_samples);
end
$$;
