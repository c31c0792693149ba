import type { BreakerRegistry } from '@pawl/resilience'
import type { Emit } from './events.ts'

/** Tells this process how its agents' breakers change, and when they cannot be shared. */
export function tellBreakers(breakers: BreakerRegistry, emit: Emit): void {
  breakers.onChange(({ key: agent, from, to }) => emit('breaker.changed', { agent, from, to }))
  breakers.on('storeError', ({ key, error }) => {
    const message = `The breaker of agent '${key}' goes on in this process alone: the store could not be reached.`
    emit('runtime.warning', { code: 'BREAKER_NOT_SHARED', message, cause: error })
  })
}
