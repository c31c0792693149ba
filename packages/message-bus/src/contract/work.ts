import type { Envelope, WorkHeadOptions } from './envelope.ts'
import type { ErrorSummary } from './errors.ts'
import type { Published, Subscription } from './subscription.ts'

export interface SendOptions extends WorkHeadOptions {
  /** Not delivered before this many milliseconds; its session waits with it. */
  readonly delayMs?: number | undefined
  /**
   * How long this message waits after a failure: doubled with each attempt, from the first delay to the longest.
   * What is not said is the bus's `backoffMs` and `maxBackoffMs`. It travels in the header `pawl-backoff`.
   */
  readonly backoff?: { readonly firstMs?: number; readonly longestMs?: number } | undefined
  /** Ends a wait for room with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** What a consumer's handler learns beside the message. */
export interface WorkContext<Payload = unknown> {
  readonly envelope: Envelope<Payload>
  /** Aborted with LeaseLostError when the lease is lost, or when the bus is closed. */
  readonly signal: AbortSignal
  /**
   * Makes the lease last at least this much longer from now; it never becomes shorter. Default: the consumer's
   * `leaseMs`. @throws LeaseLostError
   */
  extend(ms?: number): Promise<void>
}

/**
 * Works on one message. When it returns, the message is acknowledged; when it throws, the message is tried again
 * after a backoff, or becomes a dead letter: after `maxAttempts`, or at once for an error with `retriable: false`. A
 * numeric `retryAfterMs` on the error is the least delay. The type of the payload is a claim: `validated` checks it.
 */
export type WorkHandler<Payload = unknown> = (
  envelope: Envelope<Payload>,
  context: WorkContext<Payload>,
) => unknown

export interface ConsumeOptions {
  /** Messages worked on at the same time; of a batch one counts. Default 1. */
  readonly concurrency?: number | undefined
  /**
   * Messages of one session taken together, under one lease. They are still handled one after the other and
   * acknowledged one by one; the first that fails returns the rest of its batch unattempted. Default 1.
   */
  readonly batchSize?: number | undefined
  /** Milliseconds until a message that is neither acknowledged nor extended is delivered again. Default 30,000. */
  readonly leaseMs?: number | undefined
  /** Extend the lease by itself while the handler runs. Default true. */
  readonly renew?: boolean | undefined
  /** Closes the consumer. */
  readonly signal?: AbortSignal | undefined
}

/** Works on one queue. */
export interface Consumer extends Subscription {
  readonly paused: boolean
  /** Takes no new message until resumed. What it holds goes on. A second call does nothing. */
  pause(): void
  /** Does nothing once it drains or is closed. */
  resume(): void
  /** Takes no new message, waits until all it holds is finished and told to the bus, then closes. */
  drain(): Promise<void>
}

export interface ConsumeOnceOptions extends Omit<ConsumeOptions, 'signal'> {
  /** Takes no new message after this many milliseconds; what it holds it finishes. Default 30,000. */
  readonly maxMs?: number | undefined
  /** Takes at most so many. Default: no limit. */
  readonly maxMessages?: number | undefined
  /** Takes no new message once it is aborted. */
  readonly signal?: AbortSignal | undefined
}

/** What came of a `consumeOnce`. */
export interface Consumed {
  readonly done: number
  /** Deliveries that failed or were lost. They come again, or are dead letters. */
  readonly failed: number
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

/** Which dead letters. Everything that is said must hold; what is said must not be `undefined` where letters move. */
export interface DeadLetterSelection {
  readonly ids?: readonly string[] | undefined
  readonly reason?: DeadLetter['reason'] | undefined
  /** Any other test. */
  readonly where?: ((letter: DeadLetter) => boolean) | undefined
}

export interface ReplayOptions extends DeadLetterSelection {
  /** Delivers them no faster than this, by delaying each a little longer than the one before. */
  readonly perSecond?: number | undefined
}

export interface QueueStatus {
  /** Messages that could be delivered now, or as soon as their session is free. */
  readonly ready: number
  /** Messages that wait for a delay or a backoff. Those behind them in their session count as ready. */
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
  send<Payload = unknown>(queue: string, payload: Payload, options?: SendOptions): Promise<Published>
  /**
   * Works on a queue's messages. Sessions take turns: one whose message is done goes behind those that wait.
   * @throws BadTopicError, BadOptionError, MessageBusClosedError
   */
  consume<Payload = unknown>(
    queue: string,
    handler: WorkHandler<Payload>,
    options?: ConsumeOptions,
  ): Promise<Consumer>
  /**
   * Works on what is there, then resolves: for functions that a cron or a webhook wakes. It ends when nothing can be
   * delivered now, or at its limits. @throws as `consume`
   */
  consumeOnce<Payload = unknown>(
    queue: string,
    handler: WorkHandler<Payload>,
    options?: ConsumeOnceOptions,
  ): Promise<Consumed>
  /** Dead letters, oldest first; all unless selected. */
  deadLetters(queue: string, selection?: DeadLetterSelection): Promise<readonly DeadLetter[]>
  /**
   * Puts dead letters back to the tail of their sessions, with all their attempts, past the check for duplicates.
   * @param which by id, or by selection; default all. Unknown ids are passed over
   * @returns how many
   * @throws QueueFullError when there is no room for all of them: then none is moved
   */
  replayDeadLetters(queue: string, which?: readonly string[] | ReplayOptions): Promise<number>
  /** Removes dead letters for good; all unless selected. @returns how many */
  purgeDeadLetters(queue: string, selection?: DeadLetterSelection): Promise<number>
  queueStatus(queue: string): Promise<QueueStatus>
}
