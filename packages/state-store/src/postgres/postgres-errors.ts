import { StateStoreError, type StateStoreErrorCode } from '../contract/errors.ts'

interface Reading {
  readonly code: StateStoreErrorCode
  readonly retriable: boolean
  readonly advice: string
}

const unreachable: Reading = {
  code: 'STORE_UNREACHABLE',
  retriable: true,
  advice: 'check that the server runs and that host, port and network are right; then try again',
}
const denied: Reading = {
  code: 'STORE_ACCESS_DENIED',
  retriable: false,
  advice: 'check the user, the password and the rights of the role',
}
const conflict: Reading = {
  code: 'STORE_CONFLICT',
  retriable: true,
  advice: 'another transaction was in the way; try again',
}
const slow: Reading = {
  code: 'STORE_TIMEOUT',
  retriable: true,
  advice: 'the statement took longer than it may; try again, or raise the timeout',
}
const noSchema: Reading = {
  code: 'STORE_SCHEMA_MISSING',
  retriable: false,
  advice:
    "the schema 'pawl' is not, or not wholly, installed in this database; open the store with migrate: true",
}

/** SQLSTATE codes (postgresql.org/docs/current/errcodes-appendix.html) in the words of the contract. */
const READINGS: { readonly [state: string]: Reading } = {
  '28000': denied,
  '28P01': denied,
  '42501': denied,
  '3D000': {
    code: 'STORE_UNREADABLE',
    retriable: false,
    advice: 'the database does not exist; create it, or correct its name',
  },
  '3F000': noSchema,
  '42P01': noSchema,
  '42883': noSchema,
  '40001': conflict,
  '40P01': conflict,
  '55P03': conflict,
  '57014': slow,
  '53100': {
    code: 'STORE_FULL',
    retriable: true,
    advice: "the server's disk is full; free some space and try again",
  },
  '53200': { code: 'STORE_FAILED', retriable: true, advice: 'the server ran out of memory; try again' },
  '53300': {
    ...unreachable,
    advice: 'the server has no connection left; lower maxConnections or raise its limit',
  },
  '57P01': unreachable,
  '57P02': unreachable,
  '57P03': unreachable,
  '25006': {
    code: 'STORE_READ_ONLY',
    retriable: true,
    advice: 'the server takes no writes, as a standby does; connect to the primary',
  },
  '54000': {
    code: 'INVALID_ARGUMENT',
    retriable: false,
    advice: 'its names are too long for an index; shorten them, to about 800 bytes in UTF-8 each',
  },
  XX001: { code: 'STORE_CORRUPT', retriable: false, advice: 'the data is damaged; restore a backup' },
  XX002: { code: 'STORE_CORRUPT', retriable: false, advice: 'an index is damaged; reindex it' },
}

/** Codes of Node for a connection that was not made or that broke. */
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ENOENT',
])

/** What `pg` and its pool say without a code (pg/lib/client.js, pg-pool/index.js). */
const BROKEN =
  /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|not queryable/
const LATE = /Query read timeout/

/** The code of an error as the server or Node gave it. */
const stateOf = (error: unknown): string =>
  String((error as { code?: unknown } | null | undefined)?.code ?? '')

function readingOf(error: unknown): Reading | undefined {
  const state = stateOf(error)
  if (READINGS[state] !== undefined) return READINGS[state]
  if (state.startsWith('08') || NETWORK.has(state)) return unreachable
  // Node tries every address of a name and says so in an error of its own, with the code of the last one inside.
  if (error instanceof AggregateError) return error.errors.map(readingOf).find((one) => one !== undefined)
  const said = error instanceof Error ? error.message : ''
  if (LATE.test(said)) return slow
  return BROKEN.test(said) ? unreachable : undefined
}

/** Turns what `pg` threw into the package's error; ours pass through. The message holds no value of a row. */
export function postgresError(error: unknown, location: string): StateStoreError {
  if (error instanceof StateStoreError) return error
  const reading = readingOf(error)
  const said = (error instanceof Error && error.message) || stateOf(error) || String(error)
  if (reading === undefined)
    return new StateStoreError('STORE_FAILED', `${location}: ${said}`, { cause: error })
  return new StateStoreError(reading.code, `${location}: ${said}: ${reading.advice}.`, {
    retriable: reading.retriable,
    cause: error,
  })
}

/** Whether the transaction was certainly not committed, so that anything may be asked again at once. */
export const isRolledBack = (error: unknown): boolean => ['40001', '40P01', '55P03'].includes(stateOf(error))

/** Whether the answer was lost: the transaction may have been committed, or not. */
export const isLostAnswer = (error: unknown): boolean => {
  const code = readingOf(error)?.code
  return (code === 'STORE_UNREACHABLE' && stateOf(error) !== '53300') || LATE.test(String(error))
}

/** Whether one of the operations is at fault, not the server or the way to it: asked alone, the others pass. */
export const isOfOneOperation = (error: unknown): boolean => {
  const reading = readingOf(error)
  return reading === undefined || reading.code === 'INVALID_ARGUMENT'
}
