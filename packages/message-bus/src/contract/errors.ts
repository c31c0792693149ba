/** What can go wrong on a message bus. Match on the code, never on the class: two copies may be loaded. */
export type MessageBusErrorCode =
  | 'MESSAGE_NOT_JSON'
  | 'MESSAGE_TOO_LARGE'
  | 'MESSAGE_BAD_TOPIC'
  | 'MESSAGE_BAD_ENVELOPE'
  | 'MESSAGE_RESERVED'
  | 'MESSAGE_QUEUE_FULL'
  | 'MESSAGE_LEASE_LOST'
  | 'MESSAGE_NO_RESPONDERS'
  | 'MESSAGE_REQUEST_TIMEOUT'
  | 'MESSAGE_RESPONDER_FAILED'
  | 'MESSAGE_NOT_DECODED'
  | 'MESSAGE_SUBSCRIPTION_TAKEN'
  | 'MESSAGE_BUS_CLOSED'
  | 'MESSAGE_BAD_OPTION'
  | 'MESSAGE_INVALID'
  | 'MESSAGE_BROKER_UNAVAILABLE'
  | 'MESSAGE_BROKER_REFUSED'

/** Base of every error of this package. `retriable`: could the same call succeed later, unchanged? */
export class MessageBusError extends Error {
  override readonly name: string = 'MessageBusError'
  readonly code: MessageBusErrorCode
  readonly retriable: boolean

