import { BadDataError } from '../errors.ts'

// Reads data that somebody else wrote. Each reader says where in it something is wrong.

/** @throws BadDataError */
export type Reader<T> = (path: string, data: unknown) => T

type Shape = Readonly<Record<string, Reader<unknown>>>

/** Reads an object that has all of these members and no others. @throws BadDataError */
export function membersIn<S extends Shape>(
  path: string,
  data: unknown,
  shape: S,
): { readonly [name in keyof S]: ReturnType<S[name]> } {
  const found = someMembersIn(path, data, shape)
  const missing = Object.keys(shape).find((name) => !Object.hasOwn(found, name))
  if (missing !== undefined) throw new BadDataError(`${path}.${missing}`, 'it is missing')
  return found as { readonly [name in keyof S]: ReturnType<S[name]> }
}

/** Reads an object that has some of these members and no others. @throws BadDataError */
export function someMembersIn<S extends Shape>(
  path: string,
  data: unknown,
  shape: S,
): { readonly [name in keyof S]?: ReturnType<S[name]> } {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new BadDataError(path, 'an object is needed')
  }
  const members: { [name in keyof S]?: ReturnType<S[name]> } = {}
  for (const [name, value] of Object.entries(data)) {
    // `__proto__` is an own member in what JSON.parse makes.
    const read = Object.hasOwn(shape, name) ? (shape[name] as Reader<ReturnType<S[keyof S]>>) : undefined
    if (read === undefined) throw new BadDataError(path, `it has no "${name}"`)
    members[name as keyof S] = read(`${path}.${name}`, value)
  }
  return members
}

export const textIn: Reader<string> = (path, data) => {
  if (typeof data === 'string') return data
  throw new BadDataError(path, 'a string is needed')
}

/** A finite number. */
export const numberIn: Reader<number> = (path, data) => {
  if (typeof data === 'number' && Number.isFinite(data)) return data
  throw new BadDataError(path, 'a number is needed')
}

/** A whole number of at least 0. */
export const countIn: Reader<number> = (path, data) => {
  if (Number.isSafeInteger(data) && (data as number) >= 0) return data as number
  throw new BadDataError(path, 'a whole number of at least 0 is needed')
}

/** One of these values. */
export const oneOfIn =
  <const Value extends string | number>(...values: readonly Value[]): Reader<Value> =>
  (path, data) => {
    const value = values.find((one) => one === data)
    if (value === undefined) throw new BadDataError(path, `${values.join(' or ')} is needed`)
    return value
  }

/** What the reader reads, or `null`. */
export const orNull =
  <T>(read: Reader<T>): Reader<T | null> =>
  (path, data) =>
    data === null ? null : read(path, data)

export const listOf =
  <T>(read: Reader<T>): Reader<readonly T[]> =>
  (path, data) => {
    if (!Array.isArray(data)) throw new BadDataError(path, 'a list is needed')
    return data.map((one, index) => read(`${path}[${index}]`, one))
  }
