/** Why an agent may not be asked now. */
export interface Refusal {
  readonly agent: string
  /** When it may be asked again, as far as is known now. */
  readonly retryAfterMs: number
  /** It is being tried just now: what comes of that is known soon. */
  readonly isTried: boolean
}

/** How long to wait for what comes of a probe that is under way. */
const TRIED_MS = 5_000

/** Wake-ups are spread over at least this part of the wait, so that they do not all come at once. */
const SPREAD = 0.1

/** With many that wait, so few wake up in a second: each look costs a claim and a journal that is read. */
const WAKES_PER_SECOND = 50

const MOST_SPREAD_MS = 300_000

/** The shortest wait: what is refused again and again must not spin. */
const LEAST_MS = 10

/**
 * How long a parked run waits until it looks again, in milliseconds. Pure. That it is time to look is told to it before,
 * as a rule: this is for when nobody is there to tell.
 *
 * @param crowd how many wait for the same agent
 * @param random from 0 to 1
 */
export function parkForMs(
  { retryAfterMs, isTried }: Omit<Refusal, 'agent'>,
  crowd: number,
  random: number,
): number {
  const least = Math.max(LEAST_MS, isTried ? Math.min(retryAfterMs, TRIED_MS) : retryAfterMs)
  const spread = Math.max(least * SPREAD, (crowd * 1_000) / WAKES_PER_SECOND)
  return Math.ceil(least + random * Math.min(spread, MOST_SPREAD_MS))
}
