import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { scanCodePatterns, scanSecrets } from '../src/agents/security-auditor.ts'
import { quietContext } from './quiet-context.ts'

const here = fileURLToPath(new URL('..', import.meta.url))

test('this very directory has no secret and no risky code in it, tests included', async () => {
  const secrets = await scanSecrets({ path: here }, quietContext())
  const patterns = await scanCodePatterns({ path: here }, quietContext())
  expect(secrets.examined).toBeGreaterThan(40)
  expect(secrets.findings).toEqual([])
  expect(patterns.findings).toEqual([])
  expect(patterns.skips).toEqual([])
})
