/** What ended lately, for metrics: one row for a run, written when it ends, so that a step's commit costs what it did. */
export const finishedRunsByTime = {
  id: 8,
  name: 'finished-runs-by-time',
  sql: `
create index run_finished on run (namespace, finished_at, no) where finished_at is not null;
`,
} as const
