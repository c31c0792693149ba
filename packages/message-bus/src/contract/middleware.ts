import type { Envelope, MessageOptions } from './envelope.ts'

/** A message on its way out. `answer`: what a responder returned; `next` gives it back as it leaves. */
export interface Outgoing {
  readonly verb: 'publish' | 'send' | 'request' | 'answer'
  readonly topic: string
  readonly payload: unknown
  readonly options: MessageOptions
}

/**
 * A message on its way into a handler. `result`: read by `getResult`, of which only the payload is known. `answer`: what
 * a `request` resolves with, in the envelope of its question.
 */
export interface Incoming {
  readonly verb: 'event' | 'work' | 'question' | 'answer' | 'result'
  readonly envelope: Envelope
}

/**
 * Something around every message: tracing, encryption, validation. Either side may be left out, may change what it
 * hands on to `next`, or throw instead: what `outgoing` throws reaches the caller, what `incoming` throws counts as
 * thrown by the handler.
 */
export interface Middleware {
  readonly name: string
  /** Around publish, send, request and answers. `next` resolves when the bus has taken the message (request: answered). */
  outgoing?(message: Outgoing, next: (message: Outgoing) => Promise<unknown>): Promise<unknown>
  /** Around handlers. `next` settles as the handler does. */
  incoming?(message: Incoming, next: (message: Incoming) => Promise<unknown>): Promise<unknown>
}
