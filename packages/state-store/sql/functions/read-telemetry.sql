-- read_logs(op {runId, step, agent, levels, since, until, order, limit, after: {at, id}, maxBytes}) -> [line] by (at, id)
-- read_samples(op {…, name instead of levels}) -> [sample]
-- Locks: none. A page is found by an index on time, on the run, or on the name; step, agent and level are looked at on the
-- way.

create or replace function pawl.read_logs(p_namespace text, p_op jsonb) returns json
language plpgsql as $$
declare
  v_where text := pawl.telemetry_where(p_op);
  v_rows json;
begin
  if jsonb_typeof(p_op -> 'levels') = 'array' then v_where := v_where || ' and level = any ($9)'; end if;
  execute format(
    'select coalesce(json_agg(json_build_object(
       ''id'', id, ''at'', at, ''level'', level, ''message'', message, ''context'', context::text, ''run_id'', run_id,
       ''step'', step, ''agent'', agent
     ) order by at %1$s, id %1$s), ''[]'') from (
       select *, sum(octet_length(message) + coalesce(octet_length(context::text), 0)) over (
         order by at %1$s, id %1$s rows between unbounded preceding and 1 preceding
       ) as before
       from (select * from pawl.agent_logs where %2$s order by at %1$s, id %1$s limit $10) found
     ) page
     where $11 is null or before is null or before < $11',
    pawl.telemetry_order(p_op), v_where
  ) into v_rows using
    p_namespace, p_op ->> 'runId', p_op ->> 'step', p_op ->> 'agent', (p_op ->> 'since')::bigint,
    (p_op ->> 'until')::bigint, (p_op #>> '{after,at}')::bigint, (p_op #>> '{after,id}')::uuid,
    array(select jsonb_array_elements_text(p_op -> 'levels') where jsonb_typeof(p_op -> 'levels') = 'array'),
    (p_op ->> 'limit')::bigint, (p_op ->> 'maxBytes')::bigint;
  return v_rows;
end
$$;

create or replace function pawl.read_samples(p_namespace text, p_op jsonb) returns json
language plpgsql as $$
declare
  v_where text := pawl.telemetry_where(p_op);
  v_rows json;
begin
  if p_op ->> 'name' is not null then v_where := v_where || ' and name = $9'; end if;
  execute format(
    'select coalesce(json_agg(json_build_object(
       ''id'', id, ''at'', at, ''name'', name, ''value'', value, ''tags'', tags::text, ''run_id'', run_id, ''step'', step,
       ''agent'', agent
     ) order by at %1$s, id %1$s), ''[]'') from (
       select *, sum(coalesce(octet_length(tags::text), 0)) over (
         order by at %1$s, id %1$s rows between unbounded preceding and 1 preceding
       ) as before
       from (select * from pawl.metric_samples where %2$s order by at %1$s, id %1$s limit $10) found
     ) page
     where $11 is null or before is null or before < $11',
    pawl.telemetry_order(p_op), v_where
  ) into v_rows using
    p_namespace, p_op ->> 'runId', p_op ->> 'step', p_op ->> 'agent', (p_op ->> 'since')::bigint,
    (p_op ->> 'until')::bigint, (p_op #>> '{after,at}')::bigint, (p_op #>> '{after,id}')::uuid, p_op ->> 'name',
    (p_op ->> 'limit')::bigint, (p_op ->> 'maxBytes')::bigint;
  return v_rows;
end
$$;

-- telemetry_where(op) -> the conditions that both have, over $1 to $8.

create or replace function pawl.telemetry_where(p_op jsonb) returns text
language sql immutable as $$
  select 'namespace = $1'
    || case when p_op ->> 'runId' is not null then ' and run_id = $2' else '' end
    || case when p_op ->> 'step' is not null then ' and step = $3' else '' end
    || case when p_op ->> 'agent' is not null then ' and agent = $4' else '' end
    || case when p_op ->> 'since' is not null then ' and at >= $5' else '' end
    || case when p_op ->> 'until' is not null then ' and at < $6' else '' end
    || case
         when p_op #>> '{after,at}' is null then ''
         when p_op ->> 'order' = 'oldest' then ' and (at, id) > ($7, $8)'
         else ' and (at, id) < ($7, $8)'
       end
$$;

-- telemetry_order(op) -> asc | desc.

create or replace function pawl.telemetry_order(p_op jsonb) returns text
language sql immutable as $$
  select case when p_op ->> 'order' = 'oldest' then 'asc' else 'desc' end
$$;
