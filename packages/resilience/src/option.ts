import { BadOptionError } from './errors.ts'

/** A whole number of at least `least`. `Infinity` passes where `endless` says so. @throws BadOptionError */
export function wholeNumber(option: string, value: number, least: number, endless = false): number {
  const whole = Number.isInteger(value) || (endless && value === Number.POSITIVE_INFINITY)
  if (!whole || value < least) throw new BadOptionError(option, `a whole number of at least ${least}`, value)
  return value
}

/** A number of at least `least`, `Infinity` included where `endless` says so. @throws BadOptionError */
export function atLeast(option: string, value: number, least: number, endless = false): number {
  const ok = typeof value === 'number' && value >= least && (endless || Number.isFinite(value))
  if (!ok) throw new BadOptionError(option, `a number of at least ${least}`, value)
  return value
}
