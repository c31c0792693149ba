import type { Envelope, WorkHeadOptions } from './envelope.ts'
import type { ErrorSummary } from './errors.ts'
import type { Published, Subscription } from './subscription.ts'

export interface SendOptions extends WorkHeadOptions {
  /** Not delivered before this many milliseconds; its session waits with it. */
  readonly delayMs?: number | undefined
  /** Ends a wait for room with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** What a consumer's handler learns beside the message. */
export interface WorkContext {
  readonly envelope: Envelope
  /** Aborted with LeaseLostError when the lease is lost, or when the bus is closed. */
  readonly signal: AbortSignal
  /** Makes the lease last this much longer from now. Default: the consumer's `leaseMs`. @throws LeaseLostError */
  extend(ms?: number): Promise<void>
}

/**
 * Works on one message. When it returns, the message is acknowledged; when it throws, the message is tried again
 * after a backoff, or becomes a dead letter: after `maxAttempts`, or at once for an error with `retriable: false`. A
 * numeric `retryAfterMs` on the error is the least delay.
 */
export type WorkHandler = (envelope: Envelope, context: WorkContext) => unknown

export interface ConsumeOptions {
  /** Messages worked on at the same time. Default 1. */
  readonly concurrency?: number | undefined
  /** Milliseconds until a message that is neither acknowledged nor extended is delivered again. Default 30,000. */
  readonly leaseMs?: number | undefined
  /** Extend the lease by itself while the handler runs. Default true. */
  readonly renew?: boolean | undefined
  /** Closes the consumer. */
  readonly signal?: AbortSignal | undefined
}

/** A message that is delivered no more. */
export interface DeadLetter {
  readonly envelope: Envelope
  /** `failed`: every attempt threw. `rejected`: an error said not to retry. `expired`: its time was over. `lost`:
   * the lease ran out on the last attempt. */
  readonly reason: 'failed' | 'rejected' | 'expired' | 'lost'
  /** The last error, if there was one. */
  readonly error: ErrorSummary | null
  /** Epoch milliseconds. */
  readonly diedAt: number
}

export interface QueueStatus {
  /** Messages that could be delivered now, or as soon as their session is free. */
  readonly ready: number
  /** Messages whose session waits for a delay or a backoff. */
  readonly delayed: number
  /** Messages being worked on. */
  readonly leased: number
  readonly dead: number
  /** Dead letters let go because there were too many. */
  readonly deadDropped: number
  readonly consumers: number
}

/** Work: one consumer gets each message, at least once, until it is acknowledged. */
export interface Work {
  /**
   * Adds a message to a queue. Messages with the same `sessionId` are worked on in order, one at a time: the first
   * blocks the others while it is leased, delayed or backing off. Without a `sessionId` it is its own session.
   * @throws QueueFullError unless the bus waits for room; NotJsonError, TooLargeError, BadTopicError,
   * BadEnvelopeError, BadOptionError, ReservedError, MessageBusClosedError
   */
  send(queue: string, payload: unknown, options?: SendOptions): Promise<Published>
  /** Works on a queue's messages. @throws BadTopicError, BadOptionError, MessageBusClosedError */
  consume(queue: string, handler: WorkHandler, options?: ConsumeOptions): Promise<Subscription>
  /** Dead letters, oldest first. */
  deadLetters(queue: string): Promise<readonly DeadLetter[]>
  /**
   * Puts dead letters back to the tail of their sessions, with all their attempts, past the check for duplicates.
   * @param ids which ones; default all. Unknown ids are passed over
   * @returns how many
   * @throws QueueFullError when there is no room for all of them: then none is moved
   */
  replayDeadLetters(queue: string, ids?: readonly string[]): Promise<number>
  queueStatus(queue: string): Promise<QueueStatus>
}
