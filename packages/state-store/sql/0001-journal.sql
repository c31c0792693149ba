-- The journal and what finds work in it. The same tables, columns and words as on SQLite.
--
-- Nothing but the functions of this schema reads or writes these tables.
--
-- * `no` is the run's place in the order of opening; journal and inbox refer to it: eight bytes instead of
--   namespace and id in every row. Numbers are given before the commit, so they may become visible out of order:
--   who follows the list by number waits for those who are opening runs (see `runs` in the reads).
-- * Text sorts bytewise (`collate "C"`), as on SQLite. Payloads are JSON as opaque text, never `jsonb`: U+0000, lone
--   surrogates, the order of keys and -0 survive in it.
-- * Times are epoch milliseconds of `pawl.now_ms()`.
-- * Every index about open work is partial, so that finished runs cost nothing. `updated_at`, `version` and `bytes`
--   are in no index, so that a step's commit is a HOT update.
-- * No foreign keys: an entry is inserted only under the lock of its run's row, and runs are not deleted.
--
-- Lock order: rows of `run` by id, then rows of `worker`. A claim takes them the other way round, and therefore skips
-- what is locked instead of waiting for it.

create table pawl.run (
  no bigint generated always as identity primary key,
  namespace text collate "C" not null,
  id text collate "C" not null,
  key text collate "C",
  type text collate "C" not null,
  definition_version text collate "C" not null,
  format integer not null,
  status text collate "C" not null
    check (status in ('queued', 'running', 'waiting', 'completed', 'failed', 'cancelled')),
  epoch integer not null default 0,
  version integer not null,
  fence integer not null default 0,
  worker text collate "C",
  claims integer not null default 0,
  recovered boolean not null default false,
  ready_at bigint,
  inbox integer not null default 0,
  unsent_from integer,
  unsent_to integer,
  bytes bigint not null default 0,
  parent_run_id text collate "C",
  parent_version integer,
  created_at bigint not null,
  updated_at bigint not null,
  finished_at bigint
) with (fillfactor = 70);

create unique index run_id on pawl.run (id, namespace collate "POSIX");
create index run_ready on pawl.run (namespace, type, definition_version, ready_at, no) where ready_at is not null;
create index run_held on pawl.run (namespace, worker) where worker is not null;
create index run_unsent on pawl.run (namespace, no) where unsent_from is not null;
create unique index run_open_key on pawl.run (namespace, key) where key is not null and finished_at is null;
create index run_key on pawl.run (namespace collate "POSIX", key, no) where key is not null;
create index run_namespace on pawl.run (namespace collate "POSIX", no);
create index run_status on pawl.run (namespace collate "POSIX", status, no);
create index run_type on pawl.run (namespace collate "POSIX", type, no);

create table pawl.entry (
  run_no bigint not null,
  at bigint not null,
  version integer not null,
  epoch integer not null,
  fence integer not null,
  format smallint not null,
  slot smallint,
  kind text collate "C" not null,
  step text collate "C",
  hash text collate "C",
  payload text not null,
  meta text not null,
  primary key (run_no, version)
);

create unique index entry_step on pawl.entry ((-run_no), epoch, slot, step) where slot is not null;

-- An entry of a batch, before it has a version, an epoch and a time (see `commit`).
create type pawl.line as (
  kind text, step text, slot smallint, hash text, format smallint, payload text, meta text, lifecycle boolean
);

create table pawl.inbox (
  run_no bigint not null,
  at bigint not null,
  seq integer not null,
  id text collate "C" not null,
  kind text collate "C" not null check (kind in ('signal', 'cancel')),
  name text collate "C" not null,
  payload text not null,
  primary key (run_no, seq)
);

create unique index inbox_id on pawl.inbox ((-run_no), id);

create table pawl.worker (
  namespace text collate "C" not null,
  id text collate "C" not null,
  lease_until bigint not null,
  primary key (namespace, id)
) with (fillfactor = 50);

-- The test clock: `null` lets the machine's run.
create table pawl.clock (
  one integer primary key check (one = 1),
  now bigint
);

insert into pawl.clock (one, now) values (1, null);

-- Moves with every write that another process may wait for. A sequence: no lock, no dead row.
create sequence pawl.pulse;
