/** What a waiting run waits for, if that is neither a time nor a message; as on Postgres. */
export const parked = {
  id: 7,
  name: 'parked',
  sql: `
alter table run add column waits_for text;

create index run_parked on run (namespace, waits_for, no) where waits_for is not null;
`,
} as const
