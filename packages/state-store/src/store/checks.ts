import { invalidArgument } from '../contract/errors.ts'
import { DEFAULT_LIMITS, MAX_NAME_LENGTH, type StoreLimits } from '../contract/limits.ts'
import { RESERVED_NAMES } from '../journal/fold.ts'

// What the store refuses before anything is written. Everything that reaches an engine has passed here, so
// that neither a query nor a message to another thread can fail for its sake, nor for its neighbours'.

/** The shape of every UUID text; the store's own are version 7. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** The largest time of ECMAScript (tc39.es/ecma262, "Time Values"); a duration above it has no meaning. */
const MAX_MS = 8_640_000_000_000_000

/** Refuses names that an index, a patch or a screen could choke on. */
export function checkName(what: string, name: unknown): string {
  const text = checkText(what, name)
  if (text.length === 0) throw invalidArgument(`The ${what} must be a string of at least one character.`)
  if (RESERVED_NAMES.has(text))
    throw invalidArgument(`The ${what} '${text}' is a reserved word; choose another.`)
  return text
}

/** A short text that SQL keeps as it is; may be empty. */
export function checkText(what: string, text: unknown, most = MAX_NAME_LENGTH): string {
  if (typeof text !== 'string') throw invalidArgument(`The ${what} must be a string; it is a ${typeof text}.`)
  if (text.length > most) {
    throw invalidArgument(
      `The ${what} '${text.slice(0, 40)}…' is longer than ${most} characters; shorten it.`,
    )
  }
  if (text.includes('\u0000') || !text.isWellFormed()) {
    throw invalidArgument(`The ${what} holds U+0000 or half a surrogate pair, which SQL text cannot keep.`)
  }
  return text
}

/** The id of a run to be made. */
export function checkRunId(runId: string): string {
  if (typeof runId !== 'string' || !UUID.test(runId)) {
    throw invalidArgument(
      `The run id '${String(runId).slice(0, 40)}' is not a UUID. Use 'key' for a name of your own.`,
    )
  }
  return runId.toLowerCase()
}

/**
 * The id of a run that should exist, as it is stored; what cannot be one is an id that nobody has, and is not asked for:
 * U+0000 in it would fail the whole batch.
 */
export const lookupId = (runId: unknown): string =>
  typeof runId === 'string' && UUID.test(runId) ? runId.toLowerCase() : ''

export function checkVersion(version: number): number {
  return checkWhole('version', version, 1)
}

export function checkWhole(what: string, value: unknown, least: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
    throw invalidArgument(`${what} must be a whole number from ${least}; it is ${shown(value)}.`)
  }
  return value
}

export function checkDuration(what: string, ms: unknown): number {
  if (typeof ms !== 'number' || !(ms >= 0 && ms <= MAX_MS)) {
    throw invalidArgument(`${what} must be milliseconds from 0 to ${MAX_MS}; it is ${shown(ms)}.`)
  }
  return Math.ceil(ms)
}

export function checkBoolean(what: string, value: unknown): boolean {
  if (typeof value !== 'boolean')
    throw invalidArgument(`${what} must be true or false; it is ${shown(value)}.`)
  return value
}

export function checkOneOf<T extends string>(what: string, value: T, allowed: ReadonlySet<T>): T {
  if (!allowed.has(value)) {
    throw invalidArgument(`${what} must be one of ${[...allowed].join(', ')}; it is ${shown(value)}.`)
  }
  return value
}

/** A limit of a page. */
export function checkLimit(limit: number | undefined, fallback: number, most: number): number {
  const value = checkWhole('limit', limit ?? fallback, 1)
  if (value > most) throw invalidArgument(`limit must be at most ${most}; it is ${value}.`)
  return value
}

/** The bounds of a store, defaults filled in. */
export function checkLimits(limits: Partial<StoreLimits> = {}): StoreLimits {
  const all = { ...DEFAULT_LIMITS, ...limits }
  for (const [name, value] of Object.entries(all)) checkWhole(`limits.${name}`, value, 1)
  return all
}

/** A filter on a time; absent means no bound. */
export function checkTime(what: string, time: number | undefined): number | null {
  if (time === undefined) return null
  if (typeof time !== 'number' || !Number.isFinite(time)) {
    throw invalidArgument(`${what} must be a time in epoch milliseconds; it is ${shown(time)}.`)
  }
  return time
}

const shown = (value: unknown): string =>
  typeof value === 'string'
    ? `'${value.slice(0, 40)}'`
    : typeof value === 'object'
      ? 'an object'
      : String(value)
