import { installSql, migrationSql } from '../postgres/install-sql.ts'
import type { Migration } from '../postgres/migration.ts'

const HEAD = `-- The schema of @pawl/state-store. Made by its build from the files in its folder sql/: do not edit.
-- It may be run again at any time. It installs everything, or, if it fails, nothing.
`

/** All of it as one file, for psql and for Supabase's SQL editor. */
export const installFile = (known: readonly Migration[]): string =>
  `${HEAD}-- Version ${known.at(-1)!.id}. An older version is brought up to date, a newer one is left as it is.
--
-- To remove it with all its data: drop schema pawl cascade; drop function if exists public.pawl_door(jsonb);

${installSql(known)}`

/** One migration as a file of a folder that is applied in order. */
export const migrationFile = (migration: Migration): string =>
  `${HEAD}-- Migration ${migration.id}: ${migration.name}. A database that has it already is left as it is.

${migrationSql(migration)}`
