import type { AgentMessages } from './agent-messages.ts'
import type { Events } from './events.ts'
import type { Middleware } from './middleware.ts'
import type { Questions } from './questions.ts'
import type { MessageBusStats } from './stats.ts'
import type { Work } from './work.ts'

export interface MessageBusHealth {
  readonly healthy: boolean
  /** Milliseconds of one round trip to where the messages are. */
  readonly latencyMs: number
  readonly kind: string
  /** In words an operator can act on; empty when there is nothing to say. */
  readonly detail: string
  /** Messages of the queues that this bus sends to or consumes: neither acknowledged nor dead. */
  readonly backlog: number
  /** Age of the oldest message in those queues that waits at the front; `null` when none waits. Milliseconds. */
  readonly oldestMs: number | null
  /** Consumers of those queues, in all processes. */
  readonly consumers: number
  /** When this bus last got an answer to a claim: epoch milliseconds by its own clock, `null` before the first. */
  readonly lastClaimAt: number | null
  /** Numbers worth watching, by name: messages held, dropped, duplicates. */
  readonly numbers: Readonly<Record<string, number>>
}

export interface CloseOptions {
  /**
   * How long handlers may take to end, while nothing new is taken; calls that they make still work. Default 0: nobody
   * is waited for.
   */
  readonly drainMs?: number | undefined
}

/** Messages between processes: events for everybody, work for one, questions for an answer. */
export interface MessageBus extends Events, Work, Questions, AgentMessages, AsyncDisposable {
  /** Name of the backend, such as `memory`. */
  readonly kind: string
  /**
   * Puts middleware around every message: the first one used is nearest to your code, the last one to the broker, so
   * that what one of them changes on the way out it finds again on the way in. Call it before the bus is used. @returns the bus
   */
  use(middleware: Middleware): this
  /** What this bus sent and handled, and how its queues stand. @throws MessageBusClosedError */
  stats(): Promise<MessageBusStats>
  /** Never rejects: a bus that cannot be reached, or is closed, is not healthy. */
  healthCheck(): Promise<MessageBusHealth>
  /**
   * Ends subscriptions, aborts handlers' signals, rejects who waits with MessageBusClosedError. Work that is held is
   * delivered again after its lease, even if its handler ends well later: give `drainMs` to let handlers end first. A
   * second call waits for the first; without `drainMs` it ends the drain of the first.
   */
  close(options?: CloseOptions): Promise<void>
}
