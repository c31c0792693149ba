import { BadOptionError } from './errors.ts'

/** The `most` of a number that may be `Infinity`. */
export const ENDLESS = Number.POSITIVE_INFINITY

/** A whole number from `least` to `most`. @throws BadOptionError */
export function wholeNumber(
  option: string,
  value: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  const whole = Number.isInteger(value) || value === ENDLESS
  if (whole && value >= least && value <= most) return value
  const range = most < Number.MAX_SAFE_INTEGER ? `from ${least} to ${most}` : `of at least ${least}`
  throw new BadOptionError(option, `a whole number ${range}`, value)
}

/** A number from `least` to `most`. @throws BadOptionError */
export function atLeast(option: string, value: number, least: number, most = Number.MAX_VALUE): number {
  if (typeof value === 'number' && value >= least && value <= most) return value
  throw new BadOptionError(option, `a number of at least ${least}`, value)
}

/** One of the words. @throws BadOptionError */
export function oneOf<Word extends string>(option: string, value: Word, words: readonly Word[]): Word {
  if (!words.includes(value)) throw new BadOptionError(option, `one of ${words.join(', ')}`, value)
  return value
}

/** A function, or nothing. @throws BadOptionError */
export function optionalFunction(option: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function')
    throw new BadOptionError(option, 'a function', value)
}
