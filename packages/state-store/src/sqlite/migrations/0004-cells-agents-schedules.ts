/**
 * Cells, agents and schedules; and the mark of a compacted run.
 *
 * `revision` of a cell and of an agent is the table's own growing number: a change puts a new row in the place of the old
 * one, so a revision never comes back, also after a removal. `cell_write` remembers accepted writes by their ids, for a
 * while. What is due is found by a partial index: paused and ended schedules cost nothing.
 */
export const cellsAgentsSchedules = {
  id: 4,
  name: 'cells-agents-schedules',
  sql: `
alter table run add column compacted_at integer;

create table cell (
  revision integer primary key autoincrement,
  namespace text not null,
  key text not null,
  value text not null,
  at integer not null,
  expires_at integer,
  unique (namespace, key)
) strict;

create index cell_expiring on cell (namespace, expires_at) where expires_at is not null;

create table cell_write (
  namespace text not null,
  key text not null,
  id text not null,
  revision integer not null,
  at integer not null,
  primary key (namespace, key, id)
) strict, without rowid;

create index cell_write_age on cell_write (namespace, at);

create table agent (
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

create table schedule (
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

create index schedule_due on schedule (namespace, next_at, id) where next_at is not null and paused = 0;
`,
} as const
