// What an engine is asked about agents, and what it answers; metadata still encoded.

export interface AgentRow {
  readonly name: string
  readonly metadata: string
  readonly enabled: boolean
  readonly reason: string | null
  readonly revision: number
  readonly registered_at: number
  readonly changed_at: number
  readonly seen_at: number
}

export interface RegisterAgentOperation {
  readonly op: 'register_agent'
  readonly name: string
  readonly metadata: string
}

export interface EnableAgentOperation {
  readonly op: 'enable_agent'
  readonly name: string
  readonly enabled: boolean
  readonly reason: string | null
}

export interface RemoveAgentOperation {
  readonly op: 'remove_agent'
  readonly name: string
}

export type AgentOperation = RegisterAgentOperation | EnableAgentOperation | RemoveAgentOperation

export interface AgentResults {
  readonly register_agent: AgentRow
  readonly enable_agent: AgentRow | null
  readonly remove_agent: null
}

export type AgentReadOperation = { readonly op: 'agent'; readonly name: string } | AgentsOperation

export interface AgentsOperation {
  readonly op: 'agents'
  readonly enabled: boolean | null
  readonly seenSince: number | null
  readonly limit: number
  /** The name of the last one of the page before. */
  readonly after: string | null
}

export interface AgentReadResults {
  readonly agent: AgentRow | null
  readonly agents: readonly AgentRow[]
}
