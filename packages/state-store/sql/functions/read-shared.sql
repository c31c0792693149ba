-- read_cell(namespace, key) -> cell | null. One that has expired is not there any more.
-- Locks: none.

create or replace function pawl.read_cell(p_namespace text, p_key text) returns json
language plpgsql as $$
begin
  return (
    select pawl.cell_json(cell) from pawl.cell
    where namespace = p_namespace and key = p_key and (expires_at is null or expires_at > pawl.now_ms())
  );
end
$$;

-- read_cells(namespace, op {prefix, limit, after | null}) -> [cell with its key] by key. A key that begins with the prefix
-- lies between it and what follows it with the last character that there is.
-- Locks: none.

create or replace function pawl.read_cells(p_namespace text, p_op jsonb) returns json
language plpgsql
set enable_sort = off
set enable_incremental_sort = off
as $$
declare
  v_prefix text collate "C" := p_op ->> 'prefix';
begin
  return (
    select coalesce(json_agg(pawl.cell_json(one)::jsonb || jsonb_build_object('key', key) order by key), '[]') from (
      select cell as one, key from pawl.cell
      where namespace = p_namespace and key >= v_prefix and key <= v_prefix || repeat(U&'\+10FFFF', 200)
        and key > coalesce(p_op ->> 'after', '')
        and (expires_at is null or expires_at > pawl.now_ms())
      order by key limit (p_op ->> 'limit')::bigint
    ) page
  );
end
$$;

-- read_shared(namespace, op) -> JSON. Reads agents and schedules.
-- Locks: none.
--
-- {op: 'agent', name} -> agent | null
-- {op: 'agents', enabled | null, seenSince | null, limit, after | null} -> [agent] by name
-- {op: 'schedule', id} -> schedule with its input | null
-- {op: 'schedules', type | null, paused | null, limit, after | null} -> [schedule] by id
-- {op: 'due', withinMs, limit} -> [schedule] by its next tick

create or replace function pawl.read_shared(p_namespace text, p_op jsonb) returns json
language plpgsql
set enable_sort = off
set enable_incremental_sort = off
as $$
declare
  v_limit bigint := (p_op ->> 'limit')::bigint;
  v_until bigint;
begin
  case p_op ->> 'op'
    when 'agent' then
      return (select pawl.agent_json(agent) from pawl.agent where namespace = p_namespace and name = p_op ->> 'name');
    when 'agents' then
      return (
        select coalesce(json_agg(pawl.agent_json(one) order by name), '[]') from (
          select agent as one, name from pawl.agent
          where namespace = p_namespace and name > coalesce(p_op ->> 'after', '')
            and (p_op ->> 'enabled' is null or enabled = (p_op ->> 'enabled')::boolean)
            and (p_op ->> 'seenSince' is null or seen_at >= (p_op ->> 'seenSince')::numeric)
          order by name limit v_limit
        ) page
      );
    when 'schedule' then
      return (
        select pawl.schedule_json(schedule) || jsonb_build_object('input', input) from pawl.schedule
        where namespace = p_namespace and id = p_op ->> 'id'
      );
    when 'schedules' then
      return (
        select coalesce(json_agg(pawl.schedule_json(one) order by id), '[]') from (
          select schedule as one, id from pawl.schedule
          where namespace = p_namespace and id > coalesce(p_op ->> 'after', '')
            and (p_op ->> 'type' is null or type = p_op ->> 'type')
            and (p_op ->> 'paused' is null or paused = (p_op ->> 'paused')::boolean)
          order by id limit v_limit
        ) page
      );
    else
      v_until := pawl.now_ms() + (p_op ->> 'withinMs')::bigint;
      return (
        select coalesce(json_agg(pawl.schedule_json(one) order by next_at, id), '[]') from (
          select schedule as one, next_at, id from pawl.schedule
          where (namespace, next_at) >= (p_namespace, 0) and (namespace, next_at) <= (p_namespace, v_until)
            and next_at is not null and not paused
          order by namespace, next_at, id limit v_limit
        ) page
      );
  end case;
end
$$;
