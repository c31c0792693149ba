import { StateStoreError } from '../contract/errors.ts'
import type { Failure } from './door.ts'
import {
  failure,
  late,
  noTls,
  notTaken,
  type Reading,
  readingOfState,
  unreachable,
  untrusted,
} from './readings.ts'

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
/** What pgbouncer says about `statement_timeout`, with a code that it has for everything. */
const NOT_TAKEN = /unsupported startup parameter/

/** What Node and OpenSSL say about a certificate (nodejs.org/api/tls.html#x509-certificate-error-codes), and `pg` about none. */
const UNTRUSTED = /CERT|UNABLE_TO_|ERR_TLS|ERR_SSL/
const NO_TLS = /does not support SSL connections/

/** The code of an error as the server or Node gave it. */
const stateOf = (error: unknown): string =>
  String((error as { code?: unknown } | null | undefined)?.code ?? '')

function readingOf(error: unknown): Reading | undefined {
  const said = error instanceof Error ? error.message : ''
  if (NOT_TAKEN.test(said)) return notTaken
  const state = stateOf(error)
  if (UNTRUSTED.test(state)) return untrusted
  if (NO_TLS.test(said)) return noTls
  const reading = readingOfState(state) ?? (NETWORK.has(state) ? unreachable : undefined)
  if (reading !== undefined) return reading
  // Node tries every address of a name and says so in an error of its own, with the code of the last one inside.
  if (error instanceof AggregateError) return error.errors.map(readingOf).find((one) => one !== undefined)
  if (LATE.test(said)) return late
  return BROKEN.test(said) ? unreachable : undefined
}

/** Reads what `pg` threw; errors of ours pass through. The message holds no value of a row. */
export function postgresFailure(error: unknown, location: string): Failure {
  if (error instanceof StateStoreError) return { error, fate: 'undone' }
  const said = (error instanceof Error && error.message) || stateOf(error) || String(error)
  return failure(location, said, readingOf(error), error)
}
