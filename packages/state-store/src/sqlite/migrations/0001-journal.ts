/**
 * The journal and what finds work in it.
 *
 * A run is one row of `run`; its journal is `entry`, its mail is `inbox`. `no` is the run's place in the order
 * of opening: SQLite has one writer at a time, so it is also the order of commits, and a reader that follows
 * it never skips a late one. Children refer to `no`: eight bytes instead of namespace and id in every row.
 *
 * Entries are stored in the order of their commits, and an index finds those of a run: a batch of 200 runs then
 * fills 20 pages at the end of the table. Kept together by run (primary key (run_no, version), without rowid) it
 * wrote to one page a run, and with 200 runs at once committed half as many a second (28,000 instead of 51,000).
 *
 * Every index that is about open work is partial, so that finished runs cost nothing: `run_ready` (may be
 * claimed), `run_held` (by which worker), `run_unsent` (messages that nobody confirmed), `run_open_key`.
 */
export const journal = {
  id: 1,
  name: 'journal',
  sql: `
create table run (
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

create index run_ready on run (namespace, type, definition_version, ready_at) where ready_at is not null;
create index run_held on run (namespace, worker) where worker is not null;
create index run_unsent on run (namespace, no) where unsent_from is not null;
create unique index run_open_key on run (namespace, key) where key is not null and finished_at is null;
create index run_key on run (namespace, key, no) where key is not null;
create index run_namespace on run (namespace, no);
create index run_status on run (namespace, status, no);
create index run_type on run (namespace, type, no);

create table entry (
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

create unique index entry_step on entry (run_no, epoch, slot, step) where slot is not null;

create table inbox (
  run_no integer not null references run (no),
  seq integer not null,
  id text not null,
  kind text not null check (kind in ('signal', 'cancel')),
  name text not null,
  payload text not null,
  at integer not null,
  primary key (run_no, seq)
) strict, without rowid;

create unique index inbox_id on inbox (run_no, id);

create table worker (
  namespace text not null,
  id text not null,
  lease_until integer not null,
  primary key (namespace, id)
) strict, without rowid;

create table clock (
  one integer primary key check (one = 1),
  now integer
) strict;

insert into clock (one, now) values (1, null);
`,
} as const
