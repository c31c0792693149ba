-- step_results: every outcome of a step that was recorded, rolled-back ones too. The others stand on it.
--
-- `offset 0` keeps the planner from taking the metadata apart once for each column.

create or replace view pawl.step_results as
select
  r.namespace, r.id as run_id, r.type, e.version, e.epoch, e.step,
  pawl.text_of(m.meta -> 'agent') as agent,
  case e.kind when 'step_completed' then 'completed' else 'failed' end as status,
  e.at - coalesce(pawl.whole_of(m.meta -> 'durationMs'), 0) as started_at,
  e.at,
  pawl.whole_of(m.meta -> 'durationMs') as duration_ms,
  pawl.whole_of(m.meta -> 'attempts') as attempts,
  pawl.whole_of(m.meta -> 'tokens') as tokens,
  r.epoch = 0 or pawl.on_line(r.no, r.version, e.version) as on_line,
  e.version <= coalesce(r.parent_version, 0) as inherited,
  case e.kind when 'step_completed' then pawl.json_of(e.payload) end as output,
  case e.kind when 'step_failed' then pawl.json_of(e.payload) end as error,
  case e.kind when 'step_failed' then pawl.text_of(pawl.parts_of(e.payload) -> 'message') end as error_message,
  case e.kind when 'step_failed' then pawl.text_of(pawl.parts_of(e.payload) -> 'code') end as error_code
from pawl.entry e
join pawl.run r on r.no = e.run_no
cross join lateral (select pawl.meta_of(e.meta) as meta offset 0) m
where e.kind in ('step_completed', 'step_failed');
