-- metrics_minutely: counts and durations by minute, per workflow (runs that ended), per workflow's steps and per agent.
-- Percentiles are the nearest rank: a value that was measured. Rolled-back outcomes count, the work was done; what a fork
-- copied counts in the run that did it.

create or replace view pawl.metrics_minutely as
select
  namespace, minute, subject, name,
  count(*) as count,
  count(*) filter (where failed) as failed,
  count(*)::double precision / 60 as rate,
  sum(value)::double precision / nullif(count(value), 0) as mean,
  percentile_disc(0.5) within group (order by value) as p50,
  percentile_disc(0.95) within group (order by value) as p95,
  percentile_disc(0.99) within group (order by value) as p99,
  coalesce(sum(tokens), 0)::bigint as tokens
from (
  select
    r.namespace, e.at - e.at % 60000 as minute, s.subject, s.name, e.kind in ('failed', 'step_failed') as failed,
    case s.subject when 'workflow' then e.at - r.created_at else pawl.whole_of(m.meta -> 'durationMs') end as value,
    case s.subject when 'workflow' then null else pawl.whole_of(m.meta -> 'tokens') end as tokens
  from pawl.entry e
  join pawl.run r on r.no = e.run_no
  cross join lateral (select pawl.meta_of(e.meta) as meta offset 0) m
  cross join lateral (
    select 'workflow' as subject, r.type as name where e.kind in ('completed', 'failed', 'cancelled')
    union all
    select 'step', r.type where e.kind in ('step_completed', 'step_failed')
    union all
    select 'agent', pawl.text_of(m.meta -> 'agent') where e.kind in ('step_completed', 'step_failed')
  ) s
  where e.kind in ('completed', 'failed', 'cancelled', 'step_completed', 'step_failed')
    and e.version > coalesce(r.parent_version, 0) and s.name is not null
) measured
group by namespace, minute, subject, name;
