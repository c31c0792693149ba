import type { BreakerRegistry } from '@pawl/resilience'
import type { StateStore } from '@pawl/state-store'
import type { AgentRegistry } from '../enter/agent-registry.ts'
import { unparkAll } from '../keep/parked.ts'
import type { Emit } from '../leave/events.ts'

interface WakeParts {
  readonly store: StateStore
  readonly agents: AgentRegistry
  readonly breakers: BreakerRegistry
  readonly emit: Emit
  /** Hears that there is work. */
  readonly onReady: () => void
}

/**
 * Makes the runs ready that wait for an agent as soon as it is well. Every process that sees its breaker close does so: the
 * one that closed it may have died. Returns what hears of a run that was parked just now: the agent may have become well
 * before the run could be woken.
 */
export function wakeParked({ store, agents, breakers, emit, onReady }: WakeParts): (agent: string) => void {
  const guarded = async (agent: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (cause) {
      const message = `The runs that wait for agent '${agent}' were not woken; each looks again by itself.`
      emit('runtime.warning', { code: 'NOT_UNPARKED', message, cause })
    }
  }
  const wake = async (agent: string): Promise<void> => {
    if ((await unparkAll(store, agent)) > 0) onReady()
  }
  breakers.on('close', ({ key }) => void guarded(key, () => wake(key)))
  return (agent) =>
    void guarded(agent, async () => {
      if (await agents.isWellAgain(agent)) await wake(agent)
    })
}
