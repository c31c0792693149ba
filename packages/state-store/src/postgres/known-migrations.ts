import type { AppliedMigration } from './migration.ts'
import { migrations } from './migrations.ts'

/**
 * What this version of the package expects of a schema, without the texts. In what is published the build has put the
 * list itself here (`build/embed-sql.ts`): a transport that only compares needs neither a file nor the SQL.
 */
export const knownMigrations = (): readonly AppliedMigration[] =>
  migrations().map(({ id, name, checksum }) => ({ id, name, checksum }))
