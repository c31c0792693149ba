import { StateStoreError, type StateStoreErrorCode } from '../contract/errors.ts'

interface Reading {
  readonly code: StateStoreErrorCode
  readonly retriable: boolean
  readonly advice: string
}

/** SQLite's primary result codes (sqlite.org/rescode.html) in the words of the contract. */
const READINGS: { readonly [resultCode: number]: Reading } = {
  5: { code: 'STORE_BUSY', retriable: true, advice: 'another process holds the write lock; try again' },
  6: { code: 'STORE_BUSY', retriable: true, advice: 'a table is locked; try again' },
  8: {
    code: 'STORE_READ_ONLY',
    retriable: false,
    advice: 'make the file and its folder writable for this user',
  },
  10: { code: 'STORE_FAILED', retriable: true, advice: 'the disk reported an error; check it and try again' },
  11: { code: 'STORE_CORRUPT', retriable: false, advice: 'the file is damaged; restore a backup' },
  13: {
    code: 'STORE_FULL',
    retriable: true,
    advice: 'the disk or the size limit is full; free some space and try again',
  },
  14: {
    code: 'STORE_UNREADABLE',
    retriable: false,
    advice: 'check that the folder exists and may be written to',
  },
  23: {
    code: 'STORE_UNREADABLE',
    retriable: false,
    advice: 'its folder cannot be used; check the path and the permissions',
  },
  26: {
    code: 'STORE_FOREIGN_FILE',
    retriable: false,
    advice: 'it is not a SQLite database and was left untouched; choose another path',
  },
}

/** SQLITE_BUSY: another connection has the lock. */
export const SQLITE_BUSY = 5

/** SQLITE_CONSTRAINT, the one error that an operation itself may answer. */
export const SQLITE_CONSTRAINT = 19

export function resultCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode
  return typeof code === 'number' ? code & 0xff : undefined
}

/** Turns what node:sqlite or the file system threw into the package's error; ours pass through. */
export function sqliteError(error: unknown, location: string): StateStoreError {
  if (error instanceof StateStoreError) return error
  const reading = READINGS[resultCode(error) ?? -1] ?? fileReading(error)
  const said = error instanceof Error ? error.message : String(error)
  if (reading === undefined) {
    return new StateStoreError('STORE_FAILED', `${location}: ${said}`, { cause: error })
  }
  return new StateStoreError(reading.code, `${location}: ${said}: ${reading.advice}.`, {
    retriable: reading.retriable,
    cause: error,
  })
}

function fileReading(error: unknown): Reading | undefined {
  switch ((error as { code?: unknown } | null)?.code) {
    case 'EACCES':
    case 'EPERM':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'ENOENT':
      return READINGS[23]
    case 'EROFS':
      return READINGS[8]
    case 'ENOSPC':
      return READINGS[13]
    default:
      return undefined
  }
}
