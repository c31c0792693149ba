/** What can go wrong on an event bus. Match on the code, never on the class: two copies may be loaded. */
export type EventBusErrorCode =
  | 'EVENT_BUS_CLOSED'
  | 'EVENT_BUS_BAD_PATTERN'
  | 'EVENT_BUS_RESERVED_TYPE'
  | 'EVENT_BUS_BAD_OPTION'
  | 'EVENT_BUS_CYCLE'
  | 'EVENT_BUS_PIPE'
  | 'EVENT_BUS_WAIT_TIMEOUT'
  | 'EVENT_BUS_STREAM_OVERFLOW'

/** Base of every error of this package. `retriable`: would the same call succeed later, unchanged? */
export class EventBusError extends Error {
  override readonly name: string = 'EventBusError'
  readonly code: EventBusErrorCode
  readonly retriable: boolean

  constructor(
    code: EventBusErrorCode,
    message: string,
    options: { retriable?: boolean; cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.retriable = options.retriable ?? false
  }
}

/** The bus was closed: nothing is emitted any more, and whoever still waited is told so. */
export class BusClosedError extends EventBusError {
  override readonly name = 'BusClosedError'
  constructor(doing: string) {
    super(
      'EVENT_BUS_CLOSED',
      `The event bus is closed, cannot ${doing}. Create a new bus, or stop before closing.`,
    )
  }
}

/** A pattern or an event type that cannot be subscribed to. */
export class BadPatternError extends EventBusError {
  override readonly name = 'BadPatternError'
  constructor(pattern: string, reason: string) {
    super('EVENT_BUS_BAD_PATTERN', `Pattern "${pattern}" is not valid: ${reason}.`)
  }
}

/** The type is used by the bus itself. */
export class ReservedTypeError extends EventBusError {
  override readonly name = 'ReservedTypeError'
  constructor(type: string) {
    super('EVENT_BUS_RESERVED_TYPE', `Event type "${type}" belongs to the bus. Choose another name.`)
  }
}

/** An option outside its range, found when the bus or the stream is made. */
export class BadOptionError extends EventBusError {
  override readonly name = 'BadOptionError'
  constructor(option: string, expected: string, given: unknown) {
    super('EVENT_BUS_BAD_OPTION', `Option "${option}" must be ${expected}, got ${String(given)}.`)
  }
}

/** Listeners kept emitting from within listeners: one outermost `emit` led to more events than allowed. */
export class EmitCycleError extends EventBusError {
  override readonly name = 'EmitCycleError'
  constructor(type: string, limit: number) {
    super(
      'EVENT_BUS_CYCLE',
      `"${type}" was refused: one emit led to ${limit} further events. Two listeners probably emit each other's event; break the cycle, or raise "maxChained".`,
    )
  }
}

/** A pipe threw. The event was not emitted: a failed redaction must not let the raw payload out. */
export class PipeError extends EventBusError {
  override readonly name = 'PipeError'
  constructor(type: string, cause: unknown) {
    super('EVENT_BUS_PIPE', `A pipe threw on "${type}", so it was not emitted. Fix the pipe or remove it.`, {
      cause,
    })
  }
}

/** `waitFor` waited as long as it was told to. */
export class WaitTimeoutError extends EventBusError {
  override readonly name = 'WaitTimeoutError'
  constructor(type: string, timeoutMs: number) {
    super(
      'EVENT_BUS_WAIT_TIMEOUT',
      `No event "${type}" came within ${timeoutMs} ms. Wait longer or check the emitter.`,
      {
        retriable: true,
      },
    )
  }
}

/** A stream with `overflow: 'error'` was not read fast enough. */
export class StreamOverflowError extends EventBusError {
  override readonly name = 'StreamOverflowError'
  constructor(pattern: string, bufferSize: number, seq: number) {
    super(
      'EVENT_BUS_STREAM_OVERFLOW',
      `Stream "${pattern}" held ${bufferSize} unread events and had no room for number ${seq}. Read faster, raise "bufferSize", or reopen with from: ${seq}.`,
      { retriable: true },
    )
  }
}
