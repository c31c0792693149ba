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
  | 'EVENT_BUS_SINK'
  | 'EVENT_BUS_SINK_FULL'
  | 'EVENT_BUS_SINK_BROKEN'
  | 'EVENT_BUS_REFUSED'

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

/** The sink refused events. They are kept and tried again; nothing is lost while the process lives. */
export class SinkError extends EventBusError {
  override readonly name = 'SinkError'
  constructor(waiting: number, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super(
      'EVENT_BUS_SINK',
      `The sink refused a batch, ${waiting} events wait for it: ${why}. They are tried again; mend the sink.`,
      { retriable: true, cause },
    )
  }
}

/** The sink is too far behind, and the chosen overflow forbids to lose an event. It was not emitted. */
export class SinkFullError extends EventBusError {
  override readonly name = 'SinkFullError'
  constructor(type: string, bufferSize: number) {
    super(
      'EVENT_BUS_SINK_FULL',
      `"${type}" was not emitted: the sink has not acknowledged ${bufferSize} events. Await "publish" instead of "emit", raise "sink.bufferSize", or choose an overflow that may drop.`,
      { retriable: true },
    )
  }
}

/** A file of a file sink cannot be read or continued: a line in its middle is not an event. */
export class SinkBrokenError extends EventBusError {
  override readonly name = 'SinkBrokenError'
  constructor(file: string, line: number) {
    super(
      'EVENT_BUS_SINK_BROKEN',
      `Line ${line} of ${file} is not an event. Move the file aside, or remove the line.`,
    )
  }
}

/** The server refused for good: trying again unchanged would not help. */
export class RefusedError extends EventBusError {
  override readonly name = 'RefusedError'
  /** An HTTP status, a WebSocket close code, or the code of a refused subscription. */
  readonly reason: number | string
  constructor(what: string, reason: number | string) {
    super('EVENT_BUS_REFUSED', `The server refused ${what} (${reason}). Check the address and the token.`)
    this.reason = reason
  }
}
