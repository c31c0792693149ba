/** Every error code of the crew's work. Match errors by it, never by `instanceof`. */
export type CrewErrorCode =
  | 'PATH_UNREADABLE'
  | 'PATH_NOT_DIRECTORY'
  | 'INPUT_INVALID'
  | 'NOTHING_TO_READ'
  | 'NO_MATCH'
  | 'REPORT_UNWRITABLE'

/**
 * The one error class of the agents. `message` names the thing that failed and the next action; `retriable` says
 * whether the same call may succeed later with nothing changed by a person; `cause` is the underlying error.
 */
export class CrewError extends Error {
  readonly code: CrewErrorCode
  readonly retriable: boolean

  constructor(code: CrewErrorCode, message: string, options: { retriable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'CrewError'
    this.code = code
    this.retriable = options.retriable ?? false
  }
}

/** The `code` of a Node system error (`EACCES`, `ENOENT`, ...), or `UNKNOWN` for anything else. */
export function systemCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return 'UNKNOWN'
}
