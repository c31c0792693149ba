import Opossum from 'opossum'
import type { BreakerSettings } from './breaker-options.ts'
import type { BreakerState } from './breaker-state.ts'
import type { RollingWindow } from './rolling-window.ts'

export type Circuit = Opossum<[() => Promise<unknown>], unknown>

/** opossum's own reset timer runs on the real clock; the longest one that a timer can hold never gets to fire. */
const NEVER = 2 ** 31 - 1

/** One opossum circuit that begins in the given state. It never becomes half-open by itself. */
export function openCircuit(state: BreakerState, settings: BreakerSettings, window: RollingWindow): Circuit {
  const options = {
    timeout: false as const,
    resetTimeout: NEVER,
    errorThresholdPercentage: settings.errorThresholdPercentage,
    volumeThreshold: settings.volumeThreshold,
    enableSnapshots: false,
    status: window.status,
    errorFilter: (error: unknown) => !counts(settings, error),
    // Missing from opossum's published types, though documented in its README ("Set a CircuitBreaker's state").
    state: {
      enabled: true,
      closed: state === 'closed',
      open: state === 'open',
      halfOpen: state === 'half-open',
    },
  }
  return new Opossum<[() => Promise<unknown>], unknown>((task) => task(), options)
}

/** A throw here would leave the call unsettled inside opossum; an error that nobody could judge counts. */
function counts(settings: BreakerSettings, error: unknown): boolean {
  try {
    return settings.countIf(error)
  } catch {
    return true
  }
}

/** Lets a circuit go: calls still in flight settle, but count nowhere and change nothing. */
export function dropCircuit(circuit: Circuit): void {
  circuit.removeAllListeners()
  // Clears the reset timer.
  circuit.close()
}
