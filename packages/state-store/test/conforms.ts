import { expect, test } from 'vitest'
import { type ConformanceCase, conformance } from '../src/conformance/index.ts'
import { report } from './conformance-tally.ts'

export interface Backend {
  /** For people. */
  readonly name: string
  run(one: ConformanceCase): Promise<void>
  /** Why a case cannot run here; `undefined` if it can. */
  whyNot?(one: ConformanceCase): string | undefined
  /** Whether cases may run at the same time. Default `false`. */
  readonly concurrent?: boolean
}

/** Runs the whole suite on a backend, one test a case, and counts what was executed. */
export function conforms({ name, run, whyNot = () => undefined, concurrent = false }: Backend): void {
  let executed = 0
  const skipped: Record<string, number> = {}
  for (const one of conformance) {
    const reason = whyNot(one)
    const execute = async () => {
      executed += 1
      await run(one)
    }
    if (reason === undefined) test(one.name, { concurrent }, execute)
    else {
      skipped[reason] = (skipped[reason] ?? 0) + 1
      test.skip(`${one.name} (skipped: ${reason})`, execute)
    }
  }
  const able = conformance.filter((one) => whyNot(one) === undefined).length
  // Not afterwards in a hook: where only some tests were asked for, nothing is missing.
  test(`${able} of ${conformance.length} cases were executed on ${name}`, async () => {
    await report(name, { executed, skipped })
    expect(executed).toBe(able)
  })
}
