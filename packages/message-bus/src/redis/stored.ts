import type { AcceptingWork, HeldMessage, KeptLetter } from '../broker/broker.ts'
import { decodeEnvelope, type Envelope, encodeEnvelope, unreadable } from '../contract/envelope.ts'
import type { DeadLetter } from '../contract/work.ts'

// Messages as they stand in Redis: numbers that the scripts need, then the envelope's JSON as it was accepted.

/** Attempts that need not be said. */
export const USUAL_ATTEMPTS = 5

/** Arguments of `send.lua` for one message. */
export function sendArguments({
  head,
  payload,
  given,
  delayMs,
}: AcceptingWork): [string, string, string, string] {
  const { ttlMs, priority, maxAttempts, sessionId } = head
  const usual = ttlMs === null && delayMs === 0 && priority === 0 && maxAttempts === USUAL_ATTEMPTS
  const options = usual
    ? ''
    : `${ttlMs === null ? 0 : Math.max(Math.round(ttlMs), 1)} ${Math.round(delayMs)} ${priority} ${maxAttempts}`
  // What the script keeps beside the body is not said twice.
  const body = usual ? { ...head, maxAttempts: 1, timestamp: 0 } : { ...head, timestamp: 0 }
  return [options, given ? head.id : '', sessionId ?? '', encodeEnvelope(body, payload)]
}

/** Reads a message. What cannot be read is said, not thrown: somebody has to take it out of the way. */
export function heldMessage(head: string, body: string): HeldMessage {
  try {
    return { envelope: envelopeOf(head, body) }
  } catch (error) {
    const broken = error instanceof Error ? error : new Error(String(error))
    return { envelope: UNREADABLE, broken }
  }
}

/** Head and body of a message without a session, which stands in one text: `M`, seven fields, body. */
export function partsOf(entry: string): [head: string, body: string] {
  let end = 0
  for (let field = 0; field < 7; field++) end = entry.indexOf(' ', end + 1)
  return [entry.slice(1, end), entry.slice(end + 1)]
}

/** How many bytes the body has. */
export const lengthIn = (head: string): number => Number(head.slice(head.lastIndexOf(' ') + 1))

function envelopeOf(head: string, body: string): Envelope {
  // "expires available priority attempt maxAttempts timestamp length"
  const [, , , attempt, maxAttempts, timestamp] = head.split(' ')
  const envelope = decodeEnvelope(body) as { -readonly [K in keyof Envelope]: Envelope[K] }
  envelope.attempt = Number(attempt)
  envelope.maxAttempts = Number(maxAttempts)
  envelope.timestamp = Number(timestamp)
  return envelope
}

const UNREADABLE = unreadable('unreadable', 'unreadable')

/** An entry of the stream of dead letters. */
export function keptLetter([key, fields]: readonly [string, readonly string[]]): KeptLetter {
  const named: Record<string, string> = {}
  for (let index = 0; index < fields.length; index += 2)
    named[fields[index] as string] = fields[index + 1] as string
  const { reason, error, at, head = '', body = '' } = named
  const letter: DeadLetter = {
    envelope: heldMessage(head, body).envelope,
    reason: reason as DeadLetter['reason'],
    error: error ? JSON.parse(error) : null,
    diedAt: Number(at),
  }
  return { key, letter }
}
