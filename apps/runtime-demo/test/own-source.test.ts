import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { scanner } from './run-audit.ts'

const here = fileURLToPath(new URL('..', import.meta.url))

test('this very directory has no secret and no risky code in it, tests included', async () => {
  const secrets = await scanner('secrets')({ path: here })
  const patterns = await scanner('code-patterns')({ path: here })
  expect(secrets.examined).toBeGreaterThan(40)
  expect(secrets.findings).toEqual([])
  expect(patterns.findings).toEqual([])
  expect(patterns.skips).toEqual([])
})
