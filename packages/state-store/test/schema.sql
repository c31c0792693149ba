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

CREATE TABLE migration (id integer primary key, name text not null, checksum text not null) strict;

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
  finished_at integer, compacted_at integer,
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

CREATE INDEX cell_expiring on cell (namespace, expires_at) where expires_at is not null;

CREATE INDEX cell_write_age on cell_write (namespace, at);

CREATE UNIQUE INDEX entry_step on entry (run_no, epoch, slot, step) where slot is not null;

CREATE UNIQUE INDEX inbox_id on inbox (run_no, id);

CREATE INDEX run_held on run (namespace, worker) where worker is not null;

CREATE INDEX run_key on run (namespace, key, no) where key is not null;

CREATE INDEX run_namespace on run (namespace, no);

CREATE UNIQUE INDEX run_open_key on run (namespace, key) where key is not null and finished_at is null;

CREATE INDEX run_ready on run (namespace, type, definition_version, ready_at) where ready_at is not null;

CREATE INDEX run_status on run (namespace, status, no);

CREATE INDEX run_type on run (namespace, type, no);

CREATE INDEX run_unsent on run (namespace, no) where unsent_from is not null;

CREATE INDEX schedule_due on schedule (namespace, next_at, id) where next_at is not null and paused = 0;
