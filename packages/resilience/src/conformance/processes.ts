import type { CircuitBreaker } from '../breaker/breaker.ts'
import type { BreakerOptions } from '../breaker/breaker-options.ts'
import { BreakerRegistry } from '../breaker/breaker-registry.ts'
import { hasCode } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { StoreHarness } from './conformance-case.ts'

/** A clock for all processes of a case. It stands still until it is moved, and its timers never fire. */
export class StoppedClock implements Ports {
  time = 1_700_000_000_000
  now(): number {
    return this.time
  }
  setTimer(): () => void {
    return () => {}
  }
  random(): number {
    return 0.5
  }
}

/** Breakers of one key, each as in a process of its own. */
export async function breakersOf(
  harness: StoreHarness,
  count: number,
  clock: Ports,
  defaults: BreakerOptions,
): Promise<CircuitBreaker[]> {
  const stores = await Promise.all(Array.from({ length: count }, () => harness.connect()))
  // Nothing is read but when a case says so, or when a breaker has to.
  const sharing = { refreshMs: 3_600_000, storeTimeoutMs: 60_000 }
  return stores.map((store) =>
    new BreakerRegistry({ store, ports: clock, defaults, ...sharing }).get('stripe'),
  )
}

/** Calls under breakers that end when told to. */
export class HeldCalls {
  readonly #ends: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = []
  readonly #calls: Promise<unknown>[] = []

  /** Makes a call. @returns whether it passed, once that is decided */
  begin(breaker: CircuitBreaker): Promise<string> {
    return new Promise((decided) => {
      const work = (): Promise<void> => {
        decided('passed')
        return new Promise((resolve, reject) => this.#ends.push({ resolve, reject }))
      }
      const refused = (error: unknown): void =>
        decided(hasCode(error, 'POLICY_BREAKER_OPEN') ? 'refused' : String(error))
      this.#calls.push(breaker.execute(work).catch(refused))
    })
  }

  /** Ends the calls that passed and are under way. */
  async succeed(): Promise<void> {
    for (const { resolve } of this.#ends.splice(0)) resolve()
    await Promise.all(this.#calls.splice(0))
  }

  /** Ends the first of them with an error. */
  failOne(): Promise<unknown> {
    this.#ends.shift()?.reject(new Error('ill'))
    return Promise.race(this.#calls)
  }
}

/** How many there are of each word. */
export function countsOf(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}
