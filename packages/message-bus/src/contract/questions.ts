import type { Envelope } from './envelope.ts'
import type { Subscription } from './subscription.ts'

export interface RequestOptions {
  /** Default 30,000. */
  readonly timeoutMs?: number | undefined
  /** Gives up with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  readonly sender?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

export interface QuestionContext<Question = unknown> {
  readonly envelope: Envelope<Question>
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/** Returns the answer, as JSON. What it throws reaches the one who asked as ResponderFailedError. */
export type QuestionHandler<Question = unknown> = (
  payload: Question,
  context: QuestionContext<Question>,
) => unknown

/** Questions: one responder answers, or nobody does in time. Nothing is kept. */
export interface Questions {
  /**
   * Asks, and resolves with the answer.
   * @throws NoRespondersError at once, RequestTimeoutError, ResponderFailedError, NotJsonError, TooLargeError,
   * BadTopicError, MessageBusClosedError, or the signal's reason
   */
  request<Answer = unknown>(topic: string, payload: unknown, options?: RequestOptions): Promise<Answer>
  /** Answers questions on this topic, in turn with others who do. @throws BadTopicError, MessageBusClosedError */
  respond<Question = unknown>(
    topic: string,
    handler: QuestionHandler<Question>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Subscription>
}
