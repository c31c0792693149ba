import { expect, test } from 'vitest'
import { runInMemory } from '../../test/harness.ts'
import { conformance } from '../conformance/index.ts'

const able = conformance.filter((one) => one.needs === undefined)
let executed = 0
for (const one of conformance) {
  const run = async () => {
    executed += 1
    await runInMemory(one)
  }
  if (one.needs === undefined) test(one.name, run)
  else test.skip(`${one.name} (skipped: ':memory:' ends with its store and cannot be opened again)`, run)
}
test(`${able.length} of ${conformance.length} cases were executed in memory`, () =>
  expect(executed).toBe(able.length))
