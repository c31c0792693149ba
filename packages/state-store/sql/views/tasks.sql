-- tasks: every piece of work that an agent was given, one row for a step of a run, however often it was done: the last
-- outcome that counts. A run that was opened for one agent alone is such a step too.

create or replace view pawl.tasks as
select
  namespace, run_id || '/' || step as task_id, run_id, type, step, agent,
  case when on_line then status else 'rolled_back' end as status,
  outcomes, total_attempts as attempts, total_tokens as tokens, total_ms as duration_ms, first_started_at as started_at,
  at, version, output, error, error_message, error_code
from (
  select
    s.*,
    count(*) over work as outcomes,
    (sum(attempts) over work)::bigint as total_attempts,
    coalesce(sum(tokens) over work, 0)::bigint as total_tokens,
    (sum(duration_ms) over work)::bigint as total_ms,
    min(started_at) over work as first_started_at,
    row_number() over (work order by on_line desc, version desc) as place
  from pawl.step_results s
  where agent is not null and not inherited
  window work as (partition by namespace, run_id, step)
) latest
where place = 1;
