/** Every error code of the audit. Match errors by it, never by `instanceof`. */
export type AuditErrorCode =
  | 'AUDIT_PATH_UNREADABLE'
  | 'AUDIT_PATH_NOT_DIRECTORY'
  | 'AUDIT_INPUT_INVALID'
  | 'AUDIT_REPORT_UNWRITABLE'

/**
 * The one error class of the audit. `message` names the thing that failed and the next action; `retriable` says
 * whether the same call may succeed later with nothing changed by a person; `cause` is the underlying error.
 */
export class AuditError extends Error {
  readonly code: AuditErrorCode
  readonly retriable: boolean

  constructor(code: AuditErrorCode, message: string, options: { retriable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AuditError'
    this.code = code
    this.retriable = options.retriable ?? false
  }
}

/** The `code` of a Node system error (`EACCES`, `ENOENT`, ...), or `UNKNOWN` for anything else. */
export function systemCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return 'UNKNOWN'
}
