-- agent_health: how every agent does that recorded an outcome in the last 24 hours of the store's time: counts and durations
-- of the last hour, and when it last succeeded and failed. Rolled-back outcomes count, the work was done.

create or replace view pawl.agent_health as
select
  namespace, agent,
  count(*) filter (where recent) as outcomes,
  count(*) filter (where recent and status = 'failed') as failed,
  (count(*) filter (where recent and status = 'completed'))::double precision / nullif(count(*) filter (where recent), 0)
    as success_rate,
  (sum(duration_ms) filter (where recent))::double precision / nullif(count(duration_ms) filter (where recent), 0) as mean,
  percentile_disc(0.5) within group (order by duration_ms) filter (where recent) as p50,
  percentile_disc(0.95) within group (order by duration_ms) filter (where recent) as p95,
  percentile_disc(0.99) within group (order by duration_ms) filter (where recent) as p99,
  coalesce(sum(tokens) filter (where recent), 0)::bigint as tokens,
  max(at) as last_at,
  max(at) filter (where status = 'completed') as last_success_at,
  max(at) filter (where status = 'failed') as last_failure_at,
  count(*) filter (where status = 'failed' and at > coalesce(succeeded_at, -1)) as failures_since_success
from (
  select
    namespace, agent, status, at, duration_ms, tokens,
    at > (select now from pawl.store_time) - 3600000 as recent,
    max(at) filter (where status = 'completed') over (partition by namespace, agent) as succeeded_at
  from pawl.step_results
  where agent is not null and not inherited and at > (select now from pawl.store_time) - 86400000
) lately
group by namespace, agent;
