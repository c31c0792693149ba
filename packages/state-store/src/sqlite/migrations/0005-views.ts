import {
  INHERITED,
  jsonOf,
  lastEntry,
  ON_LINE,
  partOf,
  percentile,
  percentileOver,
  textOf,
  wholeOf,
} from './0005-expressions.ts'

/**
 * What a team asks its database, in SQL: the same names, columns and values as the views of Postgres (`sql/views`), where
 * their comments are. Nothing but views, dropped and made anew: a change of one is a new migration with all of them.
 *
 * SQLite reads malformed JSON as an error of the whole query, so a payload is looked at only after it was found valid. A
 * string with U+0000 or half a surrogate pair, which no text of SQL on Postgres can hold, is null. `\\` goes first: what
 * then looks like an escape is one.
 */

export const views = {
  id: 5,
  name: 'views',
  sql: `
drop view if exists store_time;
drop view if exists workflow_states;
drop view if exists workflow_events;
drop view if exists run_timeline;
drop view if exists tasks;
drop view if exists agent_results;
drop view if exists agent_events;
drop view if exists agent_health;
drop view if exists metrics_minutely;
drop view if exists step_results;

create view store_time as
select coalesce(now, cast(unixepoch('subsec') * 1000 as integer)) as now from clock where one = 1;

create view step_results as
select
  r.namespace, r.id as run_id, r.type, e.version, e.epoch, e.step,
  ${textOf('e.meta', 'agent')} as agent,
  case e.kind when 'step_completed' then 'completed' else 'failed' end as status,
  e.at - coalesce(${wholeOf('e.meta', 'durationMs')}, 0) as started_at,
  e.at,
  ${wholeOf('e.meta', 'durationMs')} as duration_ms,
  ${wholeOf('e.meta', 'attempts')} as attempts,
  ${wholeOf('e.meta', 'tokens')} as tokens,
  ${ON_LINE} as on_line,
  ${INHERITED} as inherited,
  case e.kind when 'step_completed' then ${jsonOf('e.payload')} end as output,
  case e.kind when 'step_failed' then ${jsonOf('e.payload')} end as error,
  case e.kind when 'step_failed' then ${partOf('e.payload', 'message')} end as error_message,
  case e.kind when 'step_failed' then ${partOf('e.payload', 'code')} end as error_code
from entry e
join run r on r.no = e.run_no
where e.kind in ('step_completed', 'step_failed');

create view agent_results as
select
  namespace, agent, run_id, type, step, version, epoch, status, started_at, at, duration_ms, attempts, tokens, on_line,
  output, error, error_message, error_code
from step_results
where agent is not null and not inherited;

create view agent_events as
select
  namespace, agent, status as event, run_id, type, step, version, attempts as attempt, at, on_line,
  error_message as message, error_code as code
from step_results
where agent is not null and not inherited
union all
select
  r.namespace, ${textOf('e.meta', 'agent')} as who, 'attempt_failed', r.id, r.type, e.step, e.version,
  case when f.type = 'object' then ${wholeOf('f.value', 'attempt')} end, e.at, ${ON_LINE},
  case when f.type = 'object' then ${textOf('f.value', 'message')} end,
  case when f.type = 'object' then ${textOf('f.value', 'code')} end
from entry e
join run r on r.no = e.run_no
join json_each(case when json_type(e.meta, '$.errors') = 'array' then e.meta -> '$.errors' end) f
where e.kind in ('step_completed', 'step_failed') and not ${INHERITED} and who is not null;

create view agent_health as
with lately as materialized (
  select namespace, agent, status, at, duration_ms, tokens
  from step_results
  where agent is not null and not inherited and at > (select now from store_time) - 86400000
),
day as (
  select
    namespace, agent,
    max(at) as last_at,
    max(case when status = 'completed' then at end) as last_success_at,
    max(case when status = 'failed' then at end) as last_failure_at
  from lately
  group by namespace, agent
),
hour as (
  select
    namespace, agent,
    count(*) as outcomes,
    count(case when status = 'failed' then 1 end) as failed,
    cast(sum(duration_ms) as real) / nullif(count(duration_ms), 0) as mean,
    ${percentile(50)} as p50,
    ${percentile(95)} as p95,
    ${percentile(99)} as p99,
    sum(tokens) as tokens
  from (
    select
      *,
      row_number() over (partition by namespace, agent order by duration_ms is null, duration_ms) as place,
      count(duration_ms) over (partition by namespace, agent) as measured
    from lately
    where at > (select now from store_time) - 3600000
  )
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
  cast(outcomes - failed as real) / outcomes as success_rate,
  mean, p50, p95, p99,
  coalesce(tokens, 0) as tokens,
  last_at, last_success_at, last_failure_at,
  coalesce(failures, 0) as failures_since_success
from day
left join hour using (namespace, agent)
left join unlucky using (namespace, agent);

create view metrics_minutely as
select
  namespace, minute, subject, name, count, failed, cast(count as real) / 60 as rate, mean, p50, p95, p99, tokens
from (
  select
    *,
    row_number() over sorted as place,
    ${percentileOver(50)} as p50,
    ${percentileOver(95)} as p95,
    ${percentileOver(99)} as p99
  from (
    select
      namespace, minute, subject, name, value,
      count(*) over same as count,
      count(case when failed then 1 end) over same as failed,
      count(value) over same as measured,
      cast(sum(value) over same as real) / nullif(count(value) over same, 0) as mean,
      coalesce(sum(tokens) over same, 0) as tokens
    from (
      select
        r.namespace, e.at - e.at % 60000 as minute, s.subject,
        case s.subject when 'agent' then ${textOf('e.meta', 'agent')} else r.type end as name,
        e.kind in ('failed', 'step_failed') as failed,
        case s.subject when 'workflow' then e.at - r.created_at else ${wholeOf('e.meta', 'durationMs')} end as value,
        case s.subject when 'workflow' then null else ${wholeOf('e.meta', 'tokens')} end as tokens
      from entry e
      join run r on r.no = e.run_no
      cross join (select 'workflow' as subject union all select 'step' union all select 'agent') s
      where e.kind in ('completed', 'failed', 'cancelled', 'step_completed', 'step_failed')
        and (s.subject = 'workflow') = (e.kind in ('completed', 'failed', 'cancelled'))
        and e.version > coalesce(r.parent_version, 0)
    )
    where name is not null
    window same as (partition by namespace, minute, subject, name)
  )
  window sorted as (
    partition by namespace, minute, subject, name order by value is null, value
    rows between unbounded preceding and unbounded following
  )
)
where place = 1;

create view run_timeline as
select
  r.namespace, r.id as run_id, r.type, 'journal' as source, e.version as place, e.kind as event, e.step as name,
  ${textOf('e.meta', 'agent')} as agent,
  e.at - coalesce(${wholeOf('e.meta', 'durationMs')}, 0) as started_at,
  e.at,
  e.at - r.created_at as offset_ms,
  ${wholeOf('e.meta', 'durationMs')} as duration_ms,
  ${wholeOf('e.meta', 'attempts')} as attempts,
  ${wholeOf('e.meta', 'tokens')} as tokens,
  case when e.kind in ('step_failed', 'failed', 'cancelled') then ${partOf('e.payload', 'message')} end as error_message,
  case when e.kind in ('step_failed', 'failed', 'cancelled') then ${partOf('e.payload', 'code')} end as error_code,
  ${ON_LINE} as on_line,
  ${INHERITED} as inherited
from entry e
join run r on r.no = e.run_no
union all
select
  r.namespace, r.id, r.type, 'inbox', i.seq, case i.kind when 'signal' then 'signal_sent' else 'cancel_requested' end,
  i.name, null, i.at, i.at, i.at - r.created_at, null, null, null, null, null, 1, i.at < r.created_at
from inbox i
join run r on r.no = i.run_no;

create view tasks as
select
  namespace, run_id || '/' || step as task_id, run_id, type, step, agent,
  case when on_line then status else 'rolled_back' end as status,
  outcomes, total_attempts as attempts, total_tokens as tokens, total_ms as duration_ms, first_started_at as started_at,
  at, version, output, error, error_message, error_code
from (
  select
    s.*,
    count(*) over work as outcomes,
    sum(attempts) over work as total_attempts,
    coalesce(sum(tokens) over work, 0) as total_tokens,
    sum(duration_ms) over work as total_ms,
    min(started_at) over work as first_started_at,
    row_number() over (partition by namespace, run_id, step order by on_line desc, version desc) as place
  from step_results s
  where agent is not null and not inherited
  window work as (partition by namespace, run_id, step)
)
where place = 1;

create view workflow_events as
select
  r.namespace, r.id as run_id, r.type, e.version, e.epoch, e.fence, e.kind, e.step,
  ${textOf('e.meta', 'agent')} as agent,
  e.at,
  ${ON_LINE} as on_line,
  ${INHERITED} as inherited,
  ${textOf('e.meta', 'reason')} as reason,
  ${wholeOf('e.meta', 'toVersion')} as to_version,
  ${jsonOf('e.payload')} as payload,
  ${jsonOf('e.meta')} as meta
from entry e
join run r on r.no = e.run_no;

create view workflow_states as
select
  r.namespace, r.id as run_id, r.type, r.definition_version, r.key, r.status, r.version, r.epoch, r.worker,
  (
    select e.step from entry e
    where e.run_no = r.no and e.version <= r.version and e.step is not null and e.kind <> 'timer_set' and ${ON_LINE}
    order by e.version desc limit 1
  ) as current_step,
  case when r.compacted_at is null then (
    select count(*) from entry e where e.run_no = r.no and e.kind = 'step_completed' and ${ON_LINE}
  ) end as steps,
  case when r.compacted_at is null then (
    select count(*) from entry e where e.run_no = r.no and e.kind = 'step_failed' and ${ON_LINE}
  ) end as failures,
  case when r.compacted_at is null then (
    select coalesce(sum(${wholeOf('e.meta', 'tokens')}), 0) from entry e
    where e.run_no = r.no and e.version > coalesce(r.parent_version, 0)
  ) end as tokens,
  (
    select ${jsonOf('e.payload')} from entry e where e.run_no = r.no and e.kind = 'started' and e.version = 1
  ) as input,
  coalesce((
    select ${jsonOf('e.payload')} -> '$.results' from entry e
    where e.run_no = r.no and e.version = r.version - 1 and e.kind = 'compacted'
  ), (
    select coalesce(json_group_object(step, json(payload)), '{}') from (
      select e.step, ${jsonOf('e.payload')} as payload,
             row_number() over (partition by e.step order by e.version desc) as place
      from entry e
      where e.run_no = r.no and e.kind in ('step_completed', 'signal_received') and e.step is not null and ${ON_LINE}
    ) where place = 1
  )) as results,
  ${lastEntry(jsonOf('e.payload'), "'completed'")} as output,
  ${lastEntry(jsonOf('e.payload'), "'failed', 'cancelled'")} as error,
  ${lastEntry(partOf('e.payload', 'message'), "'failed', 'cancelled'")} as error_message,
  ${lastEntry(partOf('e.payload', 'code'), "'failed', 'cancelled'")} as error_code,
  r.created_at, r.updated_at, r.finished_at, r.finished_at - r.created_at as duration_ms, r.ready_at, r.inbox, r.bytes,
  r.parent_run_id, r.parent_version, r.compacted_at
from run r;
`,
} as const
