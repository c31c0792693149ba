import { named } from './define/task-type.ts'

/** What can go wrong in the runtime. Match on `code`; an application may hold two copies of the class. */
export type RuntimeErrorCode =
  | 'UNKNOWN_WORKFLOW'
  | 'UNKNOWN_AGENT'
  | 'AGENT_DISABLED'
  | 'INVALID_INPUT'
  | 'INVALID_DEFINITION'
  | 'INVALID_NAME'
  | 'DUPLICATE_STEP'
  | 'MISSING_STEP'
  | 'CYCLE'
  | 'AMBIGUOUS_STEP'
  | 'NON_DETERMINISM'
  | 'STEP_FAILED'
  | 'SIGNAL_TIMEOUT'
  | 'RUN_LIMIT'
  | 'WORKFLOW_FAILED'
  | 'WORKFLOW_CANCELLED'
  | 'RUN_NOT_FOUND'
  | 'RUN_NOT_RESUMABLE'
  | 'RUN_FINISHED'
  | 'RUN_INTERRUPTED'
  | 'INVALID_CURSOR'
  | 'NOT_INITIALIZED'
  | 'SHUT_DOWN'
  | 'SINK_REFUSED'
  | 'TEST_STUCK'
  | 'CRASH_TEST_FAILED'

interface Options {
  readonly retriable?: boolean
  readonly cause?: unknown
}

/** The base class of every error that this package throws; `retriable` says whether the same call may succeed later. */
export class RuntimeError extends Error {
  override readonly name: string = 'RuntimeError'
  readonly code: RuntimeErrorCode
  readonly retriable: boolean

  constructor(code: RuntimeErrorCode, message: string, options: Options = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.retriable = options.retriable ?? false
  }
}

/** An error as it stands in a journal. Stacks stay out: they say where code lives and change with every build. */
export interface ErrorRecord {
  readonly name: string
  readonly message: string
  readonly code?: string
  readonly retriable?: boolean
  /** The step that failed, on `STEP_FAILED`. */
  readonly step?: string
  /** What the step failed with, on `STEP_FAILED`. */
  readonly cause?: ErrorRecord
}

/** A step ended without an output; what it failed with is in `failure`, as the journal keeps it. */
export class StepFailedError extends RuntimeError {
  override readonly name = 'StepFailedError'
  readonly step: string
  readonly failure: ErrorRecord

  constructor(step: string, failure: ErrorRecord) {
    super('STEP_FAILED', `Step '${step}' failed: ${failure.message}`, { cause: rebuild(failure) })
    this.step = step
    this.failure = failure
  }
}

/** The agent was not asked: somebody disabled it, or its calls failed too often. */
export class AgentDisabledError extends RuntimeError {
  override readonly name = 'AgentDisabledError'
  readonly agent: string
  /** When it may be asked again, as far as is known. */
  readonly retryAfterMs: number
  /** It is being tried just now. */
  readonly isTried: boolean

  constructor(agent: string, reason: string | null, retryAfterMs: number, isTried = false) {
    const why = reason === null ? '' : `: ${reason}`
    super(
      'AGENT_DISABLED',
      `Agent '${agent}' is disabled${why}. enableAgent('${agent}') lets it work again.`,
      {
        retriable: true,
      },
    )
    this.agent = agent
    this.retryAfterMs = retryAfterMs
    this.isTried = isTried
  }
}

/** The code asked for other steps than the journal holds; both sides are in the message. */
export class NonDeterminismError extends RuntimeError {
  override readonly name = 'NonDeterminismError'

  constructor(message: string) {
    super(
      'NON_DETERMINISM',
      `${message} Keep what a run already did as it was, or give the workflow a new version and let the run end on the old one.`,
    )
  }
}

/** A run ended as failed. `failure` is the error as the journal keeps it. */
export class WorkflowFailedError extends RuntimeError {
  override readonly name = 'WorkflowFailedError'
  readonly runId: string
  readonly failure: ErrorRecord

  constructor(runId: string, type: string, failure: ErrorRecord) {
    const advice = `Resume it with resumeWorkflow('${runId}') once the cause is gone.`
    super('WORKFLOW_FAILED', `${capital(named(type))} failed: ${sentence(failure.message)} ${advice}`, {
      cause: rebuild(failure),
    })
    this.runId = runId
    this.failure = failure
  }
}

/** A run ended as cancelled. */
export class WorkflowCancelledError extends RuntimeError {
  override readonly name = 'WorkflowCancelledError'
  readonly runId: string
  readonly reason: string

  constructor(runId: string, type: string, reason: string) {
    super('WORKFLOW_CANCELLED', `${capital(named(type))} (run ${runId}) was cancelled: ${reason}.`)
    this.runId = runId
    this.reason = reason
  }
}

const MAX_MESSAGE = 4_000

/** What a journal keeps of anything that was thrown. */
export function recordError(error: unknown): ErrorRecord {
  try {
    return readError(error)
  } catch {
    // Anything may be thrown: a getter that throws, an object that has no text.
    return { name: 'Error', message: 'Something was thrown that cannot be read.' }
  }
}

function readError(error: unknown): ErrorRecord {
  if (typeof error !== 'object' || error === null) return { name: 'Error', message: shorten(String(error)) }
  const { name, message, code, retriable, step, failure } = error as { [key: string]: unknown }
  return {
    name: typeof name === 'string' ? shorten(name) : 'Error',
    message: shorten(typeof message === 'string' ? message : String(error)),
    ...(typeof code === 'string' ? { code: shorten(code) } : {}),
    ...(typeof retriable === 'boolean' ? { retriable } : {}),
    ...(code === 'STEP_FAILED' && typeof step === 'string' ? { step, ...causeOf(failure) } : {}),
  }
}

/** A step's failure is a record already; it is read again because anything may be thrown. */
const causeOf = (failure: unknown): { readonly cause?: ErrorRecord } =>
  typeof failure === 'object' && failure !== null ? { cause: readError(failure) } : {}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

/** The text with one full stop at its end. */
const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`)

const shorten = (text: string): string =>
  text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text

function rebuild(failure: ErrorRecord): Error {
  const { name, message, cause, ...rest } = failure
  const error = new Error(message, cause === undefined ? undefined : { cause: rebuild(cause) })
  return Object.assign(error, rest, { name })
}
