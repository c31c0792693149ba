-- agent_health: how every agent does that recorded an outcome in the last 24 hours of the store's time: counts and durations
-- of the last hour, and when it last succeeded and failed. Rolled-back outcomes count, the work was done.
--
-- One pass over the entries; percentiles sort what they are asked for, so they are asked for the hour alone.

create or replace view pawl.agent_health as
with lately as materialized (
  select namespace, agent, status, at, duration_ms, tokens
  from pawl.step_results
  where agent is not null and not inherited and at > (select now from pawl.store_time) - 86400000
),
day as (
  select
    namespace, agent,
    max(at) as last_at,
    max(at) filter (where status = 'completed') as last_success_at,
    max(at) filter (where status = 'failed') as last_failure_at
  from lately
  group by namespace, agent
),
hour as (
  select
    namespace, agent,
    count(*) as outcomes,
    count(*) filter (where status = 'failed') as failed,
    sum(duration_ms)::double precision / nullif(count(duration_ms), 0) as mean,
    percentile_disc(0.5) within group (order by duration_ms) as p50,
    percentile_disc(0.95) within group (order by duration_ms) as p95,
    percentile_disc(0.99) within group (order by duration_ms) as p99,
    sum(tokens)::bigint as tokens
  from lately
  where at > (select now from pawl.store_time) - 3600000
  group by namespace, agent
),
failure as materialized (
  select namespace, agent, at from lately where status = 'failed'
),
unlucky as (
  select namespace, agent, count(*) as failures
  from failure join day using (namespace, agent)
  where at > coalesce(last_success_at, -1)
  group by namespace, agent
)
select
  namespace, agent,
  coalesce(outcomes, 0) as outcomes,
  coalesce(failed, 0) as failed,
  (outcomes - failed)::double precision / outcomes as success_rate,
  mean, p50, p95, p99,
  coalesce(tokens, 0) as tokens,
  last_at, last_success_at, last_failure_at,
  coalesce(failures, 0) as failures_since_success
from day
left join hour using (namespace, agent)
left join unlucky using (namespace, agent);
