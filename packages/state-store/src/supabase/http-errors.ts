import { StateStoreError } from '../contract/errors.ts'
import type { Failure } from '../postgres/door.ts'
import { failure, late, type Reading, readingOfState, unreachable } from '../postgres/readings.ts'
import type { RpcAnswer } from './client.ts'

/** A request over HTTP that did not bring what it asked for. */
export class FailedRequest extends Error {
  override readonly name = 'FailedRequest'
  /** Of HTTP; 0 if there was no answer. */
  readonly status: number
  /** A SQLSTATE, a code of PostgREST, or nothing. */
  readonly code: string
  /** Whether this side gave up waiting. */
  readonly late: boolean

  constructor({ status, error }: RpcAnswer, gaveUp: boolean) {
    super(saidBy(status, error?.message ?? 'the answer is none of the store', error?.details ?? ''))
    this.status = status
    this.code = error?.code ?? ''
    this.late = gaveUp
  }
}

/** A page of a proxy is long; the reason why nothing was reached stands in the details, before a stack. */
function saidBy(status: number, message: string, details: string): string {
  const [, reason] = /^Caused by: (.*)$/m.exec(details) ?? []
  const said = (status === 0 ? (reason ?? message) : message).slice(0, 300)
  return status === 0 ? said : `${said} (HTTP ${status})`
}

const away: Reading = { ...unreachable, advice: "check the project's URL and the network; then try again" }
/** Nothing was done, so that a claim may go again as well. */
const notYet: Reading = { ...away, fate: 'conflict' }
const denied: Reading = {
  code: 'STORE_ACCESS_DENIED',
  retriable: false,
  advice:
    "use the secret key (or the service_role key) of this project: the publishable and the anon key, and users' " +
    'tokens, are refused',
  fate: 'undone',
}
const noDoor: Reading = {
  code: 'STORE_SCHEMA_MISSING',
  retriable: false,
  advice:
    "install the schema 'pawl' in this project: run 'npx pawl-state-store migrate' with its connection string, or the " +
    "output of 'npx pawl-state-store sql' in its SQL editor",
  fate: 'undone',
}
const elsewhere: Reading = {
  code: 'STORE_UNREADABLE',
  retriable: false,
  advice: "no Supabase project answers there; check the project's URL",
  fate: 'undone',
}

/** Codes of PostgREST (docs.postgrest.org/en/v12/references/errors.html). 001 may be a connection that broke in the middle. */
const CODES: { readonly [code: string]: Reading } = {
  PGRST000: notYet,
  PGRST001: away,
  PGRST002: notYet,
  PGRST003: notYet,
  PGRST106: {
    ...noDoor,
    advice: "expose the schema 'public' in the project's API settings, as it is by default",
  },
  PGRST202: noDoor,
  PGRST203: noDoor,
  PGRST300: denied,
  PGRST301: denied,
  PGRST302: denied,
  PGRST303: denied,
}

/** Where only the status tells. Above 519 they are of the gateway, and of what stands before it. */
const STATUSES: { readonly [status: number]: Reading } = {
  401: denied,
  403: denied,
  404: elsewhere,
  405: elsewhere,
  413: {
    code: 'ENTRY_TOO_LARGE',
    retriable: false,
    advice: 'the gateway takes no request of this size; store the data elsewhere and keep a reference',
    fate: 'refused',
  },
  429: { ...away, advice: 'the gateway limits the rate of requests; try again later', fate: 'undone' },
  540: { ...away, advice: 'the project is paused; restore it in the dashboard', fate: 'undone' },
}

/** The words for a connection of `pg`, in those of a project. */
const IN_OUR_WORDS: { readonly [code: string]: Reading } = {
  STORE_ACCESS_DENIED: denied,
  STORE_SCHEMA_MISSING: noDoor,
}

function readingOf(failed: FailedRequest): Reading | undefined {
  const { status, code } = failed
  if (failed.late) return late
  const state = readingOfState(code)
  const known = CODES[code] ?? (state && (IN_OUR_WORDS[state.code] ?? state))
  if (known !== undefined) return known
  // The database spoke, about this operation.
  if (/^[0-9A-Z]{5}$/.test(code)) return undefined
  if (STATUSES[status] !== undefined) return STATUSES[status]
  // A connection that broke under a statement has no SQLSTATE, only libpq's words; PostgREST makes a 400 of that.
  if (status === 400 && code === '') return away
  // No answer, one of a gateway, or one that is not PostgREST's.
  return status < 400 || status >= 500 || status === 408 ? away : undefined
}

/** Reads what the door threw; errors of ours pass through. */
export function httpFailure(thrown: unknown, location: string): Failure {
  if (thrown instanceof StateStoreError) return { error: thrown, fate: 'undone' }
  if (thrown instanceof FailedRequest) return failure(location, thrown.message, readingOf(thrown), thrown)
  // A client of the caller's may reject where ours answers.
  return failure(location, thrown instanceof Error ? thrown.message : String(thrown), away, thrown)
}
