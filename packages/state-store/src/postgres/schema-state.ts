import { StateStoreError } from '../contract/errors.ts'
import { type AppliedMigration, FUNCTIONS } from './migration.ts'

/**
 * Compares what a database has with what this code knows; returns what it lacks, oldest first.
 *
 * Throws `STORE_NEWER_SCHEMA` or `STORE_MIGRATION_DRIFT`; both are about a schema that is better left untouched.
 */
export function missingOf<M extends AppliedMigration>(
  applied: readonly AppliedMigration[],
  known: readonly M[],
  location: string,
): readonly M[] {
  const newest = applied.at(-1)?.id ?? 0
  const last = known.at(-1)!.id
  if (newest > last) {
    throw new StateStoreError(
      'STORE_NEWER_SCHEMA',
      `${location} has schema version ${newest}; this version of @pawl/state-store knows ${last}. ` +
        'It was left untouched. Upgrade @pawl/state-store in this program.',
    )
  }
  for (const { id, name, checksum } of applied) {
    // The functions of an older release are replaced by ours.
    if (name === FUNCTIONS && id < last) continue
    if (known.find((one) => one.id === id)?.checksum === checksum) continue
    throw new StateStoreError(
      'STORE_MIGRATION_DRIFT',
      `${location}: migration ${id} (${name}) was applied with other content than this version of ` +
        '@pawl/state-store has. Install the version that created the schema, or restore a backup.',
    )
  }
  return known.filter(({ id }) => !applied.some((one) => one.id === id))
}

/** The error of a schema that lacks something and may not be completed here. */
export const schemaMissing = (
  location: string,
  missing: number,
  of: number,
  advice: string,
): StateStoreError =>
  new StateStoreError(
    'STORE_SCHEMA_MISSING',
    `${location}: the schema 'pawl' lacks ${missing} of ${of} migrations. ${advice}`,
  )
