import { existsSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { StateStoreError } from '../contract/errors.ts'
import { SCHEMA_VERSION } from './migrations/index.ts'
import { sqliteError } from './sqlite-errors.ts'

/** `Pawl` in ASCII: marks a SQLite file as ours (PRAGMA application_id). */
export const APPLICATION_ID = 0x5061776c

/**
 * Refuses a file that is not ours or is newer than this code, looking through a read-only connection so that
 * the file stays as it is. A missing or empty file is welcome.
 */
export function identifyFile(path: string, busyTimeoutMs: number): void {
  if (!existsSync(path)) return
  const stats = statSync(path)
  if (!stats.isFile()) {
    throw new StateStoreError(
      'STORE_UNREADABLE',
      `${path} is not a file. Give the path of a file; it is created if it does not exist.`,
    )
  }
  if (stats.size === 0) return
  const { applicationId, version, tables } = readHeader(path, busyTimeoutMs)
  // Another process that opens the same new file may have made it, and not yet filled it.
  if (applicationId === 0 && version === 0 && tables === 0) return
  if (applicationId !== APPLICATION_ID) {
    throw new StateStoreError(
      'STORE_FOREIGN_FILE',
      `${path} is a SQLite database of another application; it was left untouched. ` +
        'Let the store create the file, then add your tables to it, or choose another path.',
    )
  }
  if (version > SCHEMA_VERSION) {
    throw new StateStoreError(
      'STORE_NEWER_SCHEMA',
      `${path} has schema version ${version}; this version of @pawl/state-store knows ${SCHEMA_VERSION}. ` +
        'It was left untouched. Upgrade @pawl/state-store in this program.',
    )
  }
}

interface Header {
  readonly applicationId: number
  readonly version: number
  readonly tables: number
}

function readHeader(path: string, timeout: number): Header {
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout })
    // One statement is one snapshot: a migration by another process is seen whole or not at all.
    return db
      .prepare(`
        select (select application_id from pragma_application_id) as applicationId,
               (select user_version from pragma_user_version) as version,
               (select count(*) from sqlite_master) as tables`)
      .get() as unknown as Header
  } catch (error) {
    throw sqliteError(error, path)
  } finally {
    db?.close()
  }
}
