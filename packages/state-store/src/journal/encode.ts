import { StateStoreError } from '../contract/errors.ts'
import type { Json } from '../contract/json.ts'

/**
 * Encodes a payload as JSON text, the same on every engine: U+0000 and lone surrogates are escaped, `-0` is
 * kept, key order is kept, `toJSON` is honoured, an absent value (`undefined`) is `null` at the top and left
 * out of objects.
 *
 * Throws `NOT_JSON` with the path of what JSON would lose or refuse: a function, symbol, BigInt, NaN,
 * Infinity, a cycle, a Map, a Set, a typed array, or nesting over `maxDepth`.
 */
export function encodePayload(value: unknown, what: string, maxDepth: number): string {
  if (value === undefined || value === null) return 'null'
  const found: Findings = { negativeZero: false }
  inspect(value, { what, path: [], ancestors: new Set(), maxDepth, found })
  return stringify(value, found.negativeZero ? keepNegativeZero : undefined, what) ?? 'null'
}

function stringify(value: unknown, replacer: typeof keepNegativeZero | undefined, what: string) {
  try {
    return JSON.stringify(value, replacer) as string | undefined
  } catch (cause) {
    // A toJSON or a getter that answers differently the second time, or a text longer than strings can be.
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new StateStoreError('NOT_JSON', `${what} is not JSON: ${said}.`, { cause })
  }
}

export const decodePayload = (text: string): Json => JSON.parse(text) as Json

interface Findings {
  negativeZero: boolean
}

interface Walk {
  readonly what: string
  readonly path: (string | number)[]
  readonly ancestors: Set<object>
  readonly maxDepth: number
  readonly found: Findings
}

function inspect(value: unknown, walk: Walk): void {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return
    case 'number':
      if (!Number.isFinite(value)) refuse(walk, String(value))
      if (value === 0 && Object.is(value, -0)) walk.found.negativeZero = true
      return
    case 'undefined':
      return
    case 'object':
      if (value !== null) inspectObject(value, walk)
      return
    default:
      refuse(walk, typeof value === 'bigint' ? 'a BigInt' : `a ${typeof value}`)
  }
}

function inspectObject(value: object, walk: Walk): void {
  if (walk.ancestors.has(value)) refuse(walk, 'a cycle')
  if (walk.ancestors.size >= walk.maxDepth) refuse(walk, `nesting deeper than ${walk.maxDepth} levels`)
  walk.ancestors.add(value)
  if (Array.isArray(value)) inspectItems(value, walk)
  else inspectRecord(value, walk)
  walk.ancestors.delete(value)
}

function inspectItems(items: readonly unknown[], walk: Walk): void {
  for (let index = 0; index < items.length; index++) {
    walk.path.push(index)
    inspect(items[index], walk)
    walk.path.pop()
  }
}

function inspectRecord(value: object, walk: Walk): void {
  const toJson = (value as { toJSON?: unknown }).toJSON
  if (typeof toJson === 'function') {
    inspect(toJson.call(value, String(walk.path.at(-1) ?? '')), walk)
    return
  }
  const lossy = lossyType(value)
  if (lossy !== undefined) refuse(walk, lossy)
  for (const key of Object.keys(value)) {
    walk.path.push(key)
    inspect((value as Record<string, unknown>)[key], walk)
    walk.path.pop()
  }
}

function lossyType(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return undefined
  if (value instanceof Map) return 'a Map (use Object.fromEntries)'
  if (value instanceof Set) return 'a Set (use an array)'
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return 'binary data (encode it as base64)'
  if (value instanceof Promise) return 'a Promise (await it first)'
  if (value instanceof RegExp) return 'a RegExp'
  if (value instanceof Number || value instanceof String || value instanceof Boolean) return undefined
  return undefined
}

function refuse(walk: Walk, what: string): never {
  const path = walk.path.length === 0 ? 'the value itself' : pathText(walk.path)
  throw new StateStoreError(
    'NOT_JSON',
    `${walk.what} is not JSON: ${path} is ${what}. Return or pass only what JSON can hold.`,
  )
}

const pathText = (path: readonly (string | number)[]): string => {
  const shown = path.slice(0, 12).map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
  return shown.join('') + (path.length > 12 ? '…' : '')
}

// JSON.stringify writes -0 as 0; rawJSON writes the text that JSON.parse reads back as -0.
function keepNegativeZero(_key: string, value: unknown): unknown {
  return Object.is(value, -0) ? rawJson('-0') : value
}

const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON
