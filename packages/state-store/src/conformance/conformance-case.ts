import type { StoreLimits } from '../contract/limits.ts'
import type { StateStore } from '../contract/store.ts'
import type { TelemetryOptions } from '../contract/telemetry.ts'
import type { Codec } from '../store/encode.ts'

/** How a case wants its store; all optional. */
export interface HarnessOptions {
  readonly namespace?: string
  readonly limits?: Partial<StoreLimits>
  readonly codec?: Codec
  readonly telemetry?: TelemetryOptions
}

/** Makes stores over one set of data. Every case gets a harness of its own, with no data yet. */
export interface StoreHarness {
  /**
   * Opens the data: empty the first time, and what the earlier stores wrote afterwards, whether they are still
   * open or closed. Whoever made the harness closes what is left open.
   */
  open(options?: HarnessOptions): Promise<StateStore>
}

/** One promise of the contract. Free of any test framework; throws an AssertionError when it is broken. */
export interface ConformanceCase {
  /** Begins with the concept, as in `claim: …`. */
  readonly name: string
  /**
   * `reopen`: opens the same data more than once. `transactions`: writes in the store's own transactions. A backend that
   * cannot names the reason in its test.
   */
  readonly needs?: 'reopen' | 'transactions'
  run(harness: StoreHarness): Promise<void>
}

type Check = (harness: StoreHarness) => Promise<void>

/** Cases of one concept, by what they promise. */
export const casesOf = (
  concept: string,
  checks: { readonly [promise: string]: Check },
): readonly ConformanceCase[] =>
  Object.entries(checks).map(([promise, run]) => ({ name: `${concept}: ${promise}`, run }))

/** The same, for cases that open their data more than once. */
export const reopeningCasesOf = (
  concept: string,
  checks: { readonly [promise: string]: Check },
): readonly ConformanceCase[] => casesOf(concept, checks).map((one) => ({ ...one, needs: 'reopen' }))
