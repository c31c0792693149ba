-- Output: what steps write while they are at work, for whoever watches. The newest part of each run's is kept; it may be
-- lost under pressure, the journal is not. The same table, columns and words as on SQLite.
--
-- * A run's chunks are written under the lock of its row, so their places rise in the order of the commits: who reads
--   after a place that he saw misses none. `place` adds up what was ever written, so the weight of what is kept is a
--   difference of two places, and the oldest go without being counted.
-- * `payload` is the text as JSON, as the program's codec left it; `start` is where it begins in the text of its attempt.
--   An empty text marks the beginning of an attempt.

create table pawl.output_chunk (
  run_no bigint not null,
  place bigint not null,
  at bigint not null,
  start bigint not null,
  epoch integer not null,
  fence integer not null,
  attempt integer not null,
  step text collate "C" not null,
  payload text not null,
  primary key (run_no, place)
);
