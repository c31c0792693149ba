import type { Envelope, MessageOptions } from './envelope.ts'
import type { Published, Subscription } from './subscription.ts'

/** Events that a subscription did not get, because the log had let them go. */
export interface EventGap {
  /** Id of the last event before the gap: the one delivered last, or the one asked for; `null` if there was none. */
  readonly after: string | null
  /** Events of any topic in the gap; `null` when nobody can say: the id asked for was unknown, or the server lost its data. */
  readonly missed: number | null
}

/** What a handler learns beside the message. */
export interface EventContext<Payload = unknown> {
  readonly envelope: Envelope<Payload>
  /** Set on the first message after a gap. */
  readonly gap: EventGap | undefined
  /** Aborted when the subscription or the bus is closed. */
  readonly signal: AbortSignal
}

/** Called with one event at a time; the next waits for the promise. What it throws is reported, nothing else. */
export type EventHandler<Payload = unknown> = (
  envelope: Envelope<Payload>,
  context: EventContext<Payload>,
) => unknown

export interface SubscribeOptions {
  /**
   * Where to begin: `now` (default), `start` of what the log holds, behind the event with this id, or with the first
   * event accepted at this time or later. An id that is no longer held begins at the start, with a gap.
   */
  readonly from?: 'now' | 'start' | (string & {}) | Date | undefined
  /**
   * Keeps the subscription's place under this name, so that it goes on there after a restart: then `from` counts only
   * the first time. An event whose handler did not end before the restart comes again; one whose handler threw
   * does not. The last subscription to ask has the name: an older one ends with SubscriptionTakenError, and an event on
   * its way may reach both.
   */
  readonly durable?: string | undefined
  /** Closes the subscription. */
  readonly signal?: AbortSignal | undefined
}

/** Events: everybody who subscribed gets them; a bounded log keeps them for a while. */
export interface Events {
  /**
   * Adds an event to the log. Resolves when it is accepted; handlers are called afterwards.
   * @throws NotJsonError, TooLargeError, BadTopicError, BadEnvelopeError, ReservedError, MessageBusClosedError
   */
  publish<Payload = unknown>(topic: string, payload: Payload, options?: MessageOptions): Promise<Published>
  /**
   * Calls the handler for each event whose topic matches, in the order of the log. Each subscription has its own
   * place in the log: a slow handler delays nobody, and learns of it when the log has moved past it.
   * @throws BadTopicError, MessageBusClosedError
   */
  subscribe<Payload = unknown>(
    pattern: string,
    handler: EventHandler<Payload>,
    options?: SubscribeOptions,
  ): Promise<Subscription>
}
