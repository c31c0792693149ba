-- Plans that cannot be mistaken: while the tables are small all indexes cost the planner the same, and a plan that it
-- made then stays with the connection. So no two indexes that fit one question begin alike: lists begin with what they
-- are lists of, and the list of all runs is said in a collation that only its reader names ("POSIX" sorts as "C" does).

drop index pawl.run_id;
drop index pawl.run_key;
drop index pawl.run_namespace;
drop index pawl.run_status;
drop index pawl.run_type;
create unique index run_id on pawl.run (id, namespace collate "POSIX");
create index run_key on pawl.run (key, namespace, no) where key is not null;
create index run_namespace on pawl.run (namespace collate "POSIX", no);
create index run_status on pawl.run (status, namespace, no);
create index run_type on pawl.run (type, namespace, no);

drop index pawl.entry_step;
create unique index entry_step on pawl.entry ((-run_no), epoch, slot, step) where slot is not null;

drop index pawl.inbox_id;
create unique index inbox_id on pawl.inbox ((-run_no), id);

-- An entry of a batch, before it has a version, an epoch and a time (see `commit`).
create type pawl.line as (
  kind text, step text, slot smallint, hash text, format smallint, payload text, meta text, lifecycle boolean
);

-- What `commit` was made of before; and `open`, which now takes several runs.
drop function if exists pawl.commit_round(text, jsonb, bigint);
drop function if exists pawl.lines(jsonb);
drop function if exists pawl.open(text, jsonb, bigint);
