import {
  type AttemptRecord,
  BreakerOpenError,
  type ExecuteOptions,
  type Policy,
  type Work,
} from '@pawl/resilience'
import type { Refusal } from '../decide/parking.ts'
import type { AnyAgent } from '../define/agent.ts'
import type { AgentDisabledError } from '../errors.ts'
import type { AgentGate, ProbeOutcome } from './agent-gate.ts'
import type { CallRules } from './agent-registry.ts'

/** How a step calls an agent, and what it means that it could not. */
export class AgentRules implements CallRules {
  readonly #agent: AnyAgent
  readonly #policy: Policy
  readonly #gate: AgentGate
  /** What probes failed with: it says that the agent is ill, not that the step is. */
  readonly #ofProbes = new WeakSet<object>()

  constructor(agent: AnyAgent, policy: Policy, gate: AgentGate) {
    this.#agent = agent
    this.#policy = policy
    this.#gate = gate
  }

  execute<T>(work: Work<T>, options: ExecuteOptions = {}): Promise<Awaited<T>> {
    return this.#gate.isEnabled(this.#agent.id)
      ? this.#call(work, options)
      : this.#callIfAdmitted(work, options)
  }

  refuses(error: unknown): boolean {
    if (this.#agent.whenOpen === 'fail') return false
    return this.#isRefusal(error) || this.#isOfProbe(error)
  }

  async refusal(error: unknown): Promise<Refusal | undefined> {
    if (!this.refuses(error)) return undefined
    const { id } = this.#agent
    const { breaker } = this.#policy
    if (isDisabled(error, id)) return { agent: id, retryAfterMs: error.retryAfterMs, isTried: error.isTried }
    if (!this.#gate.isEnabled(id))
      return { agent: id, retryAfterMs: this.#gate.probeAfterMs(this.#agent), isTried: false }
    // Somebody may have closed it since it was last looked at.
    const state = await breaker?.refresh()
    return { agent: id, retryAfterMs: breaker?.retryAfterMs ?? 0, isTried: state === 'half-open' }
  }

  async #callIfAdmitted<T>(work: Work<T>, options: ExecuteOptions): Promise<Awaited<T>> {
    const { breaker } = this.#policy
    // It would refuse the probe, and the next one, and the next.
    if (breaker?.state === 'open') throw new BreakerOpenError(this.#agent.id, breaker.retryAfterMs)
    const probe = await this.#gate.admit(this.#agent)
    options.signal?.throwIfAborted()
    if (probe === undefined) return this.#call(work, options)
    let outcome: ProbeOutcome = 'nothing'
    try {
      const value = await this.#call(work, options)
      outcome = 'well'
      return value
    } catch (error) {
      outcome = this.#outcomeOf(error, options.signal)
      if (outcome === 'ill' && isObject(error)) this.#ofProbes.add(error)
      throw error
    } finally {
      await probe.end(outcome)
    }
  }

  #call<T>(work: Work<T>, options: ExecuteOptions): Promise<Awaited<T>> {
    const { breaker } = this.#policy
    let isProbe = false
    const watched: Work<T> = (attempt) => {
      isProbe = breaker !== undefined && breaker.state !== 'closed'
      return work(attempt)
    }
    const onAttempt = (record: AttemptRecord): void => {
      this.#note(record, options.signal)
      // Told as the failure that it is; what becomes of the step is asked later.
      options.onAttempt?.(record)
      if (isProbe && isObject(record.error) && breaker?.state !== 'closed') this.#ofProbes.add(record.error)
    }
    return this.#policy.execute(watched, { ...options, onAttempt })
  }

  #note(record: AttemptRecord, signal: AbortSignal | undefined): void {
    const outcome = 'error' in record ? this.#outcomeOf(record.error, signal) : 'well'
    if (outcome !== 'nothing') this.#gate.note(this.#agent, outcome === 'well', record.durationMs)
  }

  /** As the breaker judges: what `countIf` excludes is an answer of an agent that is well. */
  #outcomeOf(error: unknown, signal: AbortSignal | undefined): ProbeOutcome {
    if (signal?.aborted === true || this.#isRefusal(error)) return 'nothing'
    const countIf = this.#policy.breaker?.settings.countIf
    try {
      return countIf === undefined || countIf(error) ? 'ill' : 'well'
    } catch {
      return 'ill'
    }
  }

  /** Also where attempts are used up: then the last one is the cause. */
  #isOfProbe(error: unknown): boolean {
    if (!isObject(error)) return false
    const { cause } = error as { readonly cause?: unknown }
    return this.#ofProbes.has(error) || (isObject(cause) && this.#ofProbes.has(cause))
  }

  #isRefusal(error: unknown): boolean {
    const { id } = this.#agent
    return isOpen(error, id) || isDisabled(error, id)
  }
}

/** Whether it is this agent's own breaker that refused, and not one inside of what it calls. */
const isOpen = (error: unknown, id: string): boolean => {
  const { code, key } = (error ?? {}) as Partial<BreakerOpenError>
  return code === 'POLICY_BREAKER_OPEN' && key === id
}

const isDisabled = (error: unknown, id: string): error is AgentDisabledError => {
  const { code, agent } = (error ?? {}) as Partial<AgentDisabledError>
  return code === 'AGENT_DISABLED' && agent === id
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
