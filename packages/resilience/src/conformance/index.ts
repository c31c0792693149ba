import { cellCases } from './cells.ts'
import type { ConformanceCase, OpenHarness } from './conformance-case.ts'
import { sharedBreakerCases } from './shared-breakers.ts'

export type { ConformanceCase, OpenHarness, StoreHarness } from './conformance-case.ts'

/** Everything that a BreakerStore must do, one case each. */
export const breakerStoreCases: readonly ConformanceCase[] = [...cellCases, ...sharedBreakerCases]

/** The two functions that the suite needs of a test runner; vitest's, Jest's and node:test's fit. */
export interface Runner {
  describe(name: string, body: () => void): unknown
  readonly it: {
    (name: string, body: () => Promise<void>): unknown
    /** Shows what was left out, with its reason. */
    skip?: (name: string, body: () => Promise<void>) => unknown
  }
}

/**
 * Runs every case against an implementation of BreakerStore.
 * @param open makes a harness over fresh data for each case
 * @param skips why a case is left out, by the case's name. A name that no case has is an error, so that a reason
 * does not outlive its case
 */
export function breakerStoreConformance(
  runner: Runner,
  open: OpenHarness,
  skips: Readonly<Record<string, string>> = {},
): void {
  const names = new Set(breakerStoreCases.map(({ name }) => name))
  for (const name of Object.keys(skips)) {
    if (!names.has(name)) throw new TypeError(`No conformance case is called "${name}": remove the skip.`)
  }
  for (const group of new Set(breakerStoreCases.map((one) => one.group))) {
    runner.describe(`breaker store: ${group}`, () => {
      for (const one of breakerStoreCases.filter((any) => any.group === group)) {
        const run = (): Promise<void> => runCase(one, open)
        const reason = Object.hasOwn(skips, one.name) ? skips[one.name] : undefined
        if (reason === undefined) runner.it(one.name, run)
        else runner.it.skip?.(`${one.name} (left out: ${reason})`, run)
      }
    })
  }
}

/** Runs one case and closes its harness, whatever happens. */
export async function runCase(one: ConformanceCase, open: OpenHarness): Promise<void> {
  const harness = await open()
  try {
    await one.run(harness)
  } finally {
    await harness.close?.()
  }
}
