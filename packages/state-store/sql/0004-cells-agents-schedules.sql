-- Cells, agents and schedules; and the mark of a compacted run. The same tables, columns and words as on SQLite.
--
-- * `revision` of a cell and of an agent is the table's own growing number, drawn anew with each change under the lock of
--   its name, so it never goes back, also after a removal.
-- * `cell_write` remembers accepted writes by their ids, for a while.
-- * What is due is found by a partial index: paused and ended schedules cost nothing.
--
-- Lock order: see `write`. Every operation on a cell, an agent or a schedule holds the lock of its name.

alter table pawl.run add column compacted_at bigint;

create table pawl.cell (
  namespace text collate "C" not null,
  key text collate "C" not null,
  revision bigint generated always as identity,
  at bigint not null,
  expires_at bigint,
  value text not null,
  primary key (namespace, key)
) with (fillfactor = 50);

create index cell_expiring on pawl.cell (namespace, expires_at) where expires_at is not null;

create table pawl.cell_write (
  namespace text collate "C" not null,
  key text collate "C" not null,
  id text collate "C" not null,
  revision bigint not null,
  at bigint not null,
  primary key (namespace, key, id)
);

create index cell_write_age on pawl.cell_write (namespace, at);

create table pawl.agent (
  namespace text collate "C" not null,
  name text collate "C" not null,
  revision bigint generated always as identity,
  enabled boolean not null,
  registered_at bigint not null,
  changed_at bigint not null,
  seen_at bigint not null,
  reason text collate "C",
  metadata text not null,
  primary key (namespace, name)
) with (fillfactor = 50);

create table pawl.schedule (
  namespace text collate "C" not null,
  id text collate "C" not null,
  type text collate "C" not null,
  definition_version text collate "C" not null,
  paused boolean not null default false,
  next_at bigint,
  last_at bigint,
  last_run_id text collate "C",
  created_at bigint not null,
  updated_at bigint not null,
  spec text not null,
  input text not null,
  primary key (namespace, id)
) with (fillfactor = 70);

create index schedule_due on pawl.schedule (namespace, next_at, id) where next_at is not null and not paused;
