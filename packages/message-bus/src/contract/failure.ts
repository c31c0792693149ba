import type { Head } from './envelope.ts'
import { saidBy } from './errors.ts'
import type { DeadLetter } from './work.ts'

/** How long failed work waits: doubled with each attempt, from the first delay to the longest. Milliseconds. */
export interface Backoff {
  readonly firstMs: number
  readonly longestMs: number
}

/** More would be infinite, and 0 times that is no number. */
const MOST_DOUBLINGS = 60

/** Where a message carries the backoff that its sender asked for. */
export const BACKOFF_HEADER = 'pawl-backoff'

/** The backoff that a message carries: "first/longest". */
export function backoffIn(headers: Head['headers']): Backoff | undefined {
  const text = headers[BACKOFF_HEADER]
  const match = text === undefined ? null : /^(\d{1,15})\/(\d{1,15})$/.exec(text)
  return match ? { firstMs: Number(match[1]), longestMs: Number(match[2]) } : undefined
}

/** What becomes of a message whose handler threw. */
export type Verdict =
  | { readonly retryInMs: number; readonly dead?: never }
  | { readonly dead: DeadLetter['reason']; readonly retryInMs?: never }

/** Decides it from the message and the error alone. */
export function afterFailure(
  head: Pick<Head, 'attempt' | 'maxAttempts'>,
  error: unknown,
  backoff: Backoff,
): Verdict {
  const { retriable, retryAfterMs } = saidBy(error)
  if (retriable === false) return { dead: 'rejected' }
  if (head.attempt >= head.maxAttempts) return { dead: 'failed' }
  const grown = Math.min(backoff.firstMs * 2 ** Math.min(head.attempt - 1, MOST_DOUBLINGS), backoff.longestMs)
  const asked = typeof retryAfterMs === 'number' && Number.isFinite(retryAfterMs) ? retryAfterMs : 0
  return { retryInMs: Math.max(grown, asked) }
}
