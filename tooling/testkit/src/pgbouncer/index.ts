export type { Pgbouncer, PgbouncerOptions } from './start-pgbouncer.ts'
export { startPgbouncer } from './start-pgbouncer.ts'
