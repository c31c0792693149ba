import { BACKOFF_HEADER } from '../contract/failure.ts'
import { BACKOFF_OPTIONS, checkOptions } from '../contract/known-options.ts'
import { duration, optionsObject } from '../contract/option.ts'
import type { SendOptions } from '../contract/work.ts'
import type { BusSettings } from './options.ts'

/** Writes the backoff that a sender asks for where the message carries it. @throws BadOptionError */
export function withBackoff(
  options: SendOptions,
  { backoffMs, maxBackoffMs }: Pick<BusSettings, 'backoffMs' | 'maxBackoffMs'>,
): SendOptions {
  if (options.backoff === undefined) return options
  checkOptions('backoff', optionsObject('backoff', options.backoff), BACKOFF_OPTIONS)
  const { firstMs = backoffMs, longestMs = maxBackoffMs } = options.backoff
  const text = [duration('backoff.firstMs', firstMs), duration('backoff.longestMs', longestMs)]
  return { ...options, headers: { ...options.headers, [BACKOFF_HEADER]: text.map(Math.round).join('/') } }
}
