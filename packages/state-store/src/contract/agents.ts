import type { Json } from './json.ts'
import type { Page } from './run.ts'

/** An agent as other processes find it. */
export interface RegisteredAgent {
  readonly name: string
  /** What the processes that run it say of it. Never secret: a codec does not pass over it. */
  readonly metadata: Json
  /** Whether it may be given work. */
  readonly enabled: boolean
  /** Why it was enabled or disabled last; `null` if nobody said. */
  readonly reason: string | null
  /** Raised whenever metadata, `enabled` or `reason` changes, not always by one. Never goes back, also after a removal. */
  readonly revision: number
  /** When it was registered first, in the store's time. */
  readonly registeredAt: number
  /** When its revision was raised last. */
  readonly changedAt: number
  /** When a process registered it last: a process that lives does so now and then. */
  readonly seenAt: number
}

export interface AgentRegistration {
  readonly name: string
  /** JSON, at most {@link MAX_DETAILS_LENGTH} characters. Default `null`. */
  readonly metadata?: unknown
}

export interface AgentFilter {
  readonly enabled?: boolean
  /** Agents that a process registered at or after this time. */
  readonly seenSince?: number
  /** Default 100, at most 200. */
  readonly limit?: number
  /** The `next` of the page before. */
  readonly cursor?: string
}

/** The longest metadata of an agent and spec of a schedule, in UTF-16 units of JSON: lists of them stay small. */
export const MAX_DETAILS_LENGTH = 16_384

/** The agents that processes on this store and namespace have registered: how they find one another's. */
export interface Agents {
  /**
   * Makes the agent known, or seen again; other metadata replaces what was there. Whether it is enabled stays as it
   * was, so that a restart does not enable what somebody disabled; a new one is enabled. A second call only renews
   * `seenAt`. Rejects with `NOT_JSON`, `ENTRY_TOO_LARGE`.
   */
  register(registration: AgentRegistration): Promise<RegisteredAgent>

  /** The agent, or `undefined`. */
  read(name: string): Promise<RegisteredAgent | undefined>

  /** A page of agents by name. One that stays registered is on exactly one page. */
  list(filter?: AgentFilter): Promise<Page<RegisteredAgent>>

  /** Says whether the agent may be given work, and why. `undefined` if it is not registered. */
  setEnabled(change: {
    readonly name: string
    readonly enabled: boolean
    readonly reason?: string
  }): Promise<RegisteredAgent | undefined>

  /** Forgets the agent; one that is not there is forgotten already. A process that still runs it registers it again. */
  remove(name: string): Promise<void>
}
