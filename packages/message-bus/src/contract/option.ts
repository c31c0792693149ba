import { BadOptionError } from './errors.ts'

/** A whole number of at least `least`. @throws BadOptionError */
export function wholeNumber(option: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new BadOptionError(option, `a whole number of at least ${least}`, value)
  }
  return value
}

/** A finite number of at least 0. @throws BadOptionError */
export function duration(option: string, value: number): number {
  if (!Number.isFinite(value) || value < 0)
    throw new BadOptionError(option, 'milliseconds of at least 0', value)
  return value
}

/** What is called with messages. @throws BadOptionError */
export function callable<F>(option: string, value: F): F {
  if (typeof value !== 'function') throw new BadOptionError(option, 'a function', value)
  return value
}

/** Options as an object: in plain JavaScript anything may be passed. @throws BadOptionError */
export function optionsObject<O>(option: string, value: O): O {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadOptionError(option, 'an object', value)
  return value
}
