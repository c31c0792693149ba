import { RESERVED_NAMES } from '../journal/fold.ts'
import { REDACTED, type Redactor } from './redact.ts'

// Whatever a program logs becomes short, readable JSON without secrets. Nothing here throws for the sake of the value:
// a getter, a proxy or a `toJSON` may do what it likes.

/** Levels of nesting, items of one list or object, and values in all that are shown. */
const MAX_LEVELS = 8
const MAX_ITEMS = 100
const MAX_VALUES = 1_000
const MAX_KEY_LENGTH = 100
/** A key as long as this may itself be a secret. */
const SECRET_LENGTH = 16
const LARGEST_BIGINT = 10n ** 40n

/**
 * Text that SQL keeps: well-formed, without U+0000, without secrets, `most` characters long at most. What is cut off was
 * looked at as well, so that half a secret is not taken for none.
 */
export function harmlessText(text: string, most: number, redactor: Redactor): string {
  const seen = text.length > 2 * most + 4_096 ? text.slice(0, 2 * most + 4_096) : text
  return cut(redactor.text(cleaned(seen)), most)
}

/** A name that SQL keeps, or null if it is none. Names are no place for secrets. */
export const harmlessName = (name: unknown, most: number): string | null =>
  typeof name === 'string' && name !== '' ? cut(cleaned(name.slice(0, most + 1)), most) : null

/** Any value as JSON text of about `most` characters at most, or null if there is nothing to show. */
export function harmlessJson(value: unknown, most: number, redactor: Redactor): string | null {
  if (value === undefined || value === null) return null
  const shown = new Walk(most, redactor).show(value, 0)
  const record =
    typeof shown === 'object' && shown !== null && !Array.isArray(shown) ? shown : { value: shown }
  const json = JSON.stringify(record)
  // Escapes can make text up to six times as long.
  return json.length <= 2 * most ? json : JSON.stringify({ cut: `${json.length} characters` })
}

const cleaned = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\ufffd')

/** Cut between characters, not inside of one. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text
  const end = Math.max(0, most - 1)
  const isInside = end > 0 && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800
  return `${text.slice(0, isInside ? end - 1 : end)}…`
}

class Walk {
  readonly #redactor: Redactor
  readonly #above = new Set<object>()
  #length: number
  #values = MAX_VALUES

  constructor(most: number, redactor: Redactor) {
    this.#length = most
    this.#redactor = redactor
  }

  show(value: unknown, level: number): unknown {
    try {
      return this.#show(value, level)
    } catch {
      return '[unreadable]'
    }
  }

  #show(value: unknown, level: number): unknown {
    this.#values -= 1
    switch (typeof value) {
      case 'string':
        return this.#text(value)
      case 'number':
        return Number.isFinite(value) ? value : String(value)
      case 'boolean':
      case 'undefined':
        return value
      case 'bigint':
        return value < LARGEST_BIGINT && value > -LARGEST_BIGINT ? String(value) : '[a very large BigInt]'
      case 'object':
        return value === null ? null : this.#object(value, level)
      default:
        return `[${typeof value}]`
    }
  }

  #text(text: string): string {
    const most = Math.max(0, this.#length)
    const shown = harmlessText(text, most, this.#redactor)
    this.#length -= shown.length
    return shown
  }

  #object(value: object, level: number): unknown {
    if (this.#above.has(value)) return '[cycle]'
    if (level >= MAX_LEVELS) return '[deeper]'
    if (this.#values <= 0 || this.#length <= 0) return '[more]'
    this.#above.add(value)
    try {
      return this.#members(value, level)
    } finally {
      this.#above.delete(value)
    }
  }

  #members(value: object, level: number): unknown {
    if (Array.isArray(value)) return this.#items(value, value.length, level)
    if (value instanceof Error) return this.#error(value, level)
    if (value instanceof Map) return this.#record(value.entries(), value.size, level)
    if (value instanceof Set) return this.#items(value, value.size, level)
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
    if (value instanceof Promise) return '[Promise]'
    const { toJSON } = value as { readonly toJSON?: unknown }
    // A date that is none answers null.
    if (typeof toJSON === 'function') return this.show(toJSON.call(value, ''), level + 1)
    const keys = Object.keys(value)
    return this.#record(propertiesOf(value, keys), keys.length, level)
  }

  /** Stacks stay out: they say where code lives. */
  #error(error: Error, level: number): unknown {
    const { name, message, cause, errors } = error as Error & { readonly errors?: unknown }
    const keys = Object.keys(error).filter((key) => key !== 'stack')
    const own = Object.fromEntries([...propertiesOf(error, keys)])
    const all = { name, message, ...own, errors, cause }
    const known = Object.entries(all).filter(([, value]) => value !== undefined)
    return this.#record(known, known.length, level)
  }

  #items(items: Iterable<unknown>, size: number, level: number): unknown[] {
    const shown: unknown[] = []
    for (const item of items) {
      if (shown.length === MAX_ITEMS || this.#values <= 0 || this.#length <= 0) {
        shown.push(`[${size - shown.length} more]`)
        break
      }
      shown.push(this.show(item, level + 1) ?? null)
    }
    return shown
  }

  #record(entries: Iterable<readonly [unknown, unknown]>, size: number, level: number): object {
    // Without a prototype: no key of it means anything.
    const shown = Object.create(null) as Record<string, unknown>
    let count = 0
    for (const [name, value] of entries) {
      if (count === MAX_ITEMS || this.#values <= 0 || this.#length <= 0) {
        shown['…'] = `${size - count} more`
        break
      }
      count += 1
      const key = this.#key(name)
      if (RESERVED_NAMES.has(key)) continue
      shown[key] = this.#redactor.isSecret(key, value) ? REDACTED : this.show(value, level + 1)
    }
    return shown
  }

  #key(name: unknown): string {
    const key = typeof name === 'string' ? name : String(this.show(name, MAX_LEVELS))
    const shown =
      key.length < SECRET_LENGTH ? cleaned(key) : harmlessText(key, MAX_KEY_LENGTH, this.#redactor)
    this.#length -= shown.length
    return shown
  }
}

/** Reads one property after the other; one that throws says so. */
function* propertiesOf(value: object, keys: readonly string[]): Generator<readonly [string, unknown]> {
  for (const key of keys) yield [key, read(value, key)]
}

function read(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key]
  } catch {
    return '[getter threw]'
  }
}
