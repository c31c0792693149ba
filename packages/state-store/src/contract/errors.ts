/** What can go wrong in a state store. Match on `code`; an application may hold two copies of the class. */
export type StateStoreErrorCode =
  | 'STORE_CLOSED'
  | 'STORE_FAILED'
  | 'STORE_BUSY'
  | 'STORE_FULL'
  | 'STORE_READ_ONLY'
  | 'STORE_UNREADABLE'
  | 'STORE_UNREACHABLE'
  | 'STORE_ACCESS_DENIED'
  | 'STORE_SCHEMA_MISSING'
  | 'STORE_TIMEOUT'
  | 'STORE_CONFLICT'
  | 'STORE_FOREIGN_FILE'
  | 'STORE_NEWER_SCHEMA'
  | 'STORE_MIGRATION_DRIFT'
  | 'STORE_CORRUPT'
  | 'NOT_JSON'
  | 'ENTRY_TOO_LARGE'
  | 'RUN_NOT_FOUND'
  | 'VERSION_NOT_FOUND'
  | 'VERSION_CONFLICT'
  | 'KEY_IN_USE'
  | 'RUN_NOT_RESUMABLE'
  | 'RUN_COMPACTED'
  | 'UNKNOWN_FORMAT'
  | 'TRANSACTION_UNSUPPORTED'
  | 'TRANSACTION_MISUSED'
  | 'INVALID_ARGUMENT'

/**
 * The base class of every error that this package throws.
 *
 * `retriable` says whether the same call may succeed later without a change by the caller;
 * writes are idempotent, so a retriable write may be sent again as it is.
 */
export class StateStoreError extends Error {
  override readonly name = 'StateStoreError'
  readonly code: StateStoreErrorCode
  readonly retriable: boolean

  constructor(
    code: StateStoreErrorCode,
    message: string,
    options: { readonly retriable?: boolean; readonly cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.retriable = options.retriable ?? false
  }
}

/** Makes the error of an argument that the store refuses, before anything is written. */
export const invalidArgument = (message: string): StateStoreError =>
  new StateStoreError('INVALID_ARGUMENT', message)
