/** What is sent, and how. */
export interface Load {
  readonly messages: number
  /** `default`: nothing but a payload. `full`: an id of the caller's, a priority and a time to live as well. */
  readonly fields: 'default' | 'full'
  /** `single`: one call a message, 500 of them unanswered. `bulk`: 1000 in one call, where there is such a call. */
  readonly produced: 'single' | 'bulk'
}

export const CONCURRENCY = 50
const WINDOW = 500
const BULK = 1_000
export const SESSIONS = 1_000
export const TTL_MS = 3_600_000

/** About 300 bytes of JSON. */
export const payloadOf = (n: number) => ({ n, text: FILL })
const FILL = 'x'.repeat(280)

/** A queue under load: sends, and says when everything was handled. */
export interface Engine {
  readonly send: (from: number, to: number) => Promise<unknown>
  readonly handled: Promise<void>
  readonly close: () => Promise<void>
}

/** Sends all of a load. */
export async function produce({ messages, produced }: Load, send: Engine['send']): Promise<void> {
  const step = produced === 'bulk' ? BULK : WINDOW
  for (let from = 0; from < messages; from += step) await send(from, Math.min(from + step, messages))
}

/** Counts down to a promise. */
export function countdown(messages: number): { readonly done: () => void; readonly all: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>()
  let left = messages
  const done = () => {
    left -= 1
    if (left === 0) resolve()
  }
  return { done, all: promise }
}