  constructor(
    code: MessageBusErrorCode,
    message: string,
    options: { readonly retriable?: boolean; readonly cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.retriable = options.retriable ?? false
  }
}

/** The payload holds something that JSON loses or refuses, a cycle included. `path` says where. */
export class NotJsonError extends MessageBusError {
  override readonly name = 'NotJsonError'
  readonly path: string
  constructor(path: string, what: string) {
    super('MESSAGE_NOT_JSON', `The payload is not JSON: ${path} is ${what}. Send only what JSON can hold.`)
    this.path = path
  }
}

/** The payload's JSON is larger than the bus takes. */
export class TooLargeError extends MessageBusError {
  override readonly name = 'TooLargeError'
  constructor(bytes: number, limit: number) {
    super(
      'MESSAGE_TOO_LARGE',
      `The payload has ${bytes} bytes of JSON, the limit is ${limit}. Store it elsewhere and send a reference, or raise "maxPayloadBytes".`,
    )
  }
}

/** A topic, queue, agent id or pattern that cannot be used. */
export class BadTopicError extends MessageBusError {
  override readonly name = 'BadTopicError'
  constructor(topic: string, reason: string) {
    super('MESSAGE_BAD_TOPIC', `"${topic.slice(0, 80)}" cannot be used as a topic: ${reason}.`)
  }
}

/** Something received does not have the shape of an envelope. */
export class BadEnvelopeError extends MessageBusError {
  override readonly name = 'BadEnvelopeError'
  constructor(field: string, expected: string, details: { given?: unknown; cause?: unknown } = {}) {
    const got = 'given' in details ? `, got ${shown(details.given)}` : ''
    const { cause } = details
    super('MESSAGE_BAD_ENVELOPE', `"${field}" of the message must be ${expected}${got}.`, {
      cause,
    })
  }
}

/** The name belongs to the bus or to workflows. */
export class ReservedError extends MessageBusError {
  override readonly name = 'ReservedError'
  constructor(name: string, instead: string) {
    super('MESSAGE_RESERVED', `"${name}" is reserved. ${instead}`)
  }
}

/** The queue holds as much as it may. */
export class QueueFullError extends MessageBusError {
  override readonly name = 'QueueFullError'
  constructor(queue: string) {
    super(
      'MESSAGE_QUEUE_FULL',
      `Queue "${queue}" is full. Send later, consume faster, or wait with whenFull: 'wait'.`,
      { retriable: true },
    )
  }
}

/** The lease ran out before the handler was done; the message is somebody else's now. */
export class LeaseLostError extends MessageBusError {
  override readonly name = 'LeaseLostError'
  constructor(id: string) {
    super(
      'MESSAGE_LEASE_LOST',
      `The lease of message "${id}" was lost: it is delivered again. Stop working on it.`,
    )
  }
}

/** Nobody answers this topic. */
export class NoRespondersError extends MessageBusError {
  override readonly name = 'NoRespondersError'
  constructor(topic: string) {
    super('MESSAGE_NO_RESPONDERS', `Nobody responds to "${topic}". Start a responder, then ask again.`, {
      retriable: true,
    })
  }
}

/** No answer came in time. The responder's signal was aborted; it may have acted all the same. */
export class RequestTimeoutError extends MessageBusError {
  override readonly name = 'RequestTimeoutError'
  constructor(topic: string, timeoutMs: number) {
    super(
      'MESSAGE_REQUEST_TIMEOUT',
      `"${topic}" did not answer within ${timeoutMs} ms. Ask again or wait longer.`,
      {
        retriable: true,
      },
    )
  }
}

/** The responder threw. Its message and code travel, its stack does not. */
export class ResponderFailedError extends MessageBusError {
  override readonly name = 'ResponderFailedError'
  /** `code` of the responder's error, if it had one. */
  readonly remoteCode: string | undefined
  constructor(topic: string, message: string, remoteCode: string | undefined, retriable: boolean) {
    super('MESSAGE_RESPONDER_FAILED', `The responder of "${topic}" failed: ${message}`, { retriable })
    this.remoteCode = remoteCode
  }
}

/** The bus was closed. */
export class MessageBusClosedError extends MessageBusError {
  override readonly name = 'MessageBusClosedError'
  constructor() {
    super('MESSAGE_BUS_CLOSED', 'The message bus is closed. Create a new one, or stop before closing.')
  }
}

/** An option outside its range. */
export class BadOptionError extends MessageBusError {
  override readonly name = 'BadOptionError'
  constructor(option: string, expected: string, given: unknown) {
    super('MESSAGE_BAD_OPTION', `Option "${option}" must be ${expected}, got ${shown(given)}.`)
  }
}

/** The payload is not what the codec wrote. Work becomes a dead letter at once. */
export class NotDecodedError extends MessageBusError {
  override readonly name = 'NotDecodedError'
  constructor(reason: string, cause?: unknown) {
    super('MESSAGE_NOT_DECODED', `The payload cannot be decoded: ${sentence(reason)}`, { cause })
  }
}

/** A durable subscription has ended, because a later one has taken its name. Nothing is lost: that one goes on. */
export class SubscriptionTakenError extends MessageBusError {
  override readonly name = 'SubscriptionTakenError'
  constructor(durable: string) {
    super(
      'MESSAGE_SUBSCRIPTION_TAKEN',
      `The durable subscription "${durable}" goes on elsewhere: the last one to subscribe has it. Give each one that runs beside others a name of its own.`,
    )
  }
}

/** The payload does not fit the schema of its topic. */
export class InvalidMessageError extends MessageBusError {
  override readonly name = 'InvalidMessageError'
  constructor(topic: string, issues: string) {
    super('MESSAGE_INVALID', `A message of "${topic}" does not fit its schema: ${issues}`)
  }
}

/**
 * The broker did not answer, or said that it cannot just now. Whether the call took effect is unknown: ask again with
 * the same `id`, and it is taken once.
 */
export class BrokerUnavailableError extends MessageBusError {
  override readonly name = 'BrokerUnavailableError'
  constructor(broker: string, reason: string, cause?: unknown) {
    super(
      'MESSAGE_BROKER_UNAVAILABLE',
      `${broker} cannot be used now: ${sentence(reason)} Try again later.`,
      {
        retriable: true,
        cause,
      },
    )
  }
}

/** The broker answered, and refused: out of memory, no permission, a wrong password. Nothing was changed. */
export class BrokerRefusedError extends MessageBusError {
  override readonly name = 'BrokerRefusedError'
  constructor(broker: string, reason: string, cause?: unknown) {
    super(
      'MESSAGE_BROKER_REFUSED',
      `${broker} refused: ${sentence(reason)} See to the server, then try again.`,
      {
        retriable: true,
        cause,
      },
    )
  }
}

/** With a full stop. */
export const sentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`)

/** A value in a message: short, whatever it is. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object'
  return String(value)
}

/** What of an error may travel: message and code, never the stack. */
export interface ErrorSummary {
  readonly message: string
  readonly code?: string
}

/** Reduces whatever was thrown to what may travel. Never throws. */
export function summarize(error: unknown): ErrorSummary {
  const { message, code } = saidBy(error)
  const text =
    typeof message === 'string' ? message : typeof error === 'string' ? error : 'a value was thrown'
  return typeof code === 'string' ? { message: text, code } : { message: text }
}

/** What an error says of itself. Anything can be thrown, also what throws when it is looked at: that says nothing. */
export function saidBy(error: unknown): {
  readonly message?: unknown
  readonly code?: unknown
  readonly retriable?: unknown
  readonly retryAfterMs?: unknown
} {
  if (typeof error !== 'object' || error === null) return {}
  try {
    const { message, code, retriable, retryAfterMs } = error as Record<string, unknown>
    return { message, code, retriable, retryAfterMs }
  } catch {
    return {}
  }
}
