-- agent_results: every outcome of a step that an agent did, rolled-back ones too. What a fork copied counts in the run
-- that did it.

create or replace view pawl.agent_results as
select
  namespace, agent, run_id, type, step, version, epoch, status, started_at, at, duration_ms, attempts, tokens, on_line,
  output, error, error_message, error_code
from pawl.step_results
where agent is not null and not inherited;
