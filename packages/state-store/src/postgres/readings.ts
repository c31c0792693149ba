import { StateStoreError, type StateStoreErrorCode } from '../contract/errors.ts'
import type { Failure, Fate } from './door.ts'
import { REFUSED } from './install-sql.ts'

/** What a code of the server or of the way to it means, in the words of the contract. */
export interface Reading {
  readonly code: StateStoreErrorCode
  readonly retriable: boolean
  /** For people: the next action. */
  readonly advice: string
  readonly fate: Fate
}

export const unreachable: Reading = {
  code: 'STORE_UNREACHABLE',
  retriable: true,
  advice: 'check that the server runs and that host, port and network are right; then try again',
  fate: 'unknown',
}
const denied: Reading = {
  code: 'STORE_ACCESS_DENIED',
  retriable: false,
  advice: 'check the user, the password and the rights of the role',
  fate: 'undone',
}
const conflict: Reading = {
  code: 'STORE_CONFLICT',
  retriable: true,
  advice: 'another transaction was in the way; try again',
  fate: 'conflict',
}
const cancelled: Reading = {
  code: 'STORE_TIMEOUT',
  retriable: true,
  advice: 'the statement took longer than it may; try again, or raise the timeout',
  fate: 'undone',
}
/** The client gave up; the server may still finish. */
export const late: Reading = { ...cancelled, fate: 'unknown' }
const noSchema: Reading = {
  code: 'STORE_SCHEMA_MISSING',
  retriable: false,
  advice:
    "the schema 'pawl' is not, or not wholly, installed in this database; open the store with migrate: true",
  fate: 'undone',
}
const fatal = (code: StateStoreErrorCode, advice: string): Reading => ({
  code,
  retriable: false,
  advice,
  fate: 'undone',
})

/** SQLSTATE codes (postgresql.org/docs/current/errcodes-appendix.html). */
const SQLSTATES: { readonly [state: string]: Reading } = {
  '28000': denied,
  '28P01': denied,
  '42501': denied,
  '3D000': fatal('STORE_UNREADABLE', 'the database does not exist; create it, or correct its name'),
  '3F000': noSchema,
  '42P01': noSchema,
  '42883': noSchema,
  '40001': conflict,
  '40P01': conflict,
  '55P03': conflict,
  '57014': cancelled,
  '53100': {
    code: 'STORE_FULL',
    retriable: true,
    advice: "the server's disk is full; free some space and try again",
    fate: 'undone',
  },
  '53200': {
    code: 'STORE_FAILED',
    retriable: true,
    advice: 'the server ran out of memory; try again',
    fate: 'undone',
  },
  '53300': {
    ...unreachable,
    advice: 'the server has no connection left; lower maxConnections or raise its limit',
    fate: 'undone',
  },
  '57P01': unreachable,
  '57P02': unreachable,
  '57P03': unreachable,
  '25006': {
    code: 'STORE_READ_ONLY',
    retriable: true,
    advice: 'the server takes no writes, as a standby does; connect to the primary',
    fate: 'undone',
  },
  '54000': {
    code: 'INVALID_ARGUMENT',
    retriable: false,
    advice: 'its names are too long for an index; shorten them, to about 800 bytes in UTF-8 each',
    fate: 'refused',
  },
  // A statement that the connection should know, and does not, or knows from somebody else.
  '26000': fatal(
    'INVALID_ARGUMENT',
    'the connection keeps no prepared statements; open with prepared: false',
  ),
  '42P05': fatal(
    'INVALID_ARGUMENT',
    'the connection keeps no prepared statements; open with prepared: false',
  ),
  XX001: fatal('STORE_CORRUPT', 'the data is damaged; restore a backup'),
  XX002: fatal('STORE_CORRUPT', 'an index is damaged; reindex it'),
  [REFUSED.newer]: fatal('STORE_NEWER_SCHEMA', 'upgrade @pawl/state-store in this program'),
  [REFUSED.drift]: fatal(
    'STORE_MIGRATION_DRIFT',
    'install the version of @pawl/state-store that created the schema, or restore a backup',
  ),
  [REFUSED.server]: fatal('STORE_UNREADABLE', 'use another server or database'),
}

/** What a SQLSTATE says, if it says something about more than the operation that failed. */
export const readingOfState = (state: string): Reading | undefined =>
  SQLSTATES[state] ?? (/^08[0-9A-Z]{3}$/.test(state) ? unreachable : undefined)

/** A pooler in transaction mode does not take settings for one client's connection. */
export const notTaken: Reading = fatal(
  'INVALID_ARGUMENT',
  'the pooler takes no settings of a connection; open without statementTimeoutMs',
)

export const noTls: Reading = fatal(
  'STORE_UNREACHABLE',
  "open without 'ssl' and without sslmode, or turn on TLS in the server",
)
export const untrusted: Reading = fatal(
  'STORE_UNREACHABLE',
  "the server's certificate is not trusted: pass the one that signed it, as ssl: { ca }",
)

/** What is not about the server or the way to it is about one of the operations: asked alone, the others pass. */
export function failure(
  location: string,
  said: string,
  reading: Reading | undefined,
  cause: unknown,
): Failure {
  if (reading === undefined) {
    return { error: new StateStoreError('STORE_FAILED', `${location}: ${said}`, { cause }), fate: 'refused' }
  }
  const { code, retriable, advice, fate } = reading
  return {
    error: new StateStoreError(code, `${location}: ${said}: ${advice}.`, { retriable, cause }),
    fate,
  }
}
