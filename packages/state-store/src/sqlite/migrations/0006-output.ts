/**
 * Output: what steps write while they are at work. The newest part of each run's is kept; it may be lost under pressure,
 * the journal is not.
 *
 * `place` adds up what a run ever wrote, so the weight of what is kept is a difference of two places, and the oldest go
 * without being counted. SQLite has one writer at a time: places rise in the order of the commits. `payload` is the text
 * as JSON, as the codec left it; `start` is where it begins in the text of its attempt. An empty text marks the beginning
 * of an attempt.
 *
 * Chunks stand in the order of their commits, and an index finds those of a run, as it is with entries.
 */
export const output = {
  id: 6,
  name: 'output',
  sql: `
create table output_chunk (
  no integer primary key,
  run_no integer not null references run (no),
  place integer not null,
  at integer not null,
  start integer not null,
  epoch integer not null,
  fence integer not null,
  attempt integer not null,
  step text not null,
  payload text not null,
  unique (run_no, place)
) strict;
`,
} as const
