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
  finished_at integer,
  unique (namespace, id)
) strict;

CREATE TABLE worker (
  namespace text not null,
  id text not null,
  lease_until integer not null,
  primary key (namespace, id)
) strict, without rowid;

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
