-- Telemetry: log lines and samples of a program's own. They may be lost under pressure, and are counted then; the
-- journal is not. The same tables, columns and words as on SQLite.
--
-- * `id` is made by the program before it sends the line, rising with time (UUIDv7), so that a line whose answer was lost
--   is not written twice, and so that lines of the same millisecond keep their order.
-- * `at` is the store's time less how long ago the program said it was. Lines are listed by (at, id).
-- * What reaches these tables was made harmless by the program: short, well-formed, without U+0000, secrets taken out.
--   So `context` and `tags` can be `jsonb`, unlike payloads.
-- * `run_id` is as the program gave it: a line may be about a run that does not exist (yet, or any more).

create table pawl.agent_logs (
  namespace text collate "C" not null,
  id uuid not null,
  at bigint not null,
  level text collate "C" not null check (level in ('debug', 'info', 'warn', 'error')),
  message text not null,
  context jsonb,
  run_id text collate "C",
  step text collate "C",
  agent text collate "C",
  primary key (namespace, id)
);

create index agent_logs_at on pawl.agent_logs (namespace, at, id);
create index agent_logs_run on pawl.agent_logs (namespace, run_id, at, id) where run_id is not null;

create table pawl.metric_samples (
  namespace text collate "C" not null,
  id uuid not null,
  at bigint not null,
  name text collate "C" not null,
  value double precision not null,
  tags jsonb,
  run_id text collate "C",
  step text collate "C",
  agent text collate "C",
  primary key (namespace, id)
);

create index metric_samples_at on pawl.metric_samples (namespace, at, id);
create index metric_samples_name on pawl.metric_samples (namespace, name, at, id);

-- Where a run's rollbacks are, so that the views can tell for an entry whether it is on the line without reading the
-- journal. Nearly empty: for all other entries an insert only looks at the condition.
create index entry_rolled_back on pawl.entry (run_no, version) where kind = 'rolled_back';
