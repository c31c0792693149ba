-- agent_events: what happened to agents, an attempt that failed included. An attempt has the time of its step's outcome:
-- the journal knows no other.

create or replace view pawl.agent_events as
select
  namespace, agent, status as event, run_id, type, step, version, attempts as attempt, at, on_line,
  error_message as message, error_code as code
from pawl.step_results
where agent is not null and not inherited
union all
select
  r.namespace, pawl.text_of(m.meta -> 'agent'), 'attempt_failed', r.id, r.type, e.step, e.version,
  pawl.whole_of(f.error -> 'attempt'), e.at, r.epoch = 0 or pawl.on_line(r.no, r.version, e.version),
  pawl.text_of(f.error -> 'message'), pawl.text_of(f.error -> 'code')
from pawl.entry e
join pawl.run r on r.no = e.run_no
cross join lateral (select pawl.meta_of(e.meta) as meta offset 0) m
cross join lateral jsonb_array_elements(
  case when jsonb_typeof(m.meta -> 'errors') = 'array' then m.meta -> 'errors' end
) as f (error)
where e.kind in ('step_completed', 'step_failed') and e.version > coalesce(r.parent_version, 0)
  and pawl.text_of(m.meta -> 'agent') is not null;
