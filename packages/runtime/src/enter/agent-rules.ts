import type { BreakerOpenError, ExecuteOptions, Policy, Work } from '@pawl/resilience'
import type { Refusal } from '../decide/parking.ts'
import type { AnyAgent } from '../define/agent.ts'
import type { CallRules } from './agent-registry.ts'

/** How a step calls an agent, and what it means that it could not. */
export class AgentRules implements CallRules {
  readonly #agent: AnyAgent
  readonly #policy: Policy
  /** What probes failed with: it says that the agent is ill, not that the step is. */
  readonly #ofProbes = new WeakSet<object>()

  constructor(agent: AnyAgent, policy: Policy) {
    this.#agent = agent
    this.#policy = policy
  }

  execute<T>(work: Work<T>, options?: ExecuteOptions): Promise<Awaited<T>> {
    const { breaker } = this.#policy
    if (breaker === undefined || this.#agent.whenOpen === 'fail') return this.#policy.execute(work, options)
    let isProbe = false
    const watched: Work<T> = (attempt) => {
      isProbe = breaker.state !== 'closed'
      return work(attempt)
    }
    const noteProbe = (error: unknown): never => {
      if (isProbe && breaker.state !== 'closed' && isObject(error)) this.#ofProbes.add(error)
      throw error
    }
    return this.#policy.execute(watched, options).catch(noteProbe)
  }

  refuses(error: unknown): boolean {
    if (this.#agent.whenOpen === 'fail') return false
    return isOpen(error, this.#agent.id) || (isObject(error) && this.#ofProbes.has(error))
  }

  async refusal(error: unknown): Promise<Refusal | undefined> {
    const { breaker } = this.#policy
    if (breaker === undefined || !this.refuses(error)) return undefined
    // Somebody may have closed it since it was last looked at.
    const state = await breaker.refresh()
    return { agent: this.#agent.id, retryAfterMs: breaker.retryAfterMs, isTried: state === 'half-open' }
  }
}

/** Whether it is this agent's own breaker that refused, and not one inside of what it calls. */
const isOpen = (error: unknown, id: string): boolean => {
  const { code, key } = (error ?? {}) as Partial<BreakerOpenError>
  return code === 'POLICY_BREAKER_OPEN' && key === id
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
