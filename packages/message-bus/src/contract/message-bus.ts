import type { AgentMessages } from './agent-messages.ts'
import type { Events } from './events.ts'
import type { Questions } from './questions.ts'
import type { Work } from './work.ts'

export interface MessageBusHealth {
  readonly healthy: boolean
  /** Milliseconds of one round trip to where the messages are. */
  readonly latencyMs: number
  readonly kind: string
  /** Numbers worth watching, by name: messages held, dropped, duplicates. */
  readonly numbers: Readonly<Record<string, number>>
}

/** Messages between processes: events for everybody, work for one, questions for an answer. */
export interface MessageBus extends Events, Work, Questions, AgentMessages, AsyncDisposable {
  /** Name of the backend, such as `memory`. */
  readonly kind: string
  /** Never rejects: a bus that cannot be reached, or is closed, is not healthy. */
  healthCheck(): Promise<MessageBusHealth>
  /** Ends subscriptions, aborts handlers' signals, rejects who waits with MessageBusClosedError. A second call does
   * nothing. */
  close(): Promise<void>
}
