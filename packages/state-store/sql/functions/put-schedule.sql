-- put_schedule(op {id, spec, type, definitionVersion, input, at | null, inMs | null}) -> schedule. Makes a schedule, or
-- changes it: the same spec keeps the next tick, another one sets it.
-- Locks: `write` holds the lock of the schedule's name; then its row.

create or replace function pawl.put_schedule(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_schedule pawl.schedule;
begin
  insert into pawl.schedule as kept (
    namespace, id, spec, type, definition_version, input, next_at, created_at, updated_at
  ) values (
    p_namespace, p_op ->> 'id', p_op ->> 'spec', p_op ->> 'type', p_op ->> 'definitionVersion', p_op ->> 'input',
    coalesce((p_op ->> 'at')::bigint, p_now + (p_op ->> 'inMs')::bigint), p_now, p_now
  ) on conflict (namespace, id) do update set
    type = excluded.type, definition_version = excluded.definition_version, input = excluded.input,
    next_at = case when kept.spec = excluded.spec then kept.next_at else excluded.next_at end,
    spec = excluded.spec, updated_at = excluded.updated_at
  returning * into v_schedule;
  return pawl.schedule_json(v_schedule);
end
$$;

-- pause_schedule(op {id, paused}) -> schedule | null. Keeps its ticks from being due, or no longer.
-- Locks: as put_schedule.

create or replace function pawl.pause_schedule(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_schedule pawl.schedule;
begin
  update pawl.schedule set paused = (p_op ->> 'paused')::boolean, updated_at = p_now
  where namespace = p_namespace and id = p_op ->> 'id' and paused <> (p_op ->> 'paused')::boolean;
  select * into v_schedule from pawl.schedule where namespace = p_namespace and id = p_op ->> 'id';
  return pawl.schedule_json(v_schedule);
end
$$;

-- remove_schedule(op {id}) -> null. Forgets a schedule.
-- Locks: as put_schedule.

create or replace function pawl.remove_schedule(p_namespace text, p_op jsonb) returns jsonb
language plpgsql as $$
begin
  delete from pawl.schedule where namespace = p_namespace and id = p_op ->> 'id';
  return null;
end
$$;

-- schedule_json(schedule) -> the schedule as a read answers it, without the input of its runs; null for none.

create or replace function pawl.schedule_json(p_schedule pawl.schedule) returns jsonb
language sql stable as $$
  select case when p_schedule.id is not null then jsonb_build_object(
    'id', p_schedule.id, 'spec', p_schedule.spec, 'type', p_schedule.type,
    'definition_version', p_schedule.definition_version, 'paused', p_schedule.paused, 'next_at', p_schedule.next_at,
    'last_at', p_schedule.last_at, 'last_run_id', p_schedule.last_run_id, 'created_at', p_schedule.created_at,
    'updated_at', p_schedule.updated_at
  ) end
$$;
