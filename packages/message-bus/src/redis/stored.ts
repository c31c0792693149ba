import type { AcceptingWork, HeldMessage, KeptLetter } from '../broker/broker.ts'
import { decodeEnvelope, type Envelope, encodeEnvelope } from '../contract/envelope.ts'
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
  return [options, given ? head.id : '', sessionId ?? '', encodeEnvelope(head, payload)]
}

/** Reads a message. What cannot be read is said, not thrown: somebody has to take it out of the way. */
export function heldMessage(text: string): HeldMessage {
  try {
    return { envelope: envelopeOf(text) }
  } catch (error) {
    const broken = error instanceof Error ? error : new Error(String(error))
    return { envelope: UNREADABLE, broken }
  }
}

function envelopeOf(text: string): Envelope {
  // "expires available priority attempt maxAttempts timestamp body"
  let at = 0
  const fields: number[] = []
  for (let field = 0; field < 6; field++) {
    const end = text.indexOf(' ', at)
    fields.push(Number(text.slice(at, end)))
    at = end + 1
  }
  const envelope = decodeEnvelope(text.slice(at)) as { -readonly [K in keyof Envelope]: Envelope[K] }
  envelope.attempt = fields[3] as number
  envelope.timestamp = fields[5] as number
  return envelope
}

/** What is shown in place of a message that is no envelope. */
const UNREADABLE: Envelope = {
  id: 'unreadable',
  topic: 'unreadable',
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
}

/** An entry of the stream of dead letters. */
export function keptLetter([key, fields]: readonly [string, readonly string[]]): KeptLetter {
  const named: Record<string, string> = {}
  for (let index = 0; index < fields.length; index += 2)
    named[fields[index] as string] = fields[index + 1] as string
  const { reason, error, at, message = '' } = named
  const letter: DeadLetter = {
    envelope: heldMessage(message).envelope,
    reason: reason as DeadLetter['reason'],
    error: error ? JSON.parse(error) : null,
    diedAt: Number(at),
  }
  return { key, letter }
}
