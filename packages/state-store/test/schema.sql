CREATE VIEW agent_events as
select
  namespace, agent, status as event, run_id, type, step, version, attempts as attempt, at, on_line,
  error_message as message, error_code as code
from step_results
where agent is not null and not inherited
union all
select
  r.namespace, case when json_type(e.meta, '$.agent') = 'text' and (instr(replace((e.meta -> '$.agent'), '\\', ''), '\u0000') = 0 and replace((e.meta -> '$.agent'), '\\', '') not glob '*\u[dD][89a-fA-F]*')
    then e.meta ->> '$.agent' end as who, 'attempt_failed', r.id, r.type, e.step, e.version,
  case when f.type = 'object' then case when json_type(f.value, '$.attempt') in ('integer', 'real')
    and f.value ->> '$.attempt' between -9007199254740991 and 9007199254740991
    then cast(f.value ->> '$.attempt' as integer) end end, e.at, (r.epoch = 0 or exists (
    with recursive line (high, low) as (
      select r.version, (
        select max(version) from entry where run_no = r.no and kind = 'rolled_back' and version <= r.version
      )
      union all
      select min(coalesce(case when json_type(b.meta, '$.toVersion') in ('integer', 'real')
    and b.meta ->> '$.toVersion' between -9007199254740991 and 9007199254740991
    then cast(b.meta ->> '$.toVersion' as integer) end, 0), b.version - 1), (
        select max(version) from entry where run_no = r.no and kind = 'rolled_back' and version <= min(coalesce(case when json_type(b.meta, '$.toVersion') in ('integer', 'real')
    and b.meta ->> '$.toVersion' between -9007199254740991 and 9007199254740991
    then cast(b.meta ->> '$.toVersion' as integer) end, 0), b.version - 1)
      )
      from line join entry b on b.run_no = r.no and b.version = line.low
    )
    select 1 from line where e.version between coalesce(low, 1) and high
  )),
  case when f.type = 'object' then case when json_type(f.value, '$.message') = 'text' and (instr(replace((f.value -> '$.message'), '\\', ''), '\u0000') = 0 and replace((f.value -> '$.message'), '\\', '') not glob '*\u[dD][89a-fA-F]*')
    then f.value ->> '$.message' end end,
  case when f.type = 'object' then case when json_type(f.value, '$.code') = 'text' and (instr(replace((f.value -> '$.code'), '\\', ''), '\u0000') = 0 and replace((f.value -> '$.code'), '\\', '') not glob '*\u[dD][89a-fA-F]*')
    then f.value ->> '$.code' end end
from entry e
join run r on r.no = e.run_no
join json_each(case when json_type(e.meta, '$.errors') = 'array' then e.meta -> '$.errors' end) f
where e.kind in ('step_completed', 'step_failed') and not (e.version <= coalesce(r.parent_version, 0)) and who is not null;

CREATE VIEW agent_health as
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
    max(case when place = (measured * 50 + 99) / 100 then duration_ms end) as p50,
    max(case when place = (measured * 95 + 99) / 100 then duration_ms end) as p95,
    max(case when place = (measured * 99 + 99) / 100 then duration_ms end) as p99,
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

CREATE VIEW agent_results as
select
  namespace, agent, run_id, type, step, version, epoch, status, started_at, at, duration_ms, attempts, tokens, on_line,
  output, error, error_message, error_code
from step_results
where agent is not null and not inherited;

CREATE VIEW metrics_minutely as
select
  namespace, minute, subject, name, count, failed, cast(count as real) / 60 as rate, mean, p50, p95, p99, tokens
