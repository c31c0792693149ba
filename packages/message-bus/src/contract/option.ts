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
