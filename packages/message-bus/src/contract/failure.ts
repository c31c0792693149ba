import type { Head } from './envelope.ts'
import type { DeadLetter } from './work.ts'

/** How long failed work waits: doubled with each attempt, from the first delay to the longest. Milliseconds. */
export interface Backoff {
  readonly firstMs: number
  readonly longestMs: number
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
  const { retriable, retryAfterMs } = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >
  if (retriable === false) return { dead: 'rejected' }
  if (head.attempt >= head.maxAttempts) return { dead: 'failed' }
  const grown = Math.min(backoff.firstMs * 2 ** (head.attempt - 1), backoff.longestMs)
  const asked = typeof retryAfterMs === 'number' && Number.isFinite(retryAfterMs) ? retryAfterMs : 0
  return { retryInMs: Math.max(grown, asked) }
}
