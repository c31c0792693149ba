/** What an agent is given besides its input. */
export interface AgentContext {
  /** Aborted on cancel, timeout or a lost lease: the agent stops at the next file and throws its reason. */
  readonly signal: AbortSignal
  /** One line for people who watch the run; never holds a secret. */
  readonly log: (message: string) => void
}

/** One who does a step. Input and output are plain JSON. */
export interface Agent<Input, Output> {
  readonly id: string
  readonly description: string
  readonly run: (input: Input, context: AgentContext) => Promise<Output>
}
