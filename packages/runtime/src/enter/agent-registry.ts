import {
  type BreakerOptions,
  BreakerRegistry,
  type CircuitBreaker,
  type PolicyOptions,
  type Ports as PolicyPorts,
  policy,
} from '@pawl/resilience'
import type { StateStore } from '@pawl/state-store'
import type { AnyAgent, CallPolicy } from '../define/agent.ts'
import { toMs } from '../define/duration.ts'
import { RuntimeError } from '../errors.ts'
import { sharedBreakers } from '../keep/shared-breakers.ts'
import { type AgentGate, OPEN_GATE } from './agent-gate.ts'
import { AgentRules } from './agent-rules.ts'
import type { CallRules } from './call-rules.ts'

/** Whether breakers are one over all processes on a store. */
export type BreakerScope = 'shared' | 'process'

/** How old a process's knowledge of a shared breaker may be while it is in use. */
const REFRESH_MS = 2_000

/** Agents that nobody registered are known up to this many: their ids may come from data. */
const MOST_ADOPTED = 1_000

/** Stands for the agent of steps that have none. */
const NOBODY = {}

/** The agents that this process can call, each with its policy and its breaker. */
export class AgentRegistry {
  readonly #agents = new Map<string, AnyAgent>()
  /** Those whose place a newer one took: workflows may still hold them. */
  readonly #replaced = new WeakSet<AnyAgent>()
  readonly #ports: PolicyPorts
  readonly #breakerOptions = new Map<string, BreakerOptions>()
  /** How many runs were parked lately; each looks again about once in the time that its agent is not asked. */
  readonly #crowds = new Map<string, { readonly since: number; runs: number }>()
  readonly #plain: CallRules
  #rules = new WeakMap<object, WeakMap<object, CallRules>>()
  #breakers: BreakerRegistry
  #gate: AgentGate = OPEN_GATE

  constructor(ports: PolicyPorts) {
    this.#ports = ports
    this.#breakers = this.#newBreakers(undefined)
    this.#plain = policy({}, ports)
  }

  /** Shares breakers with the other processes on a store, or has them for this process alone. */
  open(store: Pick<StateStore, 'cells'>, scope: BreakerScope): BreakerRegistry {
    this.#breakers.close()
    this.#breakers = this.#newBreakers(scope === 'shared' ? store : undefined)
    this.#rules = new WeakMap()
    return this.#breakers
  }

  /** Asks the gate before each call from now on. */
  guard(gate: AgentGate): void {
    this.#gate = gate
    this.#rules = new WeakMap()
  }

  /** What this process knows of an agent's breaker; `undefined` if it never used it. */
  breaker(id: string): CircuitBreaker | undefined {
    return this.#breakers.keys().includes(id) ? this.#breakers.get(id) : undefined
  }

  /**
   * Makes an agent known. One of the same id takes its place for steps that start from now on, with the rules of the new
   * one; a breaker stays as it is unless its options are others.
   */
  register(agent: AnyAgent): void {
    const { id, breaker = {} } = agent
    const old = this.#agents.get(id)
    if (old === agent) return
    this.#agents.set(id, agent)
    this.#replaced.delete(agent)
    if (old === undefined) return
    this.#replaced.add(old)
    if (!sameOptions(old.breaker ?? {}, breaker)) {
      this.#breakers.forget(id)
      this.#breakerOptions.delete(id)
    }
  }

