export type { PostgresVersion } from './keeper-messages.ts'
export type { PostgresOptions, PostgresServer } from './start-postgres.ts'
export { startPostgres } from './start-postgres.ts'
