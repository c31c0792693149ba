// What a keeper program does: read its request, answer with one line, and go when nobody wants it any more.

import process from 'node:process'

/** The answer of a keeper that could not do what it was asked for. */
export interface Failed {
  readonly failed: string
}

/** What {@link startKeeper} asked for. */
export const keeperRequest = <Request>(): Request => JSON.parse(process.argv[2] ?? '{}') as Request

/** The one line that {@link startKeeper} waits for. */
export const answer = (message: object): boolean => process.stdout.write(`${JSON.stringify(message)}\n`)

/** Aborts when standard input ends: also when the process that wanted the keeper is killed with SIGKILL. */
export function unwanted(): AbortSignal {
  const gone = new AbortController()
  process.stdin.resume()
  process.stdin.once('close', () => gone.abort())
  return gone.signal
}

/** Resolves when the signal aborts, at once if it already has. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
