-- What ended lately, for `read_metrics`: one row for a run, written when it ends, so that a step's commit costs what it did.

create index run_finished on pawl.run (namespace, finished_at, no) where finished_at is not null;