from (
  select
    *,
    row_number() over sorted as place,
    nth_value(value, max(1, (measured * 50 + 99) / 100)) over sorted as p50,
    nth_value(value, max(1, (measured * 95 + 99) / 100)) over sorted as p95,
    nth_value(value, max(1, (measured * 99 + 99) / 100)) over sorted as p99
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
        case s.subject when 'agent' then case when json_type(e.meta, '$.agent') = 'text' and (instr(replace((e.meta -> '$.agent'), '\\', ''), '\u0000') = 0 and replace((e.meta -> '$.agent'), '\\', '') not glob '*\u[dD][89a-fA-F]*')
    then e.meta ->> '$.agent' end else r.type end as name,
        e.kind in ('failed', 'step_failed') as failed,
        case s.subject when 'workflow' then e.at - r.created_at else case when json_type(e.meta, '$.durationMs') in ('integer', 'real')
    and e.meta ->> '$.durationMs' between -9007199254740991 and 9007199254740991
    then cast(e.meta ->> '$.durationMs' as integer) end end as value,
        case s.subject when 'workflow' then null else case when json_type(e.meta, '$.tokens') in ('integer', 'real')
    and e.meta ->> '$.tokens' between -9007199254740991 and 9007199254740991
    then cast(e.meta ->> '$.tokens' as integer) end end as tokens
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

CREATE VIEW run_timeline as
select
  r.namespace, r.id as run_id, r.type, 'journal' as source, e.version as place, e.kind as event, e.step as name,
  case when json_type(e.meta, '$.agent') = 'text' and (instr(replace((e.meta -> '$.agent'), '\\', ''), '\u0000') = 0 and replace((e.meta -> '$.agent'), '\\', '') not glob '*\u[dD][89a-fA-F]*')
    then e.meta ->> '$.agent' end as agent,
  e.at - coalesce(case when json_type(e.meta, '$.durationMs') in ('integer', 'real')
    and e.meta ->> '$.durationMs' between -9007199254740991 and 9007199254740991
    then cast(e.meta ->> '$.durationMs' as integer) end, 0) as started_at,
  e.at,
  e.at - r.created_at as offset_ms,
  case when json_type(e.meta, '$.durationMs') in ('integer', 'real')
    and e.meta ->> '$.durationMs' between -9007199254740991 and 9007199254740991
    then cast(e.meta ->> '$.durationMs' as integer) end as duration_ms,
  case when json_type(e.meta, '$.attempts') in ('integer', 'real')
    and e.meta ->> '$.attempts' between -9007199254740991 and 9007199254740991
    then cast(e.meta ->> '$.attempts' as integer) end as attempts,
  case when json_type(e.meta, '$.tokens') in ('integer', 'real')
    and e.meta ->> '$.tokens' between -9007199254740991 and 9007199254740991
    then cast(e.meta ->> '$.tokens' as integer) end as tokens,
  case when e.kind in ('step_failed', 'failed', 'cancelled') then case when json_valid(e.payload) then case when json_type(e.payload, '$.message') = 'text' and (instr(replace((e.payload -> '$.message'), '\\', ''), '\u0000') = 0 and replace((e.payload -> '$.message'), '\\', '') not glob '*\u[dD][89a-fA-F]*')
    then e.payload ->> '$.message' end end end as error_message,
  case when e.kind in ('step_failed', 'failed', 'cancelled') then case when json_valid(e.payload) then case when json_type(e.payload, '$.code') = 'text' and (instr(replace((e.payload -> '$.code'), '\\', ''), '\u0000') = 0 and replace((e.payload -> '$.code'), '\\', '') not glob '*\u[dD][89a-fA-F]*')
    then e.payload ->> '$.code' end end end as error_code,
  (r.epoch = 0 or exists (
    with recursive line (high, low) as (
      select r.version, (
        select max(version) from entry where run_no = r.no and kind = 'rolled_back' and version <= r.version
      )
      union all
      select min(coalesce(case when json_type(b.meta, '$.toVersion') in ('integer', 'real')
    and b.meta ->> '$.toVersion' between -9007199254740991 and 9007199254740991
    then cast(b.meta ->> '$.toVersion' as integer) end, 0), b.version - 1), (
        select max(version) from entry where run_no = r.no and kind = 'rolled_back' and version <= min(coalesce(case when json_type(b.meta, '$.toVersion') in ('integer', 'real')
    and b.meta ->> '$.toVersion' between -9007199254740991 and 9007199254740991
    then cast(b.meta ->> '$.toVersion' as integer) end, 0), b.version - 1)
      )
      from line join entry b on b.run_no = r.no and b.version = line.low
    )
    select 1 from line where e.version between coalesce(low, 1) and high
  )) as on_line,
  (e.version <= coalesce(r.parent_version, 0)) as inherited
from entry e
join run r on r.no = e.run_no
union all
select
  r.namespace, r.id, r.type, 'inbox', i.seq, case i.kind when 'signal' then 'signal_sent' else 'cancel_requested' end,
  i.name, null, i.at, i.at, i.at - r.created_at, null, null, null, null, null, 1, i.at < r.created_at
from inbox i
join run r on r.no = i.run_no;

CREATE VIEW step_results as
select
  r.namespace, r.id as run_id, r.type, e.version, e.epoch, e.step,
  case when json_type(e.meta, '$.agent') = 'text' and (instr(replace((e.meta -> '$.agent'), '\\', ''), '\u0000') = 0 and replace((e.meta -> '$.agent'), '\\', '') not glob '*\u[dD][89a-fA-F]*')
    then e.meta ->> '$.agent' end as agent,
  case e.kind when 'step_completed' then 'completed' else 'failed' end as status,
  e.at - coalesce(case when json_type(e.meta, '$.durationMs') in ('integer', 'real')
    and e.meta ->> '$.durationMs' between -9007199254740991 and 9007199254740991
    then cast(e.meta ->> '$.durationMs' as integer) end, 0) as started_at,
  e.at,
  case when json_type(e.meta, '$.durationMs') in ('integer', 'real')
    and e.meta ->> '$.durationMs' between -9007199254740991 and 9007199254740991
    then cast(e.meta ->> '$.durationMs' as integer) end as duration_ms,
  case when json_type(e.meta, '$.attempts') in ('integer', 'real')
    and e.meta ->> '$.attempts' between -9007199254740991 and 9007199254740991
    then cast(e.meta ->> '$.attempts' as integer) end as attempts,
  case when json_type(e.meta, '$.tokens') in ('integer', 'real')
    and e.meta ->> '$.tokens' between -9007199254740991 and 9007199254740991
    then cast(e.meta ->> '$.tokens' as integer) end as tokens,
  (r.epoch = 0 or exists (
    with recursive line (high, low) as (
      select r.version, (
        select max(version) from entry where run_no = r.no and kind = 'rolled_back' and version <= r.version
      )
      union all
      select min(coalesce(case when json_type(b.meta, '$.toVersion') in ('integer', 'real')
    and b.meta ->> '$.toVersion' between -9007199254740991 and 9007199254740991
    then cast(b.meta ->> '$.toVersion' as integer) end, 0), b.version - 1), (
        select max(version) from entry where run_no = r.no and kind = 'rolled_back' and version <= min(coalesce(case when json_type(b.meta, '$.toVersion') in ('integer', 'real')
    and b.meta ->> '$.toVersion' between -9007199254740991 and 9007199254740991
    then cast(b.meta ->> '$.toVersion' as integer) end, 0), b.version - 1)
      )
      from line join entry b on b.run_no = r.no and b.version = line.low
    )
    select 1 from line where e.version between coalesce(low, 1) and high
  )) as on_line,
  (e.version <= coalesce(r.parent_version, 0)) as inherited,
  case e.kind when 'step_completed' then case when json_valid(e.payload) and (instr(replace(e.payload, '\\', ''), '\u0000') = 0 and replace(e.payload, '\\', '') not glob '*\u[dD][89a-fA-F]*') then e.payload end end as output,
  case e.kind when 'step_failed' then case when json_valid(e.payload) and (instr(replace(e.payload, '\\', ''), '\u0000') = 0 and replace(e.payload, '\\', '') not glob '*\u[dD][89a-fA-F]*') then e.payload end end as error,
  case e.kind when 'step_failed' then case when json_valid(e.payload) then case when json_type(e.payload, '$.message') = 'text' and (instr(replace((e.payload -> '$.message'), '\\', ''), '\u0000') = 0 and replace((e.payload -> '$.message'), '\\', '') not glob '*\u[dD][89a-fA-F]*')
    then e.payload ->> '$.message' end end end as error_message,
  case e.kind when 'step_failed' then case when json_valid(e.payload) then case when json_type(e.payload, '$.code') = 'text' and (instr(replace((e.payload -> '$.code'), '\\', ''), '\u0000') = 0 and replace((e.payload -> '$.code'), '\\', '') not glob '*\u[dD][89a-fA-F]*')
    then e.payload ->> '$.code' end end end as error_code
from entry e
join run r on r.no = e.run_no
where e.kind in ('step_completed', 'step_failed');

CREATE VIEW store_time as
select coalesce(now, cast(unixepoch('subsec') * 1000 as integer)) as now from clock where one = 1;

CREATE VIEW tasks as
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

CREATE VIEW workflow_events as
select
  r.namespace, r.id as run_id, r.type, e.version, e.epoch, e.fence, e.kind, e.step,
  case when json_type(e.meta, '$.agent') = 'text' and (instr(replace((e.meta -> '$.agent'), '\\', ''), '\u0000') = 0 and replace((e.meta -> '$.agent'), '\\', '') not glob '*\u[dD][89a-fA-F]*')
    then e.meta ->> '$.agent' end as agent,
  e.at,
  (r.epoch = 0 or exists (
    with recursive line (high, low) as (
      select r.version, (
        select max(version) from entry where run_no = r.no and kind = 'rolled_back' and version <= r.version
      )
      union all
      select min(coalesce(case when json_type(b.meta, '$.toVersion') in ('integer', 'real')
    and b.meta ->> '$.toVersion' between -9007199254740991 and 9007199254740991
    then cast(b.meta ->> '$.toVersion' as integer) end, 0), b.version - 1), (
        select max(version) from entry where run_no = r.no and kind = 'rolled_back' and version <= min(coalesce(case when json_type(b.meta, '$.toVersion') in ('integer', 'real')
    and b.meta ->> '$.toVersion' between -9007199254740991 and 9007199254740991
    then cast(b.meta ->> '$.toVersion' as integer) end, 0), b.version - 1)
      )
      from line join entry b on b.run_no = r.no and b.version = line.low
    )
    select 1 from line where e.version between coalesce(low, 1) and high
  )) as on_line,
  (e.version <= coalesce(r.parent_version, 0)) as inherited,
  case when json_type(e.meta, '$.reason') = 'text' and (instr(replace((e.meta -> '$.reason'), '\\', ''), '\u0000') = 0 and replace((e.meta -> '$.reason'), '\\', '') not glob '*\u[dD][89a-fA-F]*')
    then e.meta ->> '$.reason' end as reason,
  case when json_type(e.meta, '$.toVersion') in ('integer', 'real')
    and e.meta ->> '$.toVersion' between -9007199254740991 and 9007199254740991
    then cast(e.meta ->> '$.toVersion' as integer) end as to_version,
  case when json_valid(e.payload) and (instr(replace(e.payload, '\\', ''), '\u0000') = 0 and replace(e.payload, '\\', '') not glob '*\u[dD][89a-fA-F]*') then e.payload end as payload,
  case when json_valid(e.meta) and (instr(replace(e.meta, '\\', ''), '\u0000') = 0 and replace(e.meta, '\\', '') not glob '*\u[dD][89a-fA-F]*') then e.meta end as meta
from entry e
join run r on r.no = e.run_no;

CREATE VIEW workflow_states as
select
  r.namespace, r.id as run_id, r.type, r.definition_version, r.key, r.status, r.version, r.epoch, r.worker,
  (
    select e.step from entry e
    where e.run_no = r.no and e.version <= r.version and e.step is not null and e.kind <> 'timer_set' and (r.epoch = 0 or exists (
    with recursive line (high, low) as (
      select r.version, (
        select max(version) from entry where run_no = r.no and kind = 'rolled_back' and version <= r.version
      )
      union all
      select min(coalesce(case when json_type(b.meta, '$.toVersion') in ('integer', 'real')
    and b.meta ->> '$.toVersion' between -9007199254740991 and 9007199254740991
    then cast(b.meta ->> '$.toVersion' as integer) end, 0), b.version - 1), (
        select max(version) from entry where run_no = r.no and kind = 'rolled_back' and version <= min(coalesce(case when json_type(b.meta, '$.toVersion') in ('integer', 'real')
    and b.meta ->> '$.toVersion' between -9007199254740991 and 9007199254740991
    then cast(b.meta ->> '$.toVersion' as integer) end, 0), b.version - 1)
      )
      from line join entry b on b.run_no = r.no and b.version = line.low
    )
    select 1 from line where e.version between coalesce(low, 1) and high
  ))
    order by e.version desc limit 1
  ) as current_step,
  case when r.compacted_at is null then (
    select count(*) from entry e where e.run_no = r.no and e.kind = 'step_completed' and (r.epoch = 0 or exists (
    with recursive line (high, low) as (
      select r.version, (
        select max(version) from entry where run_no = r.no and kind = 'rolled_back' and version <= r.version
      )
      union all
      select min(coalesce(case when json_type(b.meta, '$.toVersion') in ('integer', 'real')
    and b.meta ->> '$.toVersion' between -9007199254740991 and 9007199254740991
    then cast(b.meta ->> '$.toVersion' as integer) end, 0), b.version - 1), (
        select max(version) from entry where run_no = r.no and kind = 'rolled_back' and version <= min(coalesce(case when json_type(b.meta, '$.toVersion') in ('integer', 'real')
    and b.meta ->> '$.toVersion' between -9007199254740991 and 9007199254740991
    then cast(b.meta ->> '$.toVersion' as integer) end, 0), b.version - 1)
      )
      from line join entry b on b.run_no = r.no and b.version = line.low
    )
    select 1 from line where e.version between coalesce(low, 1) and high
  ))
  ) end as steps,
  case when r.compacted_at is null then (
    select count(*) from entry e where e.run_no = r.no and e.kind = 'step_failed' and (r.epoch = 0 or exists (
    with recursive line (high, low) as (
      select r.version, (
        select max(version) from entry where run_no = r.no and kind = 'rolled_back' and version <= r.version
      )
      union all
      select min(coalesce(case when json_type(b.meta, '$.toVersion') in ('integer', 'real')
    and b.meta ->> '$.toVersion' between -9007199254740991 and 9007199254740991
    then cast(b.meta ->> '$.toVersion' as integer) end, 0), b.version - 1), (
        select max(version) from entry where run_no = r.no and kind = 'rolled_back' and version <= min(coalesce(case when json_type(b.meta, '$.toVersion') in ('integer', 'real')
    and b.meta ->> '$.toVersion' between -9007199254740991 and 9007199254740991
    then cast(b.meta ->> '$.toVersion' as integer) end, 0), b.version - 1)
      )
      from line join entry b on b.run_no = r.no and b.version = line.low
    )
    select 1 from line where e.version between coalesce(low, 1) and high
  ))
  ) end as failures,
  case when r.compacted_at is null then (
    select coalesce(sum(case when json_type(e.meta, '$.tokens') in ('integer', 'real')
    and e.meta ->> '$.tokens' between -9007199254740991 and 9007199254740991
    then cast(e.meta ->> '$.tokens' as integer) end), 0) from entry e
    where e.run_no = r.no and e.version > coalesce(r.parent_version, 0)
  ) end as tokens,
  (
    select case when json_valid(e.payload) and (instr(replace(e.payload, '\\', ''), '\u0000') = 0 and replace(e.payload, '\\', '') not glob '*\u[dD][89a-fA-F]*') then e.payload end from entry e where e.run_no = r.no and e.kind = 'started' and e.version = 1
  ) as input,
  coalesce((
    select case when json_valid(e.payload) and (instr(replace(e.payload, '\\', ''), '\u0000') = 0 and replace(e.payload, '\\', '') not glob '*\u[dD][89a-fA-F]*') then e.payload end -> '$.results' from entry e
    where e.run_no = r.no and e.version = r.version - 1 and e.kind = 'compacted'
  ), (
    select coalesce(json_group_object(step, json(payload)), '{}') from (
      select e.step, case when json_valid(e.payload) and (instr(replace(e.payload, '\\', ''), '\u0000') = 0 and replace(e.payload, '\\', '') not glob '*\u[dD][89a-fA-F]*') then e.payload end as payload,
             row_number() over (partition by e.step order by e.version desc) as place
      from entry e
      where e.run_no = r.no and e.kind in ('step_completed', 'signal_received') and e.step is not null and (r.epoch = 0 or exists (
    with recursive line (high, low) as (
      select r.version, (
        select max(version) from entry where run_no = r.no and kind = 'rolled_back' and version <= r.version
      )
      union all
      select min(coalesce(case when json_type(b.meta, '$.toVersion') in ('integer', 'real')
    and b.meta ->> '$.toVersion' between -9007199254740991 and 9007199254740991
    then cast(b.meta ->> '$.toVersion' as integer) end, 0), b.version - 1), (
        select max(version) from entry where run_no = r.no and kind = 'rolled_back' and version <= min(coalesce(case when json_type(b.meta, '$.toVersion') in ('integer', 'real')
    and b.meta ->> '$.toVersion' between -9007199254740991 and 9007199254740991
    then cast(b.meta ->> '$.toVersion' as integer) end, 0), b.version - 1)
      )
      from line join entry b on b.run_no = r.no and b.version = line.low
    )
    select 1 from line where e.version between coalesce(low, 1) and high
  ))
    ) where place = 1
  )) as results,
  (select case when json_valid(e.payload) and (instr(replace(e.payload, '\\', ''), '\u0000') = 0 and replace(e.payload, '\\', '') not glob '*\u[dD][89a-fA-F]*') then e.payload end from entry e where e.run_no = r.no and e.version = r.version and e.kind in ('completed')) as output,
  (select case when json_valid(e.payload) and (instr(replace(e.payload, '\\', ''), '\u0000') = 0 and replace(e.payload, '\\', '') not glob '*\u[dD][89a-fA-F]*') then e.payload end from entry e where e.run_no = r.no and e.version = r.version and e.kind in ('failed', 'cancelled')) as error,
  (select case when json_valid(e.payload) then case when json_type(e.payload, '$.message') = 'text' and (instr(replace((e.payload -> '$.message'), '\\', ''), '\u0000') = 0 and replace((e.payload -> '$.message'), '\\', '') not glob '*\u[dD][89a-fA-F]*')
    then e.payload ->> '$.message' end end from entry e where e.run_no = r.no and e.version = r.version and e.kind in ('failed', 'cancelled')) as error_message,
  (select case when json_valid(e.payload) then case when json_type(e.payload, '$.code') = 'text' and (instr(replace((e.payload -> '$.code'), '\\', ''), '\u0000') = 0 and replace((e.payload -> '$.code'), '\\', '') not glob '*\u[dD][89a-fA-F]*')
    then e.payload ->> '$.code' end end from entry e where e.run_no = r.no and e.version = r.version and e.kind in ('failed', 'cancelled')) as error_code,
  r.created_at, r.updated_at, r.finished_at, r.finished_at - r.created_at as duration_ms, r.ready_at, r.inbox, r.bytes,
  r.parent_run_id, r.parent_version, r.compacted_at
from run r;

CREATE TABLE agent (
  revision integer primary key autoincrement,
  namespace text not null,
  name text not null,
  metadata text not null,
  enabled integer not null check (enabled in (0, 1)),
  reason text,
  registered_at integer not null,
  changed_at integer not null,
  seen_at integer not null,
  unique (namespace, name)
) strict;

CREATE TABLE agent_logs (
  no integer primary key,
  namespace text not null,
  id text not null,
  at integer not null,
  level text not null check (level in ('debug', 'info', 'warn', 'error')),
  message text not null,
  context text,
  run_id text,
  step text,
  agent text,
  unique (namespace, id)
) strict;

CREATE TABLE cell (
  revision integer primary key autoincrement,
  namespace text not null,
  key text not null,
  value text not null,
  at integer not null,
  expires_at integer,
  unique (namespace, key)
) strict;

CREATE TABLE cell_write (
  namespace text not null,
  key text not null,
  id text not null,
  revision integer not null,
  at integer not null,
  primary key (namespace, key, id)
) strict, without rowid;

CREATE TABLE clock (
  one integer primary key check (one = 1),
  now integer
) strict;

CREATE TABLE entry (
  no integer primary key,
  run_no integer not null references run (no),
  version integer not null,
  epoch integer not null,
  fence integer not null,
  kind text not null,
  step text,
  slot integer,
  hash text,
  at integer not null,
  format integer not null,
  payload text not null,
  meta text not null,
  unique (run_no, version)
) strict;

CREATE TABLE inbox (
  run_no integer not null references run (no),
  seq integer not null,
  id text not null,
  kind text not null check (kind in ('signal', 'cancel')),
  name text not null,
  payload text not null,
  at integer not null,
  primary key (run_no, seq)
) strict, without rowid;

CREATE TABLE metric_samples (
  no integer primary key,
  namespace text not null,
  id text not null,
  at integer not null,
  name text not null,
  value real not null,
  tags text,
  run_id text,
  step text,
  agent text,
  unique (namespace, id)
) strict;

CREATE TABLE migration (id integer primary key, name text not null, checksum text not null) strict;

CREATE TABLE output_chunk (
  no integer primary key,
  run_no integer not null references run (no),
  place integer not null,
  at integer not null,
  start integer not null,
  epoch integer not null,
  fence integer not null,
  attempt integer not null,
  step text not null,
  payload text not null,
  unique (run_no, place)
) strict;

CREATE TABLE run (
  no integer primary key autoincrement,
  namespace text not null,
  id text not null,
  key text,
  type text not null,
  definition_version text not null,
  format integer not null,
  status text not null check (status in ('queued', 'running', 'waiting', 'completed', 'failed', 'cancelled')),
  epoch integer not null default 0,
  version integer not null,
  fence integer not null default 0,
  worker text,
  claims integer not null default 0,
  recovered integer not null default 0 check (recovered in (0, 1)),
  ready_at integer,
  inbox integer not null default 0,
  unsent_from integer,
  unsent_to integer,
  bytes integer not null default 0,
  parent_run_id text,
  parent_version integer,
  created_at integer not null,
  updated_at integer not null,
  finished_at integer, compacted_at integer, waits_for text,
  unique (namespace, id)
) strict;

CREATE TABLE schedule (
  namespace text not null,
  id text not null,
  spec text not null,
  type text not null,
  definition_version text not null,
  input text not null,
  paused integer not null default 0 check (paused in (0, 1)),
  next_at integer,
  last_at integer,
  last_run_id text,
  created_at integer not null,
  updated_at integer not null,
  primary key (namespace, id)
) strict;

CREATE TABLE worker (
  namespace text not null,
  id text not null,
  lease_until integer not null,
  primary key (namespace, id)
) strict, without rowid;

CREATE INDEX agent_logs_at on agent_logs (namespace, at, id);

CREATE INDEX agent_logs_run on agent_logs (namespace, run_id, at, id) where run_id is not null;

CREATE INDEX cell_expiring on cell (namespace, expires_at) where expires_at is not null;

CREATE INDEX cell_write_age on cell_write (namespace, at);

CREATE INDEX entry_rolled_back on entry (run_no, version) where kind = 'rolled_back';

CREATE UNIQUE INDEX entry_step on entry (run_no, epoch, slot, step) where slot is not null;

CREATE UNIQUE INDEX inbox_id on inbox (run_no, id);

CREATE INDEX metric_samples_at on metric_samples (namespace, at, id);

CREATE INDEX metric_samples_name on metric_samples (namespace, name, at, id);

CREATE INDEX run_finished on run (namespace, finished_at, no) where finished_at is not null;

CREATE INDEX run_held on run (namespace, worker) where worker is not null;

CREATE INDEX run_key on run (namespace, key, no) where key is not null;

CREATE INDEX run_namespace on run (namespace, no);

CREATE UNIQUE INDEX run_open_key on run (namespace, key) where key is not null and finished_at is null;

CREATE INDEX run_parked on run (namespace, waits_for, no) where waits_for is not null;

CREATE INDEX run_ready on run (namespace, type, definition_version, ready_at) where ready_at is not null;

CREATE INDEX run_status on run (namespace, status, no);

CREATE INDEX run_type on run (namespace, type, no);

CREATE INDEX run_unsent on run (namespace, no) where unsent_from is not null;

CREATE INDEX schedule_due on schedule (namespace, next_at, id) where next_at is not null and paused = 0;