  /** Makes an agent known that a workflow brings along, unless there is one of its id. */
  adopt(agent: AnyAgent): void {
    if (!this.#agents.has(agent.id) && this.#agents.size < MOST_ADOPTED) this.#agents.set(agent.id, agent)
  }

  /** Forgets an agent; steps under way finish with it. Returns whether it was known. */
  unregister(id: string): boolean {
    return this.#agents.delete(id)
  }

  /** Disposes of the breakers; a second call does nothing. */
  close(): void {
    this.#breakers.close()
  }

  ids(): string[] {
    return [...this.#agents.keys()]
  }

  all(): AnyAgent[] {
    return [...this.#agents.values()]
  }

  get(id: string): AnyAgent | undefined {
    return this.#agents.get(id)
  }

  /** Throws `UNKNOWN_AGENT` naming who asks and which agents there are. */
  find(reference: AnyAgent | string, asker: string): AnyAgent {
    if (typeof reference !== 'string') {
      return (this.#replaced.has(reference) ? this.#agents.get(reference.id) : undefined) ?? reference
    }
    const agent = this.#agents.get(reference)
    if (agent !== undefined) return agent
    const known = this.ids().join(', ') || '(none)'
    throw new RuntimeError(
      'UNKNOWN_AGENT',
      `${asker} needs agent '${reference}', which is not registered. Registered are: ${known}. ` +
        `Pass it to createRuntime({ agents }) or registerAgent().`,
    )
  }

  /** The rules for a step: its own, over those of its agent. Made once for each pair of them. */
  rulesOf(step: CallPolicy, agent: AnyAgent | undefined): CallRules {
    const own = step.retry !== undefined || step.timeout !== undefined
    if (!own && agent === undefined) return this.#plain
    const ofAgent = this.#rules.get(agent ?? NOBODY) ?? new WeakMap<object, CallRules>()
    this.#rules.set(agent ?? NOBODY, ofAgent)
    const definition = own ? step : (agent as object)
    const known = ofAgent.get(definition)
    if (known !== undefined) return known
    const made = this.#makeRules(step, agent)
    ofAgent.set(definition, made)
    return made
  }

  /** One more run is parked for an agent that looks again after `forMs`; returns how many were in such a time. */
  park(id: string, forMs: number): number {
    const now = this.#ports.now()
    const known = this.#crowds.get(id)
    const crowd =
      known !== undefined && Math.abs(now - known.since) <= forMs ? known : { since: now, runs: 0 }
    crowd.runs += 1
    this.#crowds.set(id, crowd)
    return crowd.runs
  }

  /**
   * Whether an agent is well by now, asked once a run that waits for it can be woken: who found the agent well before that
   * could not know of the run.
   */
  async isWellAgain(id: string): Promise<boolean> {
    const breaker = this.breaker(id)
    await breaker?.refresh()
    return (breaker?.state ?? 'closed') === 'closed' && (await this.#gate.isEnabledNow(id))
  }

  /** Whether an agent may be asked, as far as is known here. */
  admits(id: string): boolean {
    return this.#gate.isEnabled(id) && (this.breaker(id)?.retryAfterMs ?? 0) === 0
  }

  #makeRules(step: CallPolicy, agent: AnyAgent | undefined): CallRules {
    const timeout = step.timeout ?? agent?.timeout
    const retry = step.retry ?? agent?.retry
    const breaker = agent === undefined ? undefined : this.#breakerOf(agent)
    const options: PolicyOptions = {
      ...(timeout === undefined ? {} : { timeout: toMs(timeout) }),
      ...(retry === undefined ? {} : { retry }),
      ...(breaker === undefined ? {} : { breaker }),
    }
    const made = policy(options, this.#ports)
    if (agent === undefined) return made
    this.adopt(agent)
    return new AgentRules(agent, made, this.#gate)
  }

  #breakerOf({ id, breaker }: AnyAgent): CircuitBreaker | undefined {
    if (breaker === false) return undefined
    if (breaker !== undefined) this.#breakerOptions.set(id, breaker)
    return this.#breakers.get(id)
  }

  #newBreakers(store: Pick<StateStore, 'cells'> | undefined): BreakerRegistry {
    return new BreakerRegistry({
      ports: this.#ports,
      perKey: (id) => this.#breakerOptions.get(id),
      ...(store === undefined ? {} : { store: sharedBreakers(store), refreshMs: REFRESH_MS }),
    })
  }
}

/** Whether a breaker need not be made anew. */
function sameOptions(one: BreakerOptions | false, other: BreakerOptions | false): boolean {
  if (one === false || other === false) return one === other
  const names = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof BreakerOptions>
  return [...names].every((name) => one[name] === other[name])
}
