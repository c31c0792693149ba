import { agentCases } from './agent-cases.ts'
import type { Bench, ConformanceCase, OpenBench } from './bench.ts'
import { consumerCases } from './consumer-cases.ts'
import { durableCases } from './durable-cases.ts'
import { eventCases } from './event-cases.ts'
import { failureCases } from './failure-cases.ts'
import { hostileCases } from './hostile-cases.ts'
import { leaseCases } from './lease-cases.ts'
import { lifecycleCases } from './lifecycle-cases.ts'
import { messageCases } from './message-cases.ts'
import { middlewareCases } from './middleware-cases.ts'
import { questionCases } from './question-cases.ts'
import { roomCases } from './room-cases.ts'
import { workCases } from './work-cases.ts'

export type { Bench, ConformanceCase, ConformanceSettings, OpenBench } from './bench.ts'

/** Everything that a message bus must do, one case each. */
export const messageBusCases: readonly ConformanceCase[] = [
  ...messageCases,
  ...eventCases,
  ...durableCases,
  ...workCases,
  ...failureCases,
  ...leaseCases,
  ...roomCases,
  ...consumerCases,
  ...questionCases,
  ...agentCases,
  ...middlewareCases,
  ...hostileCases,
  ...lifecycleCases,
]

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
 * Runs every case against a backend.
 * @param open opens a new, empty bus; the suite closes it
 * @param skips why a case is left out, by the case's name. A name that no case has is an error, so that a reason
 * does not outlive its case
 */
export function messageBusConformance(
  runner: Runner,
  open: OpenBench,
  skips: Readonly<Record<string, string>> = {},
): void {
  const names = new Set(messageBusCases.map(({ name }) => name))
  for (const name of Object.keys(skips)) {
    if (!names.has(name)) throw new TypeError(`No conformance case is called "${name}": remove the skip.`)
  }
  for (const group of new Set(messageBusCases.map((one) => one.group))) {
    runner.describe(`message bus: ${group}`, () => {
      for (const one of messageBusCases.filter((any) => any.group === group)) {
        const run = (): Promise<void> => runCase(one, open)
        const reason = skips[one.name]
        if (reason === undefined) runner.it(one.name, run)
        else runner.it.skip?.(`${one.name} (left out: ${reason})`, run)
      }
    })
  }
}

/** Runs one case and closes what it opened, whatever happens. */
export async function runCase(one: ConformanceCase, open: OpenBench): Promise<void> {
  const opened: Bench[] = []
  try {
    await one.run(async (settings) => {
      const bench = await open(settings)
      opened.push(bench)
      return bench
    })
  } finally {
    for (const { bus } of opened) await bus.close()
  }
}
