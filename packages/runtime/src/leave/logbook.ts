import { LOG_LEVELS, type LogLevel, type LogLine, type RedactedLine, type Telemetry } from '@pawl/state-store'
import { RuntimeError } from '../errors.ts'
import type { Emit, RuntimeEvents } from './events.ts'

/** A program's own logger: one of `pino` is one, and so is `console`. */
export interface LogSink {
  debug(fields: LogFields, message: string): unknown
  info(fields: LogFields, message: string): unknown
  warn(fields: LogFields, message: string): unknown
  error(fields: LogFields, message: string): unknown
}

/** What a sink is given beside the message, without secrets; what is not known is not there. */
export interface LogFields {
  readonly workflow?: string
  readonly runId?: string
  readonly step?: string
  readonly agent?: string
  readonly details?: RedactedLine['context']
}

export interface LogOptions {
  /** Where lines are kept for `getLogs`: the store's telemetry (default), or nowhere. */
  readonly to?: 'store' | false
  /** The least level that is kept or passed on. Default `info`. */
  readonly level?: LogLevel
  /** Is given every line as well, as it is said. What it throws is ignored. Default: none. */
  readonly sink?: LogSink
}

/** The last moment that a `Date` can hold. */
const LAST_DATE = 8.64e15

type Said = { readonly line: LogLine; readonly workflow: string | undefined }

/**
 * Hears what runs say (`ctx.log`, `step.log`), what the runtime warns of, and what waits for whom, takes secrets out by the rules of the store,
 * and passes it on to the store and to the program's own logger. Nothing waits for it, and nothing fails for its sake.
 */
export class Logbook {
  readonly #to: 'store' | false
  readonly #least: number
  readonly #sink: LogSink | undefined
  readonly #now: () => number
  #telemetry: Telemetry | undefined

  /** Throws `INVALID_DEFINITION`. */
  constructor(options: LogOptions = {}, now: () => number) {
    const { to = 'store', level = 'info', sink } = checkLogs(options)
    this.#to = to
    this.#least = LOG_LEVELS.indexOf(level)
    this.#sink = sink
    this.#now = now
  }

  /** The store is open: from now on there are rules for secrets, and a place for lines. */
  open(telemetry: Telemetry): void {
    this.#telemetry = telemetry
  }

  /** Tells on, and writes down what is for the log. */
  around(emit: Emit): Emit {
    return (type, payload) => {
      emit(type, payload)
      const said = saidBy(type, payload, this.#now)
      if (said !== undefined) this.#write(said)
    }
  }

  #write({ line, workflow }: Said): void {
    const telemetry = this.#telemetry
    if (telemetry === undefined || LOG_LEVELS.indexOf(line.level ?? 'info') < this.#least) return
    if (this.#to === 'store') telemetry.log(line)
    if (this.#sink === undefined) return
    const { level, message, runId, step, agent, context } = telemetry.redact(line)
    const known = { workflow, runId, step, agent, details: context }
    const fields = Object.entries(known).filter(([, value]) => value !== undefined && value !== null)
    try {
      this.#sink[level](Object.fromEntries(fields), message)
    } catch {
      // A logger that fails must not fail a step.
    }
  }
}

function saidBy<T extends keyof RuntimeEvents>(
  type: T,
  payload: RuntimeEvents[T],
  now: () => number,
): Said | undefined {
  switch (type) {
    case 'run.log':
      return saidByRun(payload as RuntimeEvents['run.log'])
    case 'runtime.warning':
      return saidByRuntime(payload as RuntimeEvents['runtime.warning'])
    case 'breaker.changed':
      return saidOfBreaker(payload as RuntimeEvents['breaker.changed'])
    case 'workflow.parked':
      return saidOfParked(payload as RuntimeEvents['workflow.parked'], now())
    default:
      return undefined
  }
}

function saidByRuntime({ code, message, cause }: RuntimeEvents['runtime.warning']): Said {
  const context = cause === undefined ? { code } : { code, cause }
  return { line: { level: 'warn', message, context }, workflow: undefined }
}

/** Without it, runs that wait for an agent look as if they hung. */
function saidOfBreaker({ agent, from, to }: RuntimeEvents['breaker.changed']): Said | undefined {
  if (to !== 'open') return undefined
  const message = `The breaker of agent '${agent}' opened: no step calls the agent until a probe of it succeeds.`
  return { line: { level: 'warn', message, agent, context: { from } }, workflow: undefined }
}

function saidOfParked(parked: RuntimeEvents['workflow.parked'], now: number): Said {
  const { runId, workflow, step, agent, wakeInMs } = parked
  const until = new Date(Math.min(now + wakeInMs, LAST_DATE)).toISOString()
  const message =
    `Step '${step}' waits for agent '${agent}', which is out of reach, until ${until} at most; ` +
    'then the agent is asked again.'
  return { line: { level: 'info', message, runId, step, agent, context: { wakeInMs } }, workflow }
}

function saidByRun(said: RuntimeEvents['run.log']): Said | undefined {
  // An execution before this one has said it.
  if (said.replayed) return undefined
  const { runId, workflow, step, agent, level, message, details } = said
  const line = {
    // Whoever writes plain JavaScript may say any level.
    level: LOG_LEVELS.includes(level) ? level : 'info',
    message,
    runId,
    ...(step === null ? {} : { step }),
    ...(agent === null ? {} : { agent }),
    ...(details === undefined || details === null ? {} : { context: contextOf(details) }),
  }
  return { line, workflow }
}

/** Details are shown as they are if they have names for their parts. */
const contextOf = (details: NonNullable<unknown>): object =>
  typeof details === 'object' ? details : { details }

function checkLogs(options: LogOptions): LogOptions {
  if (typeof options !== 'object' || options === null) throw invalid("'logs' must be an object.")
  for (const option of Object.keys(options)) {
    if (!['to', 'level', 'sink'].includes(option))
      throw invalid(`'logs' has no option '${option}'. It has: to, level, sink.`)
  }
  const { to = 'store', level = 'info', sink } = options
  if (to !== 'store' && to !== false) throw invalid("'logs.to' must be 'store' or false.")
  if (!LOG_LEVELS.includes(level)) throw invalid(`'logs.level' must be one of ${LOG_LEVELS.join(', ')}.`)
  if (sink !== undefined && !LOG_LEVELS.every((one) => typeof sink?.[one] === 'function'))
    throw invalid(`'logs.sink' must have the functions ${LOG_LEVELS.join(', ')}, as pino and console have.`)
  return options
}

const invalid = (message: string): RuntimeError => new RuntimeError('INVALID_DEFINITION', message)
