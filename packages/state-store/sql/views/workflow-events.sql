-- workflow_events: every journal as it is, an entry a row. Shows everything; `on_line` says what counts.

create or replace view pawl.workflow_events as
select
  r.namespace, r.id as run_id, r.type, e.version, e.epoch, e.fence, e.kind, e.step,
  pawl.text_of(m.meta -> 'agent') as agent,
  e.at,
  r.epoch = 0 or pawl.on_line(r.no, r.version, e.version) as on_line,
  e.version <= coalesce(r.parent_version, 0) as inherited,
  pawl.text_of(m.meta -> 'reason') as reason,
  pawl.whole_of(m.meta -> 'toVersion') as to_version,
  pawl.json_of(e.payload) as payload,
  pawl.json_of(e.meta) as meta
from pawl.entry e
join pawl.run r on r.no = e.run_no
cross join lateral (select pawl.meta_of(e.meta) as meta offset 0) m;
