-- workflow_states: every run as it stands, the line alone. What has to be counted in the journal (`steps`, `failures`,
-- `tokens`, `results`, `current_step`) is counted only for who asks for it. Of a compacted run it is not known any more, but
-- for the results, if they are all that it came to.

create or replace view pawl.workflow_states as
select
  r.namespace, r.id as run_id, r.type, r.definition_version, r.key, r.status, r.version, r.epoch, r.worker,
  (
    select e.step from pawl.entry e
    where e.run_no = r.no and e.version <= r.version and e.step is not null and e.kind <> 'timer_set'
      and (r.epoch = 0 or pawl.on_line(r.no, r.version, e.version))
    order by e.version desc limit 1
  ) as current_step,
  case when r.compacted_at is null then (
    select count(*) from pawl.entry e
    where e.run_no = r.no and e.kind = 'step_completed' and (r.epoch = 0 or pawl.on_line(r.no, r.version, e.version))
  ) end as steps,
  case when r.compacted_at is null then (
    select count(*) from pawl.entry e
    where e.run_no = r.no and e.kind = 'step_failed' and (r.epoch = 0 or pawl.on_line(r.no, r.version, e.version))
  ) end as failures,
  case when r.compacted_at is null then (
    select coalesce(sum(pawl.whole_of(pawl.meta_of(e.meta) -> 'tokens')), 0)::bigint from pawl.entry e
    where e.run_no = r.no and e.version > coalesce(r.parent_version, 0)
  ) end as tokens,
  (
    select pawl.json_of(e.payload) from pawl.entry e where e.run_no = r.no and e.kind = 'started' and e.version = 1
  ) as input,
  coalesce((
    select pawl.json_of(e.payload) -> 'results' from pawl.entry e
    where e.run_no = r.no and e.version = r.version - 1 and e.kind = 'compacted'
  ), (
    select coalesce(jsonb_object_agg(e.step, pawl.json_of(e.payload) order by e.version), '{}') from pawl.entry e
    where e.run_no = r.no and e.kind in ('step_completed', 'signal_received') and e.step is not null
      and (r.epoch = 0 or pawl.on_line(r.no, r.version, e.version))
  )) as results,
  (
    select pawl.json_of(e.payload) from pawl.entry e
    where e.run_no = r.no and e.version = r.version and e.kind = 'completed'
  ) as output,
  (
    select pawl.json_of(e.payload) from pawl.entry e
    where e.run_no = r.no and e.version = r.version and e.kind in ('failed', 'cancelled')
  ) as error,
  (
    select pawl.text_of(pawl.parts_of(e.payload) -> 'message') from pawl.entry e
    where e.run_no = r.no and e.version = r.version and e.kind in ('failed', 'cancelled')
  ) as error_message,
  (
    select pawl.text_of(pawl.parts_of(e.payload) -> 'code') from pawl.entry e
    where e.run_no = r.no and e.version = r.version and e.kind in ('failed', 'cancelled')
  ) as error_code,
  r.created_at, r.updated_at, r.finished_at, r.finished_at - r.created_at as duration_ms, r.ready_at, r.inbox, r.bytes,
  r.parent_run_id, r.parent_version, r.compacted_at
from pawl.run r;
