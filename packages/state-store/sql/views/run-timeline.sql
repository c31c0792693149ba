-- run_timeline: what happened to a run, journal and mail in one list. Shows everything; `on_line` says what counts.

create or replace view pawl.run_timeline as
select
  r.namespace, r.id as run_id, r.type, 'journal' as source, e.version as place, e.kind as event, e.step as name,
  pawl.text_of(m.meta -> 'agent') as agent,
  e.at - coalesce(pawl.whole_of(m.meta -> 'durationMs'), 0) as started_at,
  e.at,
  e.at - r.created_at as offset_ms,
  pawl.whole_of(m.meta -> 'durationMs') as duration_ms,
  pawl.whole_of(m.meta -> 'attempts') as attempts,
  pawl.whole_of(m.meta -> 'tokens') as tokens,
  case when e.kind in ('step_failed', 'failed', 'cancelled')
    then pawl.text_of(pawl.parts_of(e.payload) -> 'message') end as error_message,
  case when e.kind in ('step_failed', 'failed', 'cancelled')
    then pawl.text_of(pawl.parts_of(e.payload) -> 'code') end as error_code,
  r.epoch = 0 or pawl.on_line(r.no, r.version, e.version) as on_line,
  e.version <= coalesce(r.parent_version, 0) as inherited
from pawl.entry e
join pawl.run r on r.no = e.run_no
cross join lateral (select pawl.meta_of(e.meta) as meta offset 0) m
union all
select
  r.namespace, r.id, r.type, 'inbox', i.seq, case i.kind when 'signal' then 'signal_sent' else 'cancel_requested' end,
  i.name, null, i.at, i.at, i.at - r.created_at, null, null, null, null, null, true, i.at < r.created_at
from pawl.inbox i
join pawl.run r on r.no = i.run_no;
