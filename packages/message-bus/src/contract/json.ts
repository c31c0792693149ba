import { NotJsonError, TooLargeError } from './errors.ts'

/** How deep a payload may nest: far below where JSON.stringify would overflow the stack. */
const MAX_DEPTH = 200

/**
 * A payload as JSON text. `undefined` is `null` at the top and left out of objects, `toJSON` is honoured.
 * @throws NotJsonError with the path of a function, symbol, BigInt, NaN, Infinity, cycle, Map, Set, binary data,
 * Promise, RegExp or Error, and of nesting over 200 levels; TooLargeError over `maxBytes` of UTF-8
 */
export function encodePayload(value: unknown, maxBytes: number): string {
  inspect(value, { path: [], ancestors: new Set() })
  const text = JSON.stringify(value) ?? 'null'
  // A UTF-16 unit takes 3 bytes at most: most payloads need no exact count.
  if (text.length * 3 > maxBytes) {
    const bytes = new TextEncoder().encode(text).length
    if (bytes > maxBytes) throw new TooLargeError(bytes, maxBytes)
  }
  return text
}

interface Walk {
  readonly path: (string | number)[]
  readonly ancestors: Set<object>
}

function inspect(value: unknown, walk: Walk): void {
  if (typeof value === 'object' && value !== null) inspectObject(value, walk)
  else if (typeof value === 'number' && !Number.isFinite(value)) refuse(walk, String(value))
  else if (typeof value === 'bigint') refuse(walk, 'a BigInt')
  else if (typeof value === 'function' || typeof value === 'symbol') refuse(walk, `a ${typeof value}`)
}

function inspectObject(value: object, walk: Walk): void {
  if (walk.ancestors.has(value)) refuse(walk, 'a cycle')
  if (walk.ancestors.size >= MAX_DEPTH) refuse(walk, `nested deeper than ${MAX_DEPTH} levels`)
  walk.ancestors.add(value)
  const { toJSON } = value as { toJSON?: unknown }
  if (typeof toJSON === 'function') inspect(toJSON.call(value, String(walk.path.at(-1) ?? '')), walk)
  else inspectMembers(value, walk)
  walk.ancestors.delete(value)
}

function inspectMembers(value: object, walk: Walk): void {
  const lossy = lossyType(value)
  if (lossy) refuse(walk, lossy)
  for (const [key, member] of Object.entries(value)) {
    walk.path.push(Array.isArray(value) ? Number(key) : key)
    inspect(member, walk)
    walk.path.pop()
  }
}

function lossyType(value: object): string | undefined {
  if (value instanceof Map) return 'a Map (use Object.fromEntries)'
  if (value instanceof Set) return 'a Set (use an array)'
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return 'binary data (encode it as base64)'
  if (value instanceof Promise) return 'a Promise (await it first)'
  if (value instanceof RegExp) return 'a RegExp'
  if (value instanceof Error) return 'an Error (send its message)'
  return undefined
}

function refuse(walk: Walk, what: string): never {
  const shown = walk.path.slice(0, 12).map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
  throw new NotJsonError(walk.path.length === 0 ? 'the value itself' : shown.join(''), what)
}
