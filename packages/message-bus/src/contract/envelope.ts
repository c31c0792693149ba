import { BadEnvelopeError } from './errors.ts'
import { checkTopic } from './topic.ts'

/** The one form of a message on every backend. It is JSON; `payload` is whatever JSON can hold. */
export interface Envelope<Payload = unknown> {
  /** Given by the sender, then deduplicated, or made by the bus (UUIDv7). */
  readonly id: string
  readonly topic: string
  /** Messages of a session are delivered in order, one at a time (work), or belong together (events). */
  readonly sessionId: string | null
  /** What kind of message it is, in the sender's words: `message` unless said otherwise. */
  readonly type: string
  readonly payload: Payload
  readonly sender: string | null
  readonly target: string | null
  /** Epoch milliseconds of acceptance, by the bus's clock. */
  readonly timestamp: number
  /** Which delivery this is, from 1. */
  readonly attempt: number
  /** Deliveries before it becomes a dead letter. Events have one. */
  readonly maxAttempts: number
  /** Milliseconds after `timestamp` when it is no longer worth delivering; `null`: always. */
  readonly ttlMs: number | null
  /** Higher goes first, between sessions. 0 by default. */
  readonly priority: number
  /** Free-form text: `traceparent` and the like. */
  readonly headers: Readonly<Record<string, string>>
}

/** What a sender may say about a message. */
export interface MessageOptions {
  /** Makes the message known: the same id again within 5 minutes is a duplicate. 1 to 255 characters. */
  readonly id?: string | undefined
  readonly sessionId?: string | undefined
  readonly type?: string | undefined
  readonly sender?: string | undefined
  readonly target?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** What a sender of work may say besides. */
export interface WorkHeadOptions extends MessageOptions {
  /** Orders sessions by their first message; never reorders within a session. Default 0. */
  readonly priority?: number | undefined
  /** Not delivered after this many milliseconds: it becomes a dead letter. Default: always worth delivering. */
  readonly ttlMs?: number | undefined
  /** Deliveries before it becomes a dead letter. Default 5 for work, 1 for everything else. */
  readonly maxAttempts?: number | undefined
}

/** An envelope without its payload: what a backend adds to the payload's own JSON text. */
export type Head = Omit<Envelope, 'payload'>

const isText = (value: unknown): value is string => typeof value === 'string'
/** Halves of characters would be one and the same outside of JSON. */
const isName = (value: unknown): boolean =>
  isText(value) && value.length > 0 && value.length <= 255 && value.isWellFormed()
const isNameOrNull = (value: unknown): boolean => value === null || isName(value)
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1
const isTtl = (value: unknown): boolean =>
  value === null || (Number.isFinite(value) && (value as number) >= 0)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function checkHeaders(headers: unknown): void {
  must(isRecord(headers), 'headers', 'an object of texts', headers)
  const record = headers as Record<string, unknown>
  for (const name in record)
    if (!isText(record[name])) must(false, `headers[${JSON.stringify(name)}]`, 'text', record[name])
}

/** Most names need no escapes, and JSON.stringify costs more than looking. */
const quoted = (name: string): string => (PLAIN.test(name) ? `"${name}"` : JSON.stringify(name))
const PLAIN = /^[\w .:@/+=-]*$/

const NAME = 'text of 1 to 255 whole characters'

/** Checks everything but the payload. @returns the head @throws BadEnvelopeError, BadTopicError */
export function checkHead(head: Head): Head {
  checkTopic(head.topic)
  must(isName(head.id), 'id', NAME, head.id)
  must(isNameOrNull(head.sessionId), 'sessionId', NAME, head.sessionId)
  must(isName(head.type), 'type', NAME, head.type)
  must(isNameOrNull(head.sender), 'sender', NAME, head.sender)
  must(isNameOrNull(head.target), 'target', NAME, head.target)
  must(Number.isFinite(head.timestamp), 'timestamp', 'epoch milliseconds', head.timestamp)
  must(isCount(head.attempt), 'attempt', 'a whole number of at least 1', head.attempt)
  must(isCount(head.maxAttempts), 'maxAttempts', 'a whole number of at least 1', head.maxAttempts)
  must(isTtl(head.ttlMs), 'ttlMs', 'milliseconds of at least 0', head.ttlMs)
  must(Number.isSafeInteger(head.priority), 'priority', 'a whole number', head.priority)
  checkHeaders(head.headers)
  return head
}

function must(holds: boolean, field: string, expected: string, given: unknown): void {
  if (!holds) throw new BadEnvelopeError(field, expected, { given })
}

/** Fills in what the sender left out and checks it. @throws BadEnvelopeError, BadTopicError */
export function newHead(topic: string, options: WorkHeadOptions, id: string, now: number): Head {
  return checkHead({
    id: options.id ?? id,
    topic,
    sessionId: options.sessionId ?? null,
    type: options.type ?? 'message',
    sender: options.sender ?? null,
    target: options.target ?? null,
    timestamp: now,
    attempt: 1,
    maxAttempts: options.maxAttempts ?? 1,
    ttlMs: options.ttlMs ?? null,
    priority: options.priority ?? 0,
    headers: { ...options.headers },
  })
}

/**
 * The envelope's JSON, from the head and the payload's own JSON text, which is not encoded again. What most messages
 * do not say (no session, priority 0, no headers) is left out: it would be longer than many a payload.
 */
export function encodeEnvelope(head: Head, payload: string): string {
  const about = `,"timestamp":${head.timestamp}${attempts(head.attempt, head.maxAttempts)}`
  return encoded(head, about, payload)
}

/** The same without the fields that a backend keeps beside it, of which it may say how many attempts there are. */
export const encodeStored = (head: Head, maxAttempts: number, payload: string): string =>
  encoded(head, `,"timestamp":0${attempts(1, maxAttempts)}`, payload)

const attempts = (attempt: number, maxAttempts: number): string =>
  `${attempt === 1 ? '' : `,"attempt":${attempt}`}${maxAttempts === 1 ? '' : `,"maxAttempts":${maxAttempts}`}`

function encoded(head: Head, about: string, payload: string): string {
  const { sessionId, type, sender, target, ttlMs, priority, headers } = head
  let text = `{"id":${quoted(head.id)},"topic":${quoted(head.topic)}${about}`
  if (sessionId !== null) text += `,"sessionId":${quoted(sessionId)}`
  if (type !== 'message') text += `,"type":${quoted(type)}`
  if (sender !== null) text += `,"sender":${quoted(sender)}`
  if (target !== null) text += `,"target":${quoted(target)}`
  if (ttlMs !== null) text += `,"ttlMs":${ttlMs}`
  if (priority !== 0) text += `,"priority":${priority}`
  for (const _ in headers) {
    text += `,"headers":${JSON.stringify(headers)}`
    break
  }
  return `${text},"payload":${payload}}`
}

/** Reads an envelope from its JSON. @throws BadEnvelopeError, BadTopicError */
export function decodeEnvelope(text: string): Envelope {
  const said = saidIn(text)
  return checked(said, said.timestamp as number, said.attempt ?? 1, said.maxAttempts ?? 1)
}

/** Reads what `encodeStored` wrote, with what was kept beside it. @throws BadEnvelopeError, BadTopicError */
export const decodeStored = (
  text: string,
  timestamp: number,
  attempt: number,
  maxAttempts: number,
): Envelope => checked(saidIn(text), timestamp, attempt, maxAttempts)

function saidIn(text: string): Partial<Envelope> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new BadEnvelopeError('envelope', 'JSON', { cause: error })
  }
  if (!isRecord(value)) throw new BadEnvelopeError('envelope', 'an object')
  if (!('payload' in value)) throw new BadEnvelopeError('payload', 'there')
  return value
}

/** Fills in what the JSON does not say. Field by field: envelopes of one shape are read faster ever after. */
function checked(said: Partial<Envelope>, timestamp: number, attempt: number, maxAttempts: number): Envelope {
  const envelope = {
    id: said.id as string,
    topic: said.topic as string,
    sessionId: said.sessionId ?? null,
    type: said.type ?? 'message',
    payload: said.payload,
    sender: said.sender ?? null,
    target: said.target ?? null,
    timestamp,
    attempt,
    maxAttempts,
    ttlMs: said.ttlMs ?? null,
    priority: said.priority ?? 0,
    headers: said.headers ?? {},
  }
  checkHead(envelope)
  return envelope
}

/** What is shown in place of a message that is no envelope. */
export const unreadable = (id: string, topic: string): Envelope => ({
  id,
  topic,
  sessionId: null,
  type: 'unreadable',
  payload: null,
  sender: null,
  target: null,
  timestamp: 0,
  attempt: 1,
  maxAttempts: 1,
  ttlMs: null,
  priority: 0,
  headers: {},
})
