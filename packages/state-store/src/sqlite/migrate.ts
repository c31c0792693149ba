import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { StateStoreError } from '../contract/errors.ts'
import { APPLICATION_ID } from './identify-file.ts'
import { MIGRATIONS, type Migration, SCHEMA_VERSION } from './migrations/index.ts'

/**
 * Brings the schema up to date inside one write transaction, so that of several processes that open a new
 * file at once exactly one migrates. Does nothing, and writes nothing, when it is up to date.
 */
export function migrate(db: DatabaseSync, location: string): void {
  if (schemaVersion(db) === SCHEMA_VERSION) {
    checkChecksums(db, location)
    return
  }
  db.exec('begin immediate')
  try {
    applyMissing(db)
    checkChecksums(db, location)
    db.exec('commit')
  } catch (error) {
    if (db.isTransaction) db.exec('rollback')
    throw error
  }
}

const schemaVersion = (db: DatabaseSync): number =>
  (db.prepare('pragma user_version').get() as { user_version: number }).user_version

function applyMissing(db: DatabaseSync): void {
  // Read again under the lock: another process may have migrated while this one waited for it.
  const from = schemaVersion(db)
  if (from === 0) {
    db.exec(`pragma application_id = ${APPLICATION_ID}`)
    db.exec(
      'create table migration (id integer primary key, name text not null, checksum text not null) strict',
    )
  }
  const record = db.prepare('insert into migration (id, name, checksum) values (?, ?, ?)')
  for (const migration of MIGRATIONS.filter(({ id }) => id > from)) {
    db.exec(migration.sql)
    record.run(migration.id, migration.name, checksum(migration))
  }
  db.exec(`pragma user_version = ${Math.max(from, SCHEMA_VERSION)}`)
}

function checkChecksums(db: DatabaseSync, location: string): void {
  const applied = db.prepare('select id, checksum from migration order by id').all() as {
    id: number
    checksum: string
  }[]
  for (const { id, checksum: stored } of applied) {
    const migration = MIGRATIONS.find((known) => known.id === id)
    if (migration !== undefined && checksum(migration) !== stored) {
      throw new StateStoreError(
        'STORE_MIGRATION_DRIFT',
        `${location}: migration ${id} (${migration.name}) was applied with other content than this version of ` +
          '@pawl/state-store has. Install the version that created the file, or restore a backup.',
      )
    }
  }
}

const checksum = (migration: Migration): string => createHash('sha256').update(migration.sql).digest('hex')
