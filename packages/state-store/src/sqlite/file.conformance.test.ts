import { expect, test } from 'vitest'
import { runOnFile } from '../../test/harness.ts'
import { conformance } from '../conformance/index.ts'

let executed = 0
for (const one of conformance) {
  test.concurrent(one.name, async () => {
    executed += 1
    await runOnFile(one)
  })
}
test(`all ${conformance.length} cases were executed on a file`, () =>
  expect(executed).toBe(conformance.length))
