begin;
pragma application_id = 1348564844;
pragma user_version = 1;
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
CREATE INDEX run_ready on run (namespace, type, definition_version, ready_at) where ready_at is not null;
CREATE INDEX run_held on run (namespace, worker) where worker is not null;
CREATE INDEX run_unsent on run (namespace, no) where unsent_from is not null;
CREATE UNIQUE INDEX run_open_key on run (namespace, key) where key is not null and finished_at is null;
CREATE INDEX run_key on run (namespace, key, no) where key is not null;
CREATE INDEX run_namespace on run (namespace, no);
CREATE INDEX run_status on run (namespace, status, no);
CREATE INDEX run_type on run (namespace, type, no);
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
CREATE UNIQUE INDEX entry_step on entry (run_no, epoch, slot, step) where slot is not null;
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
CREATE UNIQUE INDEX inbox_id on inbox (run_no, id);
CREATE TABLE worker (
  namespace text not null,
  id text not null,
  lease_until integer not null,
  primary key (namespace, id)
) strict, without rowid;
CREATE TABLE clock (
  one integer primary key check (one = 1),
  now integer
) strict;
insert into "migration" values (1, 'journal', '6963e788343ac408ae49b35ca742b117e627897f1017f01e51304a78246e47a6');
insert into "run" values (1, 'default', '0197a000-0000-7000-8000-000000000001', 'queued', 'letter', '3', 1, 'running', 0, 1, 1, 'anna', 1, 0, null, 0, 1, 1, 14, null, null, 1750000001000, 1750000029000, null);
insert into "run" values (2, 'default', '0197a000-0000-7000-8000-000000000002', null, 'parcel', '3', 1, 'queued', 0, 1, 0, null, 0, 0, 1750003602000, 0, 1, 1, 14, null, null, 1750000002000, 1750000002000, null);
insert into "run" values (3, 'default', '0197a000-0000-7000-8000-000000000003', 'it''s 100% \ "mine"', 'letter', '3', 1, 'running', 0, 4, 1, 'anna', 0, 0, null, 0, null, 1, 154, null, null, 1750000003000, 1750000005000, null);
insert into "run" values (4, 'default', '0197a000-0000-7000-8000-000000000004', null, 'letter', '3', 1, 'waiting', 0, 2, 1, null, 0, 0, null, 0, 1, 1, 115, null, null, 1750000007000, 1750000008000, null);
insert into "run" values (5, 'default', '0197a000-0000-7000-8000-000000000005', null, 'parcel', '3', 1, 'waiting', 0, 2, 1, null, 0, 0, 1750086410000, 0, 1, 1, 42, null, null, 1750000009000, 1750000010000, null);
insert into "run" values (6, 'default', '0197a000-0000-7000-8000-000000000006', 'again', 'letter', '3', 1, 'completed', 0, 4, 1, null, 0, 0, null, 0, null, 4, 242, null, null, 1750000011000, 1750000013000, 1750000013000);
insert into "run" values (7, 'default', '0197a000-0000-7000-8000-000000000007', 'again', 'letter', '3', 1, 'completed', 0, 2, 1, null, 0, 0, null, 0, 2, 2, 36, null, null, 1750000015000, 1750000016000, 1750000016000);
insert into "run" values (8, 'default', '0197a000-0000-7000-8000-000000000008', null, 'letter', '3', 1, 'failed', 0, 3, 1, null, 0, 0, null, 0, 1, 3, 70, null, null, 1750000018000, 1750000020000, 1750000020000);
insert into "run" values (9, 'default', '0197a000-0000-7000-8000-000000000009', null, 'letter', '3', 1, 'cancelled', 0, 2, 1, null, 0, 0, null, 1, 1, 2, 36, null, null, 1750000021000, 1750000022000, 1750000022000);
insert into "run" values (10, 'default', '0197a000-0000-7000-8000-00000000000a', 'back', 'letter', '3', 1, 'running', 1, 9, 4, 'anna', 0, 0, null, 3, 1, 7, 482, null, null, 1750000023000, 1750000030000, null);
insert into "run" values (11, 'default', '0197a000-0000-7000-8000-00000000000b', null, 'letter', '3', 1, 'running', 0, 5, 1, 'anna', 1, 0, null, 1, null, null, 298, '0197a000-0000-7000-8000-00000000000a', 4, 1750000026000, 1750000029000, null);
insert into "run" values (12, 'default', '0197a000-0000-7000-8000-00000000000c', null, 'letter', '3', 1, 'running', 1, 7, 1, 'anna', 1, 0, null, 2, null, null, 385, '0197a000-0000-7000-8000-00000000000a', 6, 1750000027000, 1750000029000, null);
insert into "run" values (13, 'default', '0197a000-0000-7000-8000-00000000000d', null, 'letter', '3', 1, 'waiting', 1, 4, 2, null, 0, 0, null, 0, 1, 4, 171, null, null, 1750000031000, 1750000034000, null);
insert into "run" values (14, 'default', '0197a000-0000-7000-8000-00000000000e', null, 'letter', '3', 1, 'queued', 0, 3, 2, null, 0, 0, 1750000037000, 0, 1, 3, 71, null, null, 1750000035000, 1750000037000, null);
insert into "run" values (15, 'default', '0197a000-0000-7000-8000-00000000000f', null, 'letter', '3', 1, 'completed', 0, 15, 1, null, 0, 0, null, 13, 1, 15, 4010, null, null, 1750000038000, 1750000040000, 1750000040000);
insert into "run" values (16, 'default', '0197a000-0000-7000-8000-000000000010', null, 'trap', '3', 1, 'failed', 0, 2, 6, null, 5, 1, null, 0, 1, 2, 206, null, null, 1750000041000, 1750000101000, 1750000101000);
insert into "run" values (17, 'default', '0197a000-0000-7000-8000-000000000011', null, 'trap', '3', 1, 'running', 0, 1, 1, 'gone', 1, 0, null, 0, 1, 1, 14, null, null, 1750000112000, 1750000113000, null);
insert into "run" values (18, 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000001', 'queued', 'letter', '3', 1, 'running', 0, 1, 1, 'anna', 1, 0, null, 0, 1, 1, 14, null, null, 1750000001000, 1750000029000, null);
insert into "run" values (19, 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000002', null, 'parcel', '3', 1, 'queued', 0, 1, 0, null, 0, 0, 1750003602000, 0, 1, 1, 14, null, null, 1750000002000, 1750000002000, null);
insert into "run" values (20, 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000003', 'it''s 100% \ "mine"', 'letter', '3', 1, 'running', 0, 4, 1, 'anna', 0, 0, null, 0, null, 1, 154, null, null, 1750000003000, 1750000005000, null);
insert into "run" values (21, 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000004', null, 'letter', '3', 1, 'waiting', 0, 2, 1, null, 0, 0, null, 0, 1, 1, 115, null, null, 1750000007000, 1750000008000, null);
insert into "run" values (22, 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000005', null, 'parcel', '3', 1, 'waiting', 0, 2, 1, null, 0, 0, 1750086410000, 0, 1, 1, 42, null, null, 1750000009000, 1750000010000, null);
insert into "run" values (23, 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000006', 'again', 'letter', '3', 1, 'completed', 0, 4, 1, null, 0, 0, null, 0, null, 4, 242, null, null, 1750000011000, 1750000013000, 1750000013000);
insert into "run" values (24, 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000007', 'again', 'letter', '3', 1, 'completed', 0, 2, 1, null, 0, 0, null, 0, 2, 2, 36, null, null, 1750000015000, 1750000016000, 1750000016000);
insert into "run" values (25, 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000008', null, 'letter', '3', 1, 'failed', 0, 3, 1, null, 0, 0, null, 0, 1, 3, 70, null, null, 1750000018000, 1750000020000, 1750000020000);
insert into "run" values (26, 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000009', null, 'letter', '3', 1, 'cancelled', 0, 2, 1, null, 0, 0, null, 1, 1, 2, 36, null, null, 1750000021000, 1750000022000, 1750000022000);
insert into "run" values (27, 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-00000000000a', 'back', 'letter', '3', 1, 'running', 1, 9, 4, 'anna', 0, 0, null, 3, 1, 7, 482, null, null, 1750000023000, 1750000030000, null);
insert into "run" values (28, 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-00000000000b', null, 'letter', '3', 1, 'running', 0, 5, 1, 'anna', 1, 0, null, 1, null, null, 298, '0197a000-0000-7000-8000-00000000000a', 4, 1750000026000, 1750000029000, null);
insert into "run" values (29, 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-00000000000c', null, 'letter', '3', 1, 'running', 1, 7, 1, 'anna', 1, 0, null, 2, null, null, 385, '0197a000-0000-7000-8000-00000000000a', 6, 1750000027000, 1750000029000, null);
insert into "run" values (30, 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-00000000000d', null, 'letter', '3', 1, 'waiting', 1, 4, 2, null, 0, 0, null, 0, 1, 4, 171, null, null, 1750000031000, 1750000034000, null);
insert into "run" values (31, 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-00000000000e', null, 'letter', '3', 1, 'queued', 0, 3, 2, null, 0, 0, 1750000037000, 0, 1, 3, 71, null, null, 1750000035000, 1750000037000, null);
insert into "run" values (32, 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-00000000000f', null, 'letter', '3', 1, 'completed', 0, 15, 1, null, 0, 0, null, 13, 1, 15, 4010, null, null, 1750000038000, 1750000040000, 1750000040000);
insert into "run" values (33, 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000010', null, 'trap', '3', 1, 'failed', 0, 2, 6, null, 5, 1, null, 0, 1, 2, 206, null, null, 1750000041000, 1750000101000, 1750000101000);
insert into "run" values (34, 'o''neill & 100% "sons"', '0197a000-0000-7000-8000-000000000011', null, 'trap', '3', 1, 'running', 0, 1, 1, 'gone', 1, 0, null, 0, 1, 1, 14, null, null, 1750000112000, 1750000113000, null);
insert into "run" values (35, 'encoded', '0197a000-0000-7000-8000-000000000001', 'queued', 'letter', '3', 1, 'running', 0, 1, 1, 'anna', 1, 0, null, 0, 1, 1, 18, null, null, 1750000001000, 1750000029000, null);
insert into "run" values (36, 'encoded', '0197a000-0000-7000-8000-000000000002', null, 'parcel', '3', 1, 'queued', 0, 1, 0, null, 0, 0, 1750003602000, 0, 1, 1, 18, null, null, 1750000002000, 1750000002000, null);
insert into "run" values (37, 'encoded', '0197a000-0000-7000-8000-000000000003', 'it''s 100% \ "mine"', 'letter', '3', 1, 'running', 0, 4, 1, 'anna', 0, 0, null, 0, null, 1, 166, null, null, 1750000003000, 1750000005000, null);
insert into "run" values (38, 'encoded', '0197a000-0000-7000-8000-000000000004', null, 'letter', '3', 1, 'waiting', 0, 2, 1, null, 0, 0, null, 0, 1, 1, 120, null, null, 1750000007000, 1750000008000, null);
insert into "run" values (39, 'encoded', '0197a000-0000-7000-8000-000000000005', null, 'parcel', '3', 1, 'waiting', 0, 2, 1, null, 0, 0, 1750086410000, 0, 1, 1, 50, null, null, 1750000009000, 1750000010000, null);
insert into "run" values (40, 'encoded', '0197a000-0000-7000-8000-000000000006', 'again', 'letter', '3', 1, 'completed', 0, 4, 1, null, 0, 0, null, 0, null, 4, 260, null, null, 1750000011000, 1750000013000, 1750000013000);
insert into "run" values (41, 'encoded', '0197a000-0000-7000-8000-000000000007', 'again', 'letter', '3', 1, 'completed', 0, 2, 1, null, 0, 0, null, 0, 2, 2, 48, null, null, 1750000015000, 1750000016000, 1750000016000);
insert into "run" values (42, 'encoded', '0197a000-0000-7000-8000-000000000008', null, 'letter', '3', 1, 'failed', 0, 3, 1, null, 0, 0, null, 0, 1, 3, 89, null, null, 1750000018000, 1750000020000, 1750000020000);
insert into "run" values (43, 'encoded', '0197a000-0000-7000-8000-000000000009', null, 'letter', '3', 1, 'cancelled', 0, 2, 1, null, 0, 0, null, 1, 1, 2, 48, null, null, 1750000021000, 1750000022000, 1750000022000);
insert into "run" values (44, 'encoded', '0197a000-0000-7000-8000-00000000000a', 'back', 'letter', '3', 1, 'running', 1, 9, 4, 'anna', 0, 0, null, 3, 1, 7, 511, null, null, 1750000023000, 1750000030000, null);
insert into "run" values (45, 'encoded', '0197a000-0000-7000-8000-00000000000b', null, 'letter', '3', 1, 'running', 0, 5, 1, 'anna', 1, 0, null, 1, null, null, 327, '0197a000-0000-7000-8000-00000000000a', 4, 1750000026000, 1750000029000, null);
insert into "run" values (46, 'encoded', '0197a000-0000-7000-8000-00000000000c', null, 'letter', '3', 1, 'running', 1, 7, 1, 'anna', 1, 0, null, 2, null, null, 422, '0197a000-0000-7000-8000-00000000000a', 6, 1750000027000, 1750000029000, null);
insert into "run" values (47, 'encoded', '0197a000-0000-7000-8000-00000000000d', null, 'letter', '3', 1, 'waiting', 1, 4, 2, null, 0, 0, null, 0, 1, 4, 188, null, null, 1750000031000, 1750000034000, null);
insert into "run" values (48, 'encoded', '0197a000-0000-7000-8000-00000000000e', null, 'letter', '3', 1, 'queued', 0, 3, 2, null, 0, 0, 1750000037000, 0, 1, 3, 86, null, null, 1750000035000, 1750000037000, null);
insert into "run" values (49, 'encoded', '0197a000-0000-7000-8000-00000000000f', null, 'letter', '3', 1, 'completed', 0, 15, 1, null, 0, 0, null, 13, 1, 15, 4946, null, null, 1750000038000, 1750000040000, 1750000040000);
insert into "run" values (50, 'encoded', '0197a000-0000-7000-8000-000000000010', null, 'trap', '3', 1, 'failed', 0, 2, 6, null, 5, 1, null, 0, 1, 2, 276, null, null, 1750000041000, 1750000101000, 1750000101000);
insert into "run" values (51, 'encoded', '0197a000-0000-7000-8000-000000000011', null, 'trap', '3', 1, 'running', 0, 1, 1, 'gone', 1, 0, null, 0, 1, 1, 18, null, null, 1750000112000, 1750000113000, null);
insert into "entry" values (1, 1, 1, 0, 0, 'started', null, null, null, 1750000001000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (2, 2, 1, 0, 0, 'started', null, null, null, 1750000002000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (3, 3, 1, 0, 1, 'started', null, null, null, 1750000003000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (4, 3, 2, 0, 1, 'step_completed', 'a', 1, null, 1750000004000, 1, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (5, 3, 3, 0, 1, 'shared_set', null, null, null, 1750000004000, 1, '{"left":2}', '{}');
insert into "entry" values (6, 3, 4, 0, 1, 'step_completed', 'b', 1, 'h1', 1750000005000, 1, '"b"', '{"declared":"{\"x\":1}"}');
insert into "entry" values (7, 4, 1, 0, 1, 'started', null, null, null, 1750000007000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (8, 4, 2, 0, 1, 'step_completed', 'a', 1, null, 1750000008000, 1, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (9, 5, 1, 0, 1, 'started', null, null, null, 1750000009000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (10, 5, 2, 0, 1, 'timer_set', 'nap', 2, null, 1750000010000, 1, 'null', '{"wakeAt":1750086400000}');
insert into "entry" values (11, 6, 1, 0, 1, 'started', null, null, null, 1750000011000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (12, 6, 2, 0, 1, 'step_completed', 'a', 1, null, 1750000012000, 1, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (13, 6, 3, 0, 1, 'step_completed', 'b', 1, null, 1750000012000, 1, '[1,2,3]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (14, 6, 4, 0, 1, 'completed', null, null, null, 1750000013000, 1, '{"said":"completed"}', '{}');
insert into "entry" values (15, 7, 1, 0, 1, 'started', null, null, null, 1750000015000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (16, 7, 2, 0, 1, 'completed', null, null, null, 1750000016000, 1, '{"said":"completed"}', '{}');
insert into "entry" values (17, 8, 1, 0, 1, 'started', null, null, null, 1750000018000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (18, 8, 2, 0, 1, 'step_failed', 'b', null, null, 1750000019000, 1, '{"message":"oh"}', '{}');
insert into "entry" values (19, 8, 3, 0, 1, 'failed', null, null, null, 1750000020000, 1, '{"said":"failed"}', '{"failedSteps":["b"]}');
insert into "entry" values (20, 9, 1, 0, 1, 'started', null, null, null, 1750000021000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (21, 9, 2, 0, 1, 'cancelled', null, null, null, 1750000022000, 1, '{"said":"cancelled"}', '{}');
insert into "entry" values (22, 10, 1, 0, 1, 'started', null, null, null, 1750000023000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (23, 10, 2, 0, 1, 'step_completed', 'a', 1, null, 1750000024000, 1, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (24, 10, 3, 0, 1, 'step_completed', 'b', 1, null, 1750000024000, 1, '"b"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (25, 10, 4, 0, 1, 'signal_received', 'approval 1', 4, null, 1750000025000, 1, '{"yes":1}', '{"inbox":1}');
insert into "entry" values (26, 10, 5, 0, 1, 'signal_received', 'approval 2', 4, null, 1750000025000, 1, '{"yes":2}', '{"inbox":2}');
insert into "entry" values (27, 11, 1, 0, 0, 'started', null, null, null, 1750000023000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (28, 11, 2, 0, 0, 'step_completed', 'a', 1, null, 1750000024000, 1, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (29, 11, 3, 0, 0, 'step_completed', 'b', 1, null, 1750000024000, 1, '"b"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (30, 11, 4, 0, 0, 'signal_received', 'approval 1', 4, null, 1750000025000, 1, '{"yes":1}', '{"inbox":1}');
insert into "entry" values (31, 11, 5, 0, 0, 'forked', null, null, null, 1750000026000, 1, '{"runId":"0197a000-0000-7000-8000-00000000000a","version":4}', '{}');
insert into "entry" values (32, 10, 6, 1, 2, 'rolled_back', null, null, null, 1750000026000, 1, 'null', '{"toVersion":2,"fromStep":"approval 2","reason":"a mistake"}');
insert into "entry" values (33, 12, 1, 0, 0, 'started', null, null, null, 1750000023000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (34, 12, 2, 0, 0, 'step_completed', 'a', 1, null, 1750000024000, 1, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (35, 12, 3, 0, 0, 'step_completed', 'b', 1, null, 1750000024000, 1, '"b"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (36, 12, 4, 0, 0, 'signal_received', 'approval 1', 4, null, 1750000025000, 1, '{"yes":1}', '{"inbox":1}');
insert into "entry" values (37, 12, 5, 0, 0, 'signal_received', 'approval 2', 4, null, 1750000025000, 1, '{"yes":2}', '{"inbox":2}');
insert into "entry" values (38, 12, 6, 1, 0, 'rolled_back', null, null, null, 1750000026000, 1, 'null', '{"toVersion":2,"fromStep":"approval 2","reason":"a mistake"}');
insert into "entry" values (39, 12, 7, 1, 0, 'forked', null, null, null, 1750000027000, 1, '{"runId":"0197a000-0000-7000-8000-00000000000a","version":null}', '{}');
insert into "entry" values (40, 10, 7, 1, 3, 'resumed', null, null, null, 1750000028000, 1, 'null', '{"toVersion":6,"fromStep":"a","reason":"go on"}');
insert into "entry" values (41, 10, 8, 1, 4, 'step_completed', 'b', 1, null, 1750000030000, 1, '"other"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (42, 10, 9, 1, 4, 'step_skipped', 'c', 1, null, 1750000030000, 1, 'null', '{}');
insert into "entry" values (43, 13, 1, 0, 1, 'started', null, null, null, 1750000031000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (44, 13, 2, 0, 1, 'step_completed', 'a', 1, null, 1750000032000, 1, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (45, 13, 3, 0, 1, 'completed', null, null, null, 1750000033000, 1, '{"said":"completed"}', '{}');
insert into "entry" values (46, 13, 4, 1, 2, 'rolled_back', null, null, null, 1750000034000, 1, 'null', '{"toVersion":1,"fromStep":"a"}');
insert into "entry" values (47, 14, 1, 0, 1, 'started', null, null, null, 1750000035000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (48, 14, 2, 0, 1, 'failed', null, null, null, 1750000036000, 1, '{"said":"failed"}', '{"failedSteps":["b"]}');
insert into "entry" values (49, 14, 3, 0, 2, 'resumed', null, null, null, 1750000037000, 1, 'null', '{"toVersion":2}');
insert into "entry" values (50, 15, 1, 0, 1, 'started', null, null, null, 1750000038000, 1, '[{"text":"a\u0000b","\u0000":0},["\ud800","x\udc00y",{"\udfff":"\ud83d"}],{"zero":-0,"list":[0,-0]},{"zulu":1,"alpha":2,"mike":{"b":1,"a":2}},{"__proto__":{"polluted":true},"constructor":{"prototype":1},"a":{"__proto__":1}},{"it''s":1,"a\"b":2,"100%":3,"\\":4,"":5,"$ref":6},"''); drop table run; --","👩‍👩‍👧   ﻿\n\t$$ $1 E''\\'' ",[9007199254740991,1e+308,5e-324,-1e-7,0.30000000000000004],["null","true","1e5","2020-01-01T00:00:00Z","{}"],[{},[],"",null,false,0],{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":["the core"]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]},"ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää"]', '{}');
insert into "entry" values (51, 15, 2, 0, 1, 'step_completed', 'it''s step 0 "100%" 👍', 1, null, 1750000039000, 1, '{"text":"a\u0000b","\u0000":0}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (52, 15, 3, 0, 1, 'step_completed', 'it''s step 1 "100%" 👍', 1, null, 1750000039000, 1, '["\ud800","x\udc00y",{"\udfff":"\ud83d"}]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (53, 15, 4, 0, 1, 'step_completed', 'it''s step 2 "100%" 👍', 1, null, 1750000039000, 1, '{"zero":-0,"list":[0,-0]}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (54, 15, 5, 0, 1, 'step_completed', 'it''s step 3 "100%" 👍', 1, null, 1750000039000, 1, '{"zulu":1,"alpha":2,"mike":{"b":1,"a":2}}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (55, 15, 6, 0, 1, 'step_completed', 'it''s step 4 "100%" 👍', 1, null, 1750000039000, 1, '{"__proto__":{"polluted":true},"constructor":{"prototype":1},"a":{"__proto__":1}}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (56, 15, 7, 0, 1, 'step_completed', 'it''s step 5 "100%" 👍', 1, null, 1750000039000, 1, '{"it''s":1,"a\"b":2,"100%":3,"\\":4,"":5,"$ref":6}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (57, 15, 8, 0, 1, 'step_completed', 'it''s step 6 "100%" 👍', 1, null, 1750000039000, 1, '"''); drop table run; --"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (58, 15, 9, 0, 1, 'step_completed', 'it''s step 7 "100%" 👍', 1, null, 1750000039000, 1, '"👩‍👩‍👧   ﻿\n\t$$ $1 E''\\'' "', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (59, 15, 10, 0, 1, 'step_completed', 'it''s step 8 "100%" 👍', 1, null, 1750000039000, 1, '[9007199254740991,1e+308,5e-324,-1e-7,0.30000000000000004]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (60, 15, 11, 0, 1, 'step_completed', 'it''s step 9 "100%" 👍', 1, null, 1750000039000, 1, '["null","true","1e5","2020-01-01T00:00:00Z","{}"]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (61, 15, 12, 0, 1, 'step_completed', 'it''s step 10 "100%" 👍', 1, null, 1750000039000, 1, '[{},[],"",null,false,0]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (62, 15, 13, 0, 1, 'step_completed', 'it''s step 11 "100%" 👍', 1, null, 1750000039000, 1, '{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":["the core"]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (63, 15, 14, 0, 1, 'step_completed', 'it''s step 12 "100%" 👍', 1, null, 1750000039000, 1, '"ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (64, 15, 15, 0, 1, 'completed', null, null, null, 1750000040000, 1, '{"said":"completed"}', '{}');
insert into "entry" values (65, 16, 1, 0, 0, 'started', null, null, null, 1750000041000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (66, 16, 2, 0, 6, 'failed', null, null, null, 1750000101000, 1, '{"code":"crash_loop","message":"The run was claimed 5 times and no claim recorded a step: its worker probably dies in it. Look at the step after the last recorded one, then resume the run."}', '{}');
insert into "entry" values (67, 17, 1, 0, 0, 'started', null, null, null, 1750000112000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (68, 18, 1, 0, 0, 'started', null, null, null, 1750000001000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (69, 19, 1, 0, 0, 'started', null, null, null, 1750000002000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (70, 20, 1, 0, 1, 'started', null, null, null, 1750000003000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (71, 20, 2, 0, 1, 'step_completed', 'a', 1, null, 1750000004000, 1, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (72, 20, 3, 0, 1, 'shared_set', null, null, null, 1750000004000, 1, '{"left":2}', '{}');
insert into "entry" values (73, 20, 4, 0, 1, 'step_completed', 'b', 1, 'h1', 1750000005000, 1, '"b"', '{"declared":"{\"x\":1}"}');
insert into "entry" values (74, 21, 1, 0, 1, 'started', null, null, null, 1750000007000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (75, 21, 2, 0, 1, 'step_completed', 'a', 1, null, 1750000008000, 1, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (76, 22, 1, 0, 1, 'started', null, null, null, 1750000009000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (77, 22, 2, 0, 1, 'timer_set', 'nap', 2, null, 1750000010000, 1, 'null', '{"wakeAt":1750086400000}');
insert into "entry" values (78, 23, 1, 0, 1, 'started', null, null, null, 1750000011000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (79, 23, 2, 0, 1, 'step_completed', 'a', 1, null, 1750000012000, 1, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (80, 23, 3, 0, 1, 'step_completed', 'b', 1, null, 1750000012000, 1, '[1,2,3]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (81, 23, 4, 0, 1, 'completed', null, null, null, 1750000013000, 1, '{"said":"completed"}', '{}');
insert into "entry" values (82, 24, 1, 0, 1, 'started', null, null, null, 1750000015000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (83, 24, 2, 0, 1, 'completed', null, null, null, 1750000016000, 1, '{"said":"completed"}', '{}');
insert into "entry" values (84, 25, 1, 0, 1, 'started', null, null, null, 1750000018000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (85, 25, 2, 0, 1, 'step_failed', 'b', null, null, 1750000019000, 1, '{"message":"oh"}', '{}');
insert into "entry" values (86, 25, 3, 0, 1, 'failed', null, null, null, 1750000020000, 1, '{"said":"failed"}', '{"failedSteps":["b"]}');
insert into "entry" values (87, 26, 1, 0, 1, 'started', null, null, null, 1750000021000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (88, 26, 2, 0, 1, 'cancelled', null, null, null, 1750000022000, 1, '{"said":"cancelled"}', '{}');
insert into "entry" values (89, 27, 1, 0, 1, 'started', null, null, null, 1750000023000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (90, 27, 2, 0, 1, 'step_completed', 'a', 1, null, 1750000024000, 1, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (91, 27, 3, 0, 1, 'step_completed', 'b', 1, null, 1750000024000, 1, '"b"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (92, 27, 4, 0, 1, 'signal_received', 'approval 1', 4, null, 1750000025000, 1, '{"yes":1}', '{"inbox":1}');
insert into "entry" values (93, 27, 5, 0, 1, 'signal_received', 'approval 2', 4, null, 1750000025000, 1, '{"yes":2}', '{"inbox":2}');
insert into "entry" values (94, 28, 1, 0, 0, 'started', null, null, null, 1750000023000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (95, 28, 2, 0, 0, 'step_completed', 'a', 1, null, 1750000024000, 1, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (96, 28, 3, 0, 0, 'step_completed', 'b', 1, null, 1750000024000, 1, '"b"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (97, 28, 4, 0, 0, 'signal_received', 'approval 1', 4, null, 1750000025000, 1, '{"yes":1}', '{"inbox":1}');
insert into "entry" values (98, 28, 5, 0, 0, 'forked', null, null, null, 1750000026000, 1, '{"runId":"0197a000-0000-7000-8000-00000000000a","version":4}', '{}');
insert into "entry" values (99, 27, 6, 1, 2, 'rolled_back', null, null, null, 1750000026000, 1, 'null', '{"toVersion":2,"fromStep":"approval 2","reason":"a mistake"}');
insert into "entry" values (100, 29, 1, 0, 0, 'started', null, null, null, 1750000023000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (101, 29, 2, 0, 0, 'step_completed', 'a', 1, null, 1750000024000, 1, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (102, 29, 3, 0, 0, 'step_completed', 'b', 1, null, 1750000024000, 1, '"b"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (103, 29, 4, 0, 0, 'signal_received', 'approval 1', 4, null, 1750000025000, 1, '{"yes":1}', '{"inbox":1}');
insert into "entry" values (104, 29, 5, 0, 0, 'signal_received', 'approval 2', 4, null, 1750000025000, 1, '{"yes":2}', '{"inbox":2}');
insert into "entry" values (105, 29, 6, 1, 0, 'rolled_back', null, null, null, 1750000026000, 1, 'null', '{"toVersion":2,"fromStep":"approval 2","reason":"a mistake"}');
insert into "entry" values (106, 29, 7, 1, 0, 'forked', null, null, null, 1750000027000, 1, '{"runId":"0197a000-0000-7000-8000-00000000000a","version":null}', '{}');
insert into "entry" values (107, 27, 7, 1, 3, 'resumed', null, null, null, 1750000028000, 1, 'null', '{"toVersion":6,"fromStep":"a","reason":"go on"}');
insert into "entry" values (108, 27, 8, 1, 4, 'step_completed', 'b', 1, null, 1750000030000, 1, '"other"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (109, 27, 9, 1, 4, 'step_skipped', 'c', 1, null, 1750000030000, 1, 'null', '{}');
insert into "entry" values (110, 30, 1, 0, 1, 'started', null, null, null, 1750000031000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (111, 30, 2, 0, 1, 'step_completed', 'a', 1, null, 1750000032000, 1, '"a"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (112, 30, 3, 0, 1, 'completed', null, null, null, 1750000033000, 1, '{"said":"completed"}', '{}');
insert into "entry" values (113, 30, 4, 1, 2, 'rolled_back', null, null, null, 1750000034000, 1, 'null', '{"toVersion":1,"fromStep":"a"}');
insert into "entry" values (114, 31, 1, 0, 1, 'started', null, null, null, 1750000035000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (115, 31, 2, 0, 1, 'failed', null, null, null, 1750000036000, 1, '{"said":"failed"}', '{"failedSteps":["b"]}');
insert into "entry" values (116, 31, 3, 0, 2, 'resumed', null, null, null, 1750000037000, 1, 'null', '{"toVersion":2}');
insert into "entry" values (117, 32, 1, 0, 1, 'started', null, null, null, 1750000038000, 1, '[{"text":"a\u0000b","\u0000":0},["\ud800","x\udc00y",{"\udfff":"\ud83d"}],{"zero":-0,"list":[0,-0]},{"zulu":1,"alpha":2,"mike":{"b":1,"a":2}},{"__proto__":{"polluted":true},"constructor":{"prototype":1},"a":{"__proto__":1}},{"it''s":1,"a\"b":2,"100%":3,"\\":4,"":5,"$ref":6},"''); drop table run; --","👩‍👩‍👧   ﻿\n\t$$ $1 E''\\'' ",[9007199254740991,1e+308,5e-324,-1e-7,0.30000000000000004],["null","true","1e5","2020-01-01T00:00:00Z","{}"],[{},[],"",null,false,0],{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":["the core"]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]},"ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää"]', '{}');
insert into "entry" values (118, 32, 2, 0, 1, 'step_completed', 'it''s step 0 "100%" 👍', 1, null, 1750000039000, 1, '{"text":"a\u0000b","\u0000":0}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (119, 32, 3, 0, 1, 'step_completed', 'it''s step 1 "100%" 👍', 1, null, 1750000039000, 1, '["\ud800","x\udc00y",{"\udfff":"\ud83d"}]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (120, 32, 4, 0, 1, 'step_completed', 'it''s step 2 "100%" 👍', 1, null, 1750000039000, 1, '{"zero":-0,"list":[0,-0]}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (121, 32, 5, 0, 1, 'step_completed', 'it''s step 3 "100%" 👍', 1, null, 1750000039000, 1, '{"zulu":1,"alpha":2,"mike":{"b":1,"a":2}}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (122, 32, 6, 0, 1, 'step_completed', 'it''s step 4 "100%" 👍', 1, null, 1750000039000, 1, '{"__proto__":{"polluted":true},"constructor":{"prototype":1},"a":{"__proto__":1}}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (123, 32, 7, 0, 1, 'step_completed', 'it''s step 5 "100%" 👍', 1, null, 1750000039000, 1, '{"it''s":1,"a\"b":2,"100%":3,"\\":4,"":5,"$ref":6}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (124, 32, 8, 0, 1, 'step_completed', 'it''s step 6 "100%" 👍', 1, null, 1750000039000, 1, '"''); drop table run; --"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (125, 32, 9, 0, 1, 'step_completed', 'it''s step 7 "100%" 👍', 1, null, 1750000039000, 1, '"👩‍👩‍👧   ﻿\n\t$$ $1 E''\\'' "', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (126, 32, 10, 0, 1, 'step_completed', 'it''s step 8 "100%" 👍', 1, null, 1750000039000, 1, '[9007199254740991,1e+308,5e-324,-1e-7,0.30000000000000004]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (127, 32, 11, 0, 1, 'step_completed', 'it''s step 9 "100%" 👍', 1, null, 1750000039000, 1, '["null","true","1e5","2020-01-01T00:00:00Z","{}"]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (128, 32, 12, 0, 1, 'step_completed', 'it''s step 10 "100%" 👍', 1, null, 1750000039000, 1, '[{},[],"",null,false,0]', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (129, 32, 13, 0, 1, 'step_completed', 'it''s step 11 "100%" 👍', 1, null, 1750000039000, 1, '{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":["the core"]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (130, 32, 14, 0, 1, 'step_completed', 'it''s step 12 "100%" 👍', 1, null, 1750000039000, 1, '"ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää"', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (131, 32, 15, 0, 1, 'completed', null, null, null, 1750000040000, 1, '{"said":"completed"}', '{}');
insert into "entry" values (132, 33, 1, 0, 0, 'started', null, null, null, 1750000041000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (133, 33, 2, 0, 6, 'failed', null, null, null, 1750000101000, 1, '{"code":"crash_loop","message":"The run was claimed 5 times and no claim recorded a step: its worker probably dies in it. Look at the step after the last recorded one, then resume the run."}', '{}');
insert into "entry" values (134, 34, 1, 0, 0, 'started', null, null, null, 1750000112000, 1, '{"to":"Bea"}', '{}');
insert into "entry" values (135, 35, 1, 0, 0, 'started', null, null, null, 1750000001000, 1, 'eyJ0byI6IkJlYSJ9', '{}');
insert into "entry" values (136, 36, 1, 0, 0, 'started', null, null, null, 1750000002000, 1, 'eyJ0byI6IkJlYSJ9', '{}');
insert into "entry" values (137, 37, 1, 0, 1, 'started', null, null, null, 1750000003000, 1, 'eyJ0byI6IkJlYSJ9', '{}');
insert into "entry" values (138, 37, 2, 0, 1, 'step_completed', 'a', 1, null, 1750000004000, 1, 'ImEi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (139, 37, 3, 0, 1, 'shared_set', null, null, null, 1750000004000, 1, 'eyJsZWZ0IjoyfQ==', '{}');
insert into "entry" values (140, 37, 4, 0, 1, 'step_completed', 'b', 1, 'h1', 1750000005000, 1, 'ImIi', '{"declared":"{\"x\":1}"}');
insert into "entry" values (141, 38, 1, 0, 1, 'started', null, null, null, 1750000007000, 1, 'eyJ0byI6IkJlYSJ9', '{}');
insert into "entry" values (142, 38, 2, 0, 1, 'step_completed', 'a', 1, null, 1750000008000, 1, 'ImEi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (143, 39, 1, 0, 1, 'started', null, null, null, 1750000009000, 1, 'eyJ0byI6IkJlYSJ9', '{}');
insert into "entry" values (144, 39, 2, 0, 1, 'timer_set', 'nap', 2, null, 1750000010000, 1, 'bnVsbA==', '{"wakeAt":1750086400000}');
insert into "entry" values (145, 40, 1, 0, 1, 'started', null, null, null, 1750000011000, 1, 'eyJ0byI6IkJlYSJ9', '{}');
insert into "entry" values (146, 40, 2, 0, 1, 'step_completed', 'a', 1, null, 1750000012000, 1, 'ImEi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (147, 40, 3, 0, 1, 'step_completed', 'b', 1, null, 1750000012000, 1, 'WzEsMiwzXQ==', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (148, 40, 4, 0, 1, 'completed', null, null, null, 1750000013000, 1, 'eyJzYWlkIjoiY29tcGxldGVkIn0=', '{}');
insert into "entry" values (149, 41, 1, 0, 1, 'started', null, null, null, 1750000015000, 1, 'eyJ0byI6IkJlYSJ9', '{}');
insert into "entry" values (150, 41, 2, 0, 1, 'completed', null, null, null, 1750000016000, 1, 'eyJzYWlkIjoiY29tcGxldGVkIn0=', '{}');
insert into "entry" values (151, 42, 1, 0, 1, 'started', null, null, null, 1750000018000, 1, 'eyJ0byI6IkJlYSJ9', '{}');
insert into "entry" values (152, 42, 2, 0, 1, 'step_failed', 'b', null, null, 1750000019000, 1, 'eyJtZXNzYWdlIjoib2gifQ==', '{}');
insert into "entry" values (153, 42, 3, 0, 1, 'failed', null, null, null, 1750000020000, 1, 'eyJzYWlkIjoiZmFpbGVkIn0=', '{"failedSteps":["b"]}');
insert into "entry" values (154, 43, 1, 0, 1, 'started', null, null, null, 1750000021000, 1, 'eyJ0byI6IkJlYSJ9', '{}');
insert into "entry" values (155, 43, 2, 0, 1, 'cancelled', null, null, null, 1750000022000, 1, 'eyJzYWlkIjoiY2FuY2VsbGVkIn0=', '{}');
insert into "entry" values (156, 44, 1, 0, 1, 'started', null, null, null, 1750000023000, 1, 'eyJ0byI6IkJlYSJ9', '{}');
insert into "entry" values (157, 44, 2, 0, 1, 'step_completed', 'a', 1, null, 1750000024000, 1, 'ImEi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (158, 44, 3, 0, 1, 'step_completed', 'b', 1, null, 1750000024000, 1, 'ImIi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (159, 44, 4, 0, 1, 'signal_received', 'approval 1', 4, null, 1750000025000, 1, 'eyJ5ZXMiOjF9', '{"inbox":1}');
insert into "entry" values (160, 44, 5, 0, 1, 'signal_received', 'approval 2', 4, null, 1750000025000, 1, 'eyJ5ZXMiOjJ9', '{"inbox":2}');
insert into "entry" values (161, 45, 1, 0, 0, 'started', null, null, null, 1750000023000, 1, 'eyJ0byI6IkJlYSJ9', '{}');
insert into "entry" values (162, 45, 2, 0, 0, 'step_completed', 'a', 1, null, 1750000024000, 1, 'ImEi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (163, 45, 3, 0, 0, 'step_completed', 'b', 1, null, 1750000024000, 1, 'ImIi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (164, 45, 4, 0, 0, 'signal_received', 'approval 1', 4, null, 1750000025000, 1, 'eyJ5ZXMiOjF9', '{"inbox":1}');
insert into "entry" values (165, 45, 5, 0, 0, 'forked', null, null, null, 1750000026000, 1, 'eyJydW5JZCI6IjAxOTdhMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwYSIsInZlcnNpb24iOjR9', '{}');
insert into "entry" values (166, 44, 6, 1, 2, 'rolled_back', null, null, null, 1750000026000, 1, 'bnVsbA==', '{"toVersion":2,"fromStep":"approval 2","reason":"a mistake"}');
insert into "entry" values (167, 46, 1, 0, 0, 'started', null, null, null, 1750000023000, 1, 'eyJ0byI6IkJlYSJ9', '{}');
insert into "entry" values (168, 46, 2, 0, 0, 'step_completed', 'a', 1, null, 1750000024000, 1, 'ImEi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (169, 46, 3, 0, 0, 'step_completed', 'b', 1, null, 1750000024000, 1, 'ImIi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (170, 46, 4, 0, 0, 'signal_received', 'approval 1', 4, null, 1750000025000, 1, 'eyJ5ZXMiOjF9', '{"inbox":1}');
insert into "entry" values (171, 46, 5, 0, 0, 'signal_received', 'approval 2', 4, null, 1750000025000, 1, 'eyJ5ZXMiOjJ9', '{"inbox":2}');
insert into "entry" values (172, 46, 6, 1, 0, 'rolled_back', null, null, null, 1750000026000, 1, 'bnVsbA==', '{"toVersion":2,"fromStep":"approval 2","reason":"a mistake"}');
insert into "entry" values (173, 46, 7, 1, 0, 'forked', null, null, null, 1750000027000, 1, 'eyJydW5JZCI6IjAxOTdhMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwYSIsInZlcnNpb24iOm51bGx9', '{}');
insert into "entry" values (174, 44, 7, 1, 3, 'resumed', null, null, null, 1750000028000, 1, 'bnVsbA==', '{"toVersion":6,"fromStep":"a","reason":"go on"}');
insert into "entry" values (175, 44, 8, 1, 4, 'step_completed', 'b', 1, null, 1750000030000, 1, 'Im90aGVyIg==', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (176, 44, 9, 1, 4, 'step_skipped', 'c', 1, null, 1750000030000, 1, 'bnVsbA==', '{}');
insert into "entry" values (177, 47, 1, 0, 1, 'started', null, null, null, 1750000031000, 1, 'eyJ0byI6IkJlYSJ9', '{}');
insert into "entry" values (178, 47, 2, 0, 1, 'step_completed', 'a', 1, null, 1750000032000, 1, 'ImEi', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (179, 47, 3, 0, 1, 'completed', null, null, null, 1750000033000, 1, 'eyJzYWlkIjoiY29tcGxldGVkIn0=', '{}');
insert into "entry" values (180, 47, 4, 1, 2, 'rolled_back', null, null, null, 1750000034000, 1, 'bnVsbA==', '{"toVersion":1,"fromStep":"a"}');
insert into "entry" values (181, 48, 1, 0, 1, 'started', null, null, null, 1750000035000, 1, 'eyJ0byI6IkJlYSJ9', '{}');
insert into "entry" values (182, 48, 2, 0, 1, 'failed', null, null, null, 1750000036000, 1, 'eyJzYWlkIjoiZmFpbGVkIn0=', '{"failedSteps":["b"]}');
insert into "entry" values (183, 48, 3, 0, 2, 'resumed', null, null, null, 1750000037000, 1, 'bnVsbA==', '{"toVersion":2}');
insert into "entry" values (184, 49, 1, 0, 1, 'started', null, null, null, 1750000038000, 1, 'W3sidGV4dCI6ImFcdTAwMDBiIiwiXHUwMDAwIjowfSxbIlx1ZDgwMCIsInhcdWRjMDB5Iix7Ilx1ZGZmZiI6Ilx1ZDgzZCJ9XSx7Inplcm8iOi0wLCJsaXN0IjpbMCwtMF19LHsienVsdSI6MSwiYWxwaGEiOjIsIm1pa2UiOnsiYiI6MSwiYSI6Mn19LHsiX19wcm90b19fIjp7InBvbGx1dGVkIjp0cnVlfSwiY29uc3RydWN0b3IiOnsicHJvdG90eXBlIjoxfSwiYSI6eyJfX3Byb3RvX18iOjF9fSx7Iml0J3MiOjEsImFcImIiOjIsIjEwMCUiOjMsIlxcIjo0LCIiOjUsIiRyZWYiOjZ9LCInKTsgZHJvcCB0YWJsZSBydW47IC0tIiwi8J+RqeKAjfCfkanigI3wn5GnIOKAqOKAqe+7v1xuXHQkJCAkMSBFJ1xcJyAiLFs5MDA3MTk5MjU0NzQwOTkxLDFlKzMwOCw1ZS0zMjQsLTFlLTcsMC4zMDAwMDAwMDAwMDAwMDAwNF0sWyJudWxsIiwidHJ1ZSIsIjFlNSIsIjIwMjAtMDEtMDFUMDA6MDA6MDBaIiwie30iXSxbe30sW10sIiIsbnVsbCxmYWxzZSwwXSx7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlsidGhlIGNvcmUiXX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19LCLDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6QiXQ==', '{}');
insert into "entry" values (185, 49, 2, 0, 1, 'step_completed', 'it''s step 0 "100%" 👍', 1, null, 1750000039000, 1, 'eyJ0ZXh0IjoiYVx1MDAwMGIiLCJcdTAwMDAiOjB9', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (186, 49, 3, 0, 1, 'step_completed', 'it''s step 1 "100%" 👍', 1, null, 1750000039000, 1, 'WyJcdWQ4MDAiLCJ4XHVkYzAweSIseyJcdWRmZmYiOiJcdWQ4M2QifV0=', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (187, 49, 4, 0, 1, 'step_completed', 'it''s step 2 "100%" 👍', 1, null, 1750000039000, 1, 'eyJ6ZXJvIjotMCwibGlzdCI6WzAsLTBdfQ==', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (188, 49, 5, 0, 1, 'step_completed', 'it''s step 3 "100%" 👍', 1, null, 1750000039000, 1, 'eyJ6dWx1IjoxLCJhbHBoYSI6MiwibWlrZSI6eyJiIjoxLCJhIjoyfX0=', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (189, 49, 6, 0, 1, 'step_completed', 'it''s step 4 "100%" 👍', 1, null, 1750000039000, 1, 'eyJfX3Byb3RvX18iOnsicG9sbHV0ZWQiOnRydWV9LCJjb25zdHJ1Y3RvciI6eyJwcm90b3R5cGUiOjF9LCJhIjp7Il9fcHJvdG9fXyI6MX19', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (190, 49, 7, 0, 1, 'step_completed', 'it''s step 5 "100%" 👍', 1, null, 1750000039000, 1, 'eyJpdCdzIjoxLCJhXCJiIjoyLCIxMDAlIjozLCJcXCI6NCwiIjo1LCIkcmVmIjo2fQ==', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (191, 49, 8, 0, 1, 'step_completed', 'it''s step 6 "100%" 👍', 1, null, 1750000039000, 1, 'IicpOyBkcm9wIHRhYmxlIHJ1bjsgLS0i', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (192, 49, 9, 0, 1, 'step_completed', 'it''s step 7 "100%" 👍', 1, null, 1750000039000, 1, 'IvCfkanigI3wn5Gp4oCN8J+RpyDigKjigKnvu79cblx0JCQgJDEgRSdcXCcgIg==', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (193, 49, 10, 0, 1, 'step_completed', 'it''s step 8 "100%" 👍', 1, null, 1750000039000, 1, 'WzkwMDcxOTkyNTQ3NDA5OTEsMWUrMzA4LDVlLTMyNCwtMWUtNywwLjMwMDAwMDAwMDAwMDAwMDA0XQ==', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (194, 49, 11, 0, 1, 'step_completed', 'it''s step 9 "100%" 👍', 1, null, 1750000039000, 1, 'WyJudWxsIiwidHJ1ZSIsIjFlNSIsIjIwMjAtMDEtMDFUMDA6MDA6MDBaIiwie30iXQ==', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (195, 49, 12, 0, 1, 'step_completed', 'it''s step 10 "100%" 👍', 1, null, 1750000039000, 1, 'W3t9LFtdLCIiLG51bGwsZmFsc2UsMF0=', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (196, 49, 13, 0, 1, 'step_completed', 'it''s step 11 "100%" 👍', 1, null, 1750000039000, 1, 'eyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbInRoZSBjb3JlIl19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfQ==', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (197, 49, 14, 0, 1, 'step_completed', 'it''s step 12 "100%" 👍', 1, null, 1750000039000, 1, 'IsOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpCI=', '{"agent":"writer","attempts":2,"durationMs":7,"tokens":11,"errors":[{"attempt":1,"message":"oh"}]}');
insert into "entry" values (198, 49, 15, 0, 1, 'completed', null, null, null, 1750000040000, 1, 'eyJzYWlkIjoiY29tcGxldGVkIn0=', '{}');
insert into "entry" values (199, 50, 1, 0, 0, 'started', null, null, null, 1750000041000, 1, 'eyJ0byI6IkJlYSJ9', '{}');
insert into "entry" values (200, 50, 2, 0, 6, 'failed', null, null, null, 1750000101000, 1, 'eyJjb2RlIjoiY3Jhc2hfbG9vcCIsIm1lc3NhZ2UiOiJUaGUgcnVuIHdhcyBjbGFpbWVkIDUgdGltZXMgYW5kIG5vIGNsYWltIHJlY29yZGVkIGEgc3RlcDogaXRzIHdvcmtlciBwcm9iYWJseSBkaWVzIGluIGl0LiBMb29rIGF0IHRoZSBzdGVwIGFmdGVyIHRoZSBsYXN0IHJlY29yZGVkIG9uZSwgdGhlbiByZXN1bWUgdGhlIHJ1bi4ifQ==', '{}');
insert into "entry" values (201, 51, 1, 0, 0, 'started', null, null, null, 1750000112000, 1, 'eyJ0byI6IkJlYSJ9', '{}');
insert into "inbox" values (9, 1, 'c1', 'cancel', 'enough', 'null', 1750000021000);
insert into "inbox" values (10, 1, 'm1', 'signal', 'approval', '{"yes":1}', 1750000024000);
insert into "inbox" values (10, 2, 'm2', 'signal', 'approval', '{"yes":2}', 1750000024000);
insert into "inbox" values (10, 3, 'm3', 'signal', 'approval', '"unread"', 1750000024000);
insert into "inbox" values (11, 1, 'm1', 'signal', 'approval', '{"yes":1}', 1750000024000);
insert into "inbox" values (12, 1, 'm1', 'signal', 'approval', '{"yes":1}', 1750000024000);
insert into "inbox" values (12, 2, 'm2', 'signal', 'approval', '{"yes":2}', 1750000024000);
insert into "inbox" values (15, 1, 'h0', 'signal', '"%\''', '{"text":"a\u0000b","\u0000":0}', 1750000039000);
insert into "inbox" values (15, 2, 'h1', 'signal', '"%\''', '["\ud800","x\udc00y",{"\udfff":"\ud83d"}]', 1750000039000);
insert into "inbox" values (15, 3, 'h2', 'signal', '"%\''', '{"zero":-0,"list":[0,-0]}', 1750000039000);
insert into "inbox" values (15, 4, 'h3', 'signal', '"%\''', '{"zulu":1,"alpha":2,"mike":{"b":1,"a":2}}', 1750000039000);
insert into "inbox" values (15, 5, 'h4', 'signal', '"%\''', '{"__proto__":{"polluted":true},"constructor":{"prototype":1},"a":{"__proto__":1}}', 1750000039000);
insert into "inbox" values (15, 6, 'h5', 'signal', '"%\''', '{"it''s":1,"a\"b":2,"100%":3,"\\":4,"":5,"$ref":6}', 1750000039000);
insert into "inbox" values (15, 7, 'h6', 'signal', '"%\''', '"''); drop table run; --"', 1750000039000);
insert into "inbox" values (15, 8, 'h7', 'signal', '"%\''', '"👩‍👩‍👧   ﻿\n\t$$ $1 E''\\'' "', 1750000039000);
insert into "inbox" values (15, 9, 'h8', 'signal', '"%\''', '[9007199254740991,1e+308,5e-324,-1e-7,0.30000000000000004]', 1750000039000);
insert into "inbox" values (15, 10, 'h9', 'signal', '"%\''', '["null","true","1e5","2020-01-01T00:00:00Z","{}"]', 1750000039000);
insert into "inbox" values (15, 11, 'h10', 'signal', '"%\''', '[{},[],"",null,false,0]', 1750000039000);
insert into "inbox" values (15, 12, 'h11', 'signal', '"%\''', '{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":["the core"]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}', 1750000039000);
insert into "inbox" values (15, 13, 'h12', 'signal', '"%\''', '"ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää"', 1750000039000);
insert into "inbox" values (26, 1, 'c1', 'cancel', 'enough', 'null', 1750000021000);
insert into "inbox" values (27, 1, 'm1', 'signal', 'approval', '{"yes":1}', 1750000024000);
insert into "inbox" values (27, 2, 'm2', 'signal', 'approval', '{"yes":2}', 1750000024000);
insert into "inbox" values (27, 3, 'm3', 'signal', 'approval', '"unread"', 1750000024000);
insert into "inbox" values (28, 1, 'm1', 'signal', 'approval', '{"yes":1}', 1750000024000);
insert into "inbox" values (29, 1, 'm1', 'signal', 'approval', '{"yes":1}', 1750000024000);
insert into "inbox" values (29, 2, 'm2', 'signal', 'approval', '{"yes":2}', 1750000024000);
insert into "inbox" values (32, 1, 'h0', 'signal', '"%\''', '{"text":"a\u0000b","\u0000":0}', 1750000039000);
insert into "inbox" values (32, 2, 'h1', 'signal', '"%\''', '["\ud800","x\udc00y",{"\udfff":"\ud83d"}]', 1750000039000);
insert into "inbox" values (32, 3, 'h2', 'signal', '"%\''', '{"zero":-0,"list":[0,-0]}', 1750000039000);
insert into "inbox" values (32, 4, 'h3', 'signal', '"%\''', '{"zulu":1,"alpha":2,"mike":{"b":1,"a":2}}', 1750000039000);
insert into "inbox" values (32, 5, 'h4', 'signal', '"%\''', '{"__proto__":{"polluted":true},"constructor":{"prototype":1},"a":{"__proto__":1}}', 1750000039000);
insert into "inbox" values (32, 6, 'h5', 'signal', '"%\''', '{"it''s":1,"a\"b":2,"100%":3,"\\":4,"":5,"$ref":6}', 1750000039000);
insert into "inbox" values (32, 7, 'h6', 'signal', '"%\''', '"''); drop table run; --"', 1750000039000);
insert into "inbox" values (32, 8, 'h7', 'signal', '"%\''', '"👩‍👩‍👧   ﻿\n\t$$ $1 E''\\'' "', 1750000039000);
insert into "inbox" values (32, 9, 'h8', 'signal', '"%\''', '[9007199254740991,1e+308,5e-324,-1e-7,0.30000000000000004]', 1750000039000);
insert into "inbox" values (32, 10, 'h9', 'signal', '"%\''', '["null","true","1e5","2020-01-01T00:00:00Z","{}"]', 1750000039000);
insert into "inbox" values (32, 11, 'h10', 'signal', '"%\''', '[{},[],"",null,false,0]', 1750000039000);
insert into "inbox" values (32, 12, 'h11', 'signal', '"%\''', '{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":[{"in":["the core"]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}]}', 1750000039000);
insert into "inbox" values (32, 13, 'h12', 'signal', '"%\''', '"ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää"', 1750000039000);
insert into "inbox" values (43, 1, 'c1', 'cancel', 'enough', 'bnVsbA==', 1750000021000);
insert into "inbox" values (44, 1, 'm1', 'signal', 'approval', 'eyJ5ZXMiOjF9', 1750000024000);
insert into "inbox" values (44, 2, 'm2', 'signal', 'approval', 'eyJ5ZXMiOjJ9', 1750000024000);
insert into "inbox" values (44, 3, 'm3', 'signal', 'approval', 'InVucmVhZCI=', 1750000024000);
insert into "inbox" values (45, 1, 'm1', 'signal', 'approval', 'eyJ5ZXMiOjF9', 1750000024000);
insert into "inbox" values (46, 1, 'm1', 'signal', 'approval', 'eyJ5ZXMiOjF9', 1750000024000);
insert into "inbox" values (46, 2, 'm2', 'signal', 'approval', 'eyJ5ZXMiOjJ9', 1750000024000);
insert into "inbox" values (49, 1, 'h0', 'signal', '"%\''', 'eyJ0ZXh0IjoiYVx1MDAwMGIiLCJcdTAwMDAiOjB9', 1750000039000);
insert into "inbox" values (49, 2, 'h1', 'signal', '"%\''', 'WyJcdWQ4MDAiLCJ4XHVkYzAweSIseyJcdWRmZmYiOiJcdWQ4M2QifV0=', 1750000039000);
insert into "inbox" values (49, 3, 'h2', 'signal', '"%\''', 'eyJ6ZXJvIjotMCwibGlzdCI6WzAsLTBdfQ==', 1750000039000);
insert into "inbox" values (49, 4, 'h3', 'signal', '"%\''', 'eyJ6dWx1IjoxLCJhbHBoYSI6MiwibWlrZSI6eyJiIjoxLCJhIjoyfX0=', 1750000039000);
insert into "inbox" values (49, 5, 'h4', 'signal', '"%\''', 'eyJfX3Byb3RvX18iOnsicG9sbHV0ZWQiOnRydWV9LCJjb25zdHJ1Y3RvciI6eyJwcm90b3R5cGUiOjF9LCJhIjp7Il9fcHJvdG9fXyI6MX19', 1750000039000);
insert into "inbox" values (49, 6, 'h5', 'signal', '"%\''', 'eyJpdCdzIjoxLCJhXCJiIjoyLCIxMDAlIjozLCJcXCI6NCwiIjo1LCIkcmVmIjo2fQ==', 1750000039000);
insert into "inbox" values (49, 7, 'h6', 'signal', '"%\''', 'IicpOyBkcm9wIHRhYmxlIHJ1bjsgLS0i', 1750000039000);
insert into "inbox" values (49, 8, 'h7', 'signal', '"%\''', 'IvCfkanigI3wn5Gp4oCN8J+RpyDigKjigKnvu79cblx0JCQgJDEgRSdcXCcgIg==', 1750000039000);
insert into "inbox" values (49, 9, 'h8', 'signal', '"%\''', 'WzkwMDcxOTkyNTQ3NDA5OTEsMWUrMzA4LDVlLTMyNCwtMWUtNywwLjMwMDAwMDAwMDAwMDAwMDA0XQ==', 1750000039000);
insert into "inbox" values (49, 10, 'h9', 'signal', '"%\''', 'WyJudWxsIiwidHJ1ZSIsIjFlNSIsIjIwMjAtMDEtMDFUMDA6MDA6MDBaIiwie30iXQ==', 1750000039000);
insert into "inbox" values (49, 11, 'h10', 'signal', '"%\''', 'W3t9LFtdLCIiLG51bGwsZmFsc2UsMF0=', 1750000039000);
insert into "inbox" values (49, 12, 'h11', 'signal', '"%\''', 'eyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbeyJpbiI6W3siaW4iOlt7ImluIjpbInRoZSBjb3JlIl19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfV19XX1dfQ==', 1750000039000);
insert into "inbox" values (49, 13, 'h12', 'signal', '"%\''', 'IsOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpCI=', 1750000039000);
insert into "worker" values ('default', 'anna', 1750003629000);
insert into "worker" values ('default', 'gone', 1750000114000);
insert into "worker" values ('encoded', 'anna', 1750003629000);
insert into "worker" values ('encoded', 'gone', 1750000114000);
insert into "worker" values ('o''neill & 100% "sons"', 'anna', 1750003629000);
insert into "worker" values ('o''neill & 100% "sons"', 'gone', 1750000114000);
insert into "clock" values (1, 1750172800000);
insert into "sqlite_sequence" values ('run', 51);
commit;
