import type { AcceptingWork, HeldMessage, KeptLetter } from '../broker/broker.ts'
import { decodeStored, encodeStored, unreadable } from '../contract/envelope.ts'
import type { DeadLetter } from '../contract/work.ts'
import type { MessageNames } from './names.ts'

// Messages as they stand in Redis: an entry, which holds what the scripts need, and the envelope's JSON beside it.

/** Attempts that need not be said. */
export const USUAL_ATTEMPTS = 5

/** The longest time a script is told, about 3,000 years: more would not be written as digits. */
const LONGEST_MS = 1e14

/** A time as the scripts read it. */
export const wholeMs = (ms: number): number => Math.round(Math.min(ms, LONGEST_MS)) || 0

/** The arguments of `send.lua` from the tenth on. */
export function sendArguments(work: readonly AcceptingWork[], names: MessageNames): (string | number)[] {
  const pairs: (string | number)[] = [0, work.length]
  const sessions: string[] = []
  const options: string[] = []
  const ids: string[] = []
  let chars = 0
  let anyGiven = false
  for (const { head, payload, given, delayMs } of work) {
    const { ttlMs, priority, maxAttempts, sessionId } = head
    const usual = ttlMs === null && delayMs === 0 && priority === 0 && maxAttempts === USUAL_ATTEMPTS
    const body = encodeStored(head, usual ? 1 : maxAttempts, payload)
    chars += body.length
    const ttl = ttlMs === null ? 0 : Math.max(wholeMs(ttlMs), 1)
    pairs.push(names.next(), body)
    sessions.push(sessionId === null ? '' : ` ${sessionId}`)
    options.push(
      usual ? String(body.length) : `${wholeMs(delayMs)} ${priority} ${ttl} 1 ${maxAttempts} ${body.length}`,
    )
    ids.push(given ? head.id : '')
    anyGiven ||= given
  }
  pairs[0] = chars
  return anyGiven ? pairs.concat(sessions, options, ids) : pairs.concat(sessions, options)
}

/** A message under a lease: its name, and how many characters its body has. */
export interface Stored {
  readonly name: string
  readonly length: number
}

/** An entry's fields: "FLAGname timestamp delay priority ttl attempt maxAttempts length session". */
interface Entry extends Stored {
  readonly timestamp: number
  readonly attempt: number
  readonly maxAttempts: number
  readonly session: string | null
}

/** Reads an entry. It was written by a script, so it is read without being checked. */
export function entryOf(text: string): Entry {
  const timestamp = text.indexOf(' ')
  const delay = text.indexOf(' ', timestamp + 1)
  const ttl = text.indexOf(' ', text.indexOf(' ', delay + 1) + 1)
  const attempt = text.indexOf(' ', ttl + 1)
  const maxAttempts = text.indexOf(' ', attempt + 1)
  const length = text.indexOf(' ', maxAttempts + 1)
  const session = text.indexOf(' ', length + 1)
  return {
    name: text.slice(1, timestamp),
    timestamp: Number(text.slice(timestamp + 1, delay)),
    attempt: Number(text.slice(attempt + 1, maxAttempts)),
    maxAttempts: Number(text.slice(maxAttempts + 1, length)),
    length: Number(session < 0 ? text.slice(length + 1) : text.slice(length + 1, session)),
    session: session < 0 ? null : text.slice(session + 1),
  }
}

/** Reads a message. What cannot be read is said, not thrown: somebody has to take it out of the way. */
export function heldMessage({ timestamp, attempt, maxAttempts }: Entry, body: string | null): HeldMessage {
  try {
    return { envelope: decodeStored(body ?? '', timestamp, attempt, maxAttempts) }
  } catch (error) {
    const broken = error instanceof Error ? error : new Error(String(error))
    return { envelope: UNREADABLE, broken }
  }
}

const UNREADABLE = unreadable('unreadable', 'unreadable')

/** An entry of the stream of dead letters. */
export function keptLetter([key, fields]: readonly [string, readonly string[]]): KeptLetter {
  const named: Record<string, string> = {}
  for (let index = 0; index < fields.length; index += 2)
    named[fields[index] as string] = fields[index + 1] as string
  const { reason, error, at, entry = '', body = '' } = named
  const letter: DeadLetter = {
    envelope: heldMessage(entryOf(entry), body).envelope,
    reason: reason as DeadLetter['reason'],
    error: error ? JSON.parse(error) : null,
    diedAt: Number(at),
  }
  return { key, letter }
}
