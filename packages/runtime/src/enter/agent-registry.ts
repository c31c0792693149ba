import {
  type BreakerOptions,
  BreakerRegistry,
  type CircuitBreaker,
  type ExecuteOptions,
  type Policy,
  type PolicyOptions,
  type Ports as PolicyPorts,
  policy,
  type Work,
} from '@pawl/resilience'
import type { AnyAgent, CallPolicy } from '../define/agent.ts'
import { toMs } from '../define/duration.ts'
import { RuntimeError } from '../errors.ts'

/** How a step's function is called. */
export interface CallRules {
  execute<T>(work: Work<T>, options?: ExecuteOptions): Promise<Awaited<T>>
}

/** The agents that this process can call, each with its policy and its breaker. */
export class AgentRegistry {
  readonly #agents = new Map<string, AnyAgent>()
  readonly #rules = new WeakMap<object, CallRules>()
  readonly #breakers: BreakerRegistry
  readonly #breakerOptions = new Map<string, BreakerOptions>()
  readonly #ports: PolicyPorts
  readonly #plain: CallRules

  constructor(ports: PolicyPorts) {
    this.#breakers = new BreakerRegistry({ ports, perKey: (id) => this.#breakerOptions.get(id) })
    this.#ports = ports
    this.#plain = policy({}, ports)
  }

  /** Makes an agent known; a second agent of the same id takes the place of the first. */
  register(agent: AnyAgent): void {
    this.#agents.set(agent.id, agent)
  }

  /** Disposes of the breakers; a second call does nothing. */
  close(): void {
    this.#breakers.close()
  }

  ids(): string[] {
    return [...this.#agents.keys()]
  }

  /** Throws `UNKNOWN_AGENT` naming who asks and which agents there are. */
  find(reference: AnyAgent | string, asker: string): AnyAgent {
    if (typeof reference !== 'string') return reference
    const agent = this.#agents.get(reference)
    if (agent !== undefined) return agent
    const known = this.ids().join(', ') || '(none)'
    throw new RuntimeError(
      'UNKNOWN_AGENT',
      `${asker} needs agent '${reference}', which is not registered. Registered are: ${known}. ` +
        `Pass it to createRuntime({ agents }) or registerAgent().`,
    )
  }

  /** The rules for a step: its own, over those of its agent. Made once for each definition. */
  rulesOf(step: CallPolicy, agent: AnyAgent | undefined): CallRules {
    const own = step.retry !== undefined || step.timeout !== undefined
    if (!own && agent === undefined) return this.#plain
    const definition = own ? step : (agent as object)
    const known = this.#rules.get(definition)
    if (known !== undefined) return known
    const made = policy(this.#options(step, agent), this.#ports) as Policy
    this.#rules.set(definition, made)
    return made
  }

  #options(step: CallPolicy, agent: AnyAgent | undefined): PolicyOptions {
    const timeout = step.timeout ?? agent?.timeout
    const retry = step.retry ?? agent?.retry
    const breaker = agent === undefined ? undefined : this.#breakerOf(agent)
    return {
      ...(timeout === undefined ? {} : { timeout: toMs(timeout) }),
      ...(retry === undefined ? {} : { retry }),
      ...(breaker === undefined ? {} : { breaker }),
    }
  }

  #breakerOf({ id, breaker }: AnyAgent): CircuitBreaker | undefined {
    if (breaker === false) return undefined
    if (breaker !== undefined) this.#breakerOptions.set(id, breaker)
    return this.#breakers.get(id)
  }
}
