/**
 * Telemetry: log lines and samples of a program's own. They may be lost under pressure, and are counted then; the
 * journal is not.
 *
 * `id` is made by the program before it sends the line, rising with time (UUIDv7), so that a line that is sent again is
 * not written twice. `at` is the store's time less how long ago the program said it was; lines are listed by (at, id).
 *
 * `entry_rolled_back` tells the views where a run's rollbacks are. It is nearly empty.
 */
export const telemetry = {
  id: 3,
  name: 'telemetry',
  sql: `
create table agent_logs (
  no integer primary key,
  namespace text not null,
  id text not null,
  at integer not null,
  level text not null check (level in ('debug', 'info', 'warn', 'error')),
  message text not null,
  context text,
  run_id text,
  step text,
  agent text,
  unique (namespace, id)
) strict;

create index agent_logs_at on agent_logs (namespace, at, id);
create index agent_logs_run on agent_logs (namespace, run_id, at, id) where run_id is not null;

create table metric_samples (
  no integer primary key,
  namespace text not null,
  id text not null,
  at integer not null,
  name text not null,
  value real not null,
  tags text,
  run_id text,
  step text,
  agent text,
  unique (namespace, id)
) strict;

create index metric_samples_at on metric_samples (namespace, at, id);
create index metric_samples_name on metric_samples (namespace, name, at, id);

create index entry_rolled_back on entry (run_no, version) where kind = 'rolled_back';
`,
} as const
