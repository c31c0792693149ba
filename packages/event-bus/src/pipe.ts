import { PipeError } from './errors.ts'
import type { EventMeta } from './event.ts'

/** An event before it has a number: what a pipe sees. */
export interface Draft {
  readonly type: string
  readonly payload: unknown
  readonly meta: EventMeta
}

/** The parts that a pipe replaces; what it leaves out stays. */
export interface Replaced {
  readonly payload?: unknown
  readonly meta?: EventMeta
}

/**
 * Runs on the publisher's path before the event gets its number: redaction, trace headers, sampling. Returns the
 * parts to replace, nothing to leave it as it is, or `false` to drop it: then it never gets a number, no listener,
 * stream or sink sees it, and later pipes are not asked. When it throws, the publisher gets PipeError.
 */
export type Pipe = (draft: Draft) => Replaced | false | undefined

/** Sends a draft through the pipes, in order. Nothing when one of them dropped it. @throws PipeError */
export function piped(pipes: readonly Pipe[], draft: Draft): Draft | undefined {
  let current = draft
  for (const pipe of pipes) {
    const answer = ask(pipe, current)
    if (answer === false) return undefined
    if (answer !== undefined) current = { ...current, ...answer, type: draft.type }
  }
  return current
}

function ask(pipe: Pipe, draft: Draft): Replaced | false | undefined {
  try {
    return pipe(draft)
  } catch (error) {
    throw new PipeError(draft.type, error)
  }
}
