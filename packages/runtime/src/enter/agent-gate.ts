import type { AnyAgent } from '../define/agent.ts'

/** What came of a probe; nothing if the agent was not asked, or its answer no longer wanted. */
export type ProbeOutcome = 'well' | 'ill' | 'nothing'

/** The one call of a disabled agent that is let through. */
export interface Probe {
  /** Never rejects. */
  end(outcome: ProbeOutcome): Promise<void>
}

/** Decides whether agents may be asked, and hears how that went. */
export interface AgentGate {
  /** As far as is known here; asked before each call. */
  isEnabled(id: string): boolean
  /** The same, as the store has it now. */
  isEnabledNow(id: string): Promise<boolean>
  /** Of an agent that is not: asks the store. Throws `AGENT_DISABLED`; a probe if the call is to be one. */
  admit(agent: AnyAgent): Promise<Probe | undefined>
  /** When an agent is probed again whose probe failed just now. */
  probeAfterMs(agent: AnyAgent): number
  /** One attempt has ended. */
  note(agent: AnyAgent, ok: boolean, durationMs: number): void
}

/** Lets everybody pass: before there is a store. */
export const OPEN_GATE: AgentGate = {
  isEnabled: () => true,
  isEnabledNow: async () => true,
  admit: async () => undefined,
  probeAfterMs: () => 0,
  note: () => {},
}
