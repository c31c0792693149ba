import { RunningAttempt, type Work } from '../attempt.ts'
import { TimeoutError } from '../errors.ts'
import { atLeast } from '../option.ts'
import type { Ports } from '../ports.ts'
import { Deadlines } from './deadlines.ts'

/** Milliseconds that one attempt may take, waiting in a bulkhead's queue not included. */
export type TimeoutOptions = number | { readonly ms: number }

/** The milliseconds of a timeout; `undefined` when there is none. @throws BadOptionError */
export function timeoutMs(options: TimeoutOptions | undefined): number | undefined {
  if (options === undefined) return undefined
  return atLeast('timeout', typeof options === 'number' ? options : options.ms, 0)
}

/** Runs one attempt and settles when the function, the timeout or the caller's signal does, whichever is first. */
export type AttemptRunner = <T>(work: Work<T>, attempt: number, signal: AbortSignal | undefined) => Promise<T>

/**
 * The innermost policy. On a timeout it aborts this attempt's signal, and no other, and rejects with TimeoutError;
 * on the caller's abort it rejects with the caller's reason at once. It does not wait for the function to notice.
 */
export function timeoutPolicy(ms: number | undefined, ports: Ports): AttemptRunner {
  if (ms === undefined) return (work, attempt, signal) => run(work, attempt, signal, undefined)
  const deadlines = new Deadlines(ports, ms)
  const arm = (expire: (error: TimeoutError) => void): (() => void) =>
    deadlines.set(() => expire(new TimeoutError(ms)))
  return (work, attempt, signal) => run(work, attempt, signal, arm)
}

type Arm = (expire: (error: TimeoutError) => void) => () => void

function run<T>(
  work: Work<T>,
  number: number,
  signal: AbortSignal | undefined,
  arm: Arm | undefined,
): Promise<T> {
  if (signal?.aborted) return Promise.reject(signal.reason)
  const attempt = new RunningAttempt(number)
  if (!signal && !arm) return started(work, attempt)
  return new Promise((resolve, reject) => {
    const stop = (reason: unknown): void => {
      end()
      // Rejected before the function hears of it, so that its own abort error cannot take the reason's place.
      reject(reason)
      attempt.stop(reason)
    }
    const onAbort = (): void => stop(signal?.reason)
    const disarm = arm?.(stop)
    const end = (): void => {
      disarm?.()
      signal?.removeEventListener('abort', onAbort)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    started(work, attempt).then(
      (value) => {
        end()
        resolve(value)
      },
      (error: unknown) => {
        end()
        reject(error)
      },
    )
  })
}

/** Calls the function at once; what it throws becomes a rejection. No `async`, which would cost a promise more. */
function started<T>(work: Work<T>, attempt: RunningAttempt): Promise<T> {
  try {
    return Promise.resolve(work(attempt))
  } catch (error) {
    return Promise.reject(error)
  }
}
