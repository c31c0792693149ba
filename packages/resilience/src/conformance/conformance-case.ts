import type { BreakerStore } from '../breaker/breaker-store.ts'

/** One set of data, empty at first. */
export interface StoreHarness {
  /** Another way to the same data, as another process would have it. */
  connect(): Promise<BreakerStore>
  /** Called once the case is over, whatever came of it. */
  close?(): Promise<void>
}

/** Makes a harness over fresh data. */
export type OpenHarness = () => Promise<StoreHarness>

/** One promise of the port. Free of any test framework; throws a ConformanceFailure when it is broken. */
export interface ConformanceCase {
  readonly group: string
  readonly name: string
  readonly run: (harness: StoreHarness) => Promise<void>
}

/** Cases of one group, by what they promise. */
export const casesOf = (
  group: string,
  cases: Readonly<Record<string, ConformanceCase['run']>>,
): readonly ConformanceCase[] => Object.entries(cases).map(([name, run]) => ({ group, name, run }))
