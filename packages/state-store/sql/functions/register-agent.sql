-- register_agent(op {name, metadata}) -> agent. Makes an agent known, or seen again; other metadata raises its revision.
-- Whether it is enabled stays as it was.
-- Locks: `write` holds the lock of the agent's name; then its row.

create or replace function pawl.register_agent(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_agent pawl.agent;
begin
  update pawl.agent set seen_at = p_now
  where namespace = p_namespace and name = p_op ->> 'name' returning * into v_agent;
  if not found then
    insert into pawl.agent (namespace, name, metadata, enabled, registered_at, changed_at, seen_at)
    values (p_namespace, p_op ->> 'name', p_op ->> 'metadata', true, p_now, p_now, p_now) returning * into v_agent;
  elsif v_agent.metadata <> p_op ->> 'metadata' then
    update pawl.agent set metadata = p_op ->> 'metadata', revision = default, changed_at = p_now
    where namespace = p_namespace and name = p_op ->> 'name' returning * into v_agent;
  end if;
  return pawl.agent_json(v_agent);
end
$$;

-- enable_agent(op {name, enabled, reason | null}) -> agent | null. A change raises its revision.
-- Locks: as register_agent.

create or replace function pawl.enable_agent(p_namespace text, p_op jsonb, p_now bigint) returns jsonb
language plpgsql as $$
declare
  v_agent pawl.agent;
begin
  update pawl.agent set enabled = (p_op ->> 'enabled')::boolean, reason = p_op ->> 'reason', revision = default,
                        changed_at = p_now
  where namespace = p_namespace and name = p_op ->> 'name'
    and (enabled <> (p_op ->> 'enabled')::boolean or reason is distinct from p_op ->> 'reason');
  select * into v_agent from pawl.agent where namespace = p_namespace and name = p_op ->> 'name';
  return pawl.agent_json(v_agent);
end
$$;

-- remove_agent(op {name}) -> null. Forgets an agent.
-- Locks: as register_agent.

create or replace function pawl.remove_agent(p_namespace text, p_op jsonb) returns jsonb
language plpgsql as $$
begin
  delete from pawl.agent where namespace = p_namespace and name = p_op ->> 'name';
  return null;
end
$$;

-- agent_json(agent) -> the agent as a read answers it; null for none.

create or replace function pawl.agent_json(p_agent pawl.agent) returns jsonb
language sql stable as $$
  select case when p_agent.name is not null then jsonb_build_object(
    'name', p_agent.name, 'metadata', p_agent.metadata, 'enabled', p_agent.enabled, 'reason', p_agent.reason,
    'revision', p_agent.revision, 'registered_at', p_agent.registered_at, 'changed_at', p_agent.changed_at,
    'seen_at', p_agent.seen_at
  ) end
$$;
