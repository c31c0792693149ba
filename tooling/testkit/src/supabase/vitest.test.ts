import { expect, test } from 'vitest'
import { ownSupabase, sharedSupabase } from './vitest.ts'

const statusFor = async (url: string, key: string) =>
  (await fetch(`${url}/rest/v1/`, { headers: { apikey: key } })).status

test('a test file reaches the project of the run, and gets one of its own beside it', async () => {
  const shared = sharedSupabase()
  expect(await statusFor(shared.url, shared.serviceRoleKey)).toBe(200)
  await using own = await ownSupabase()
  expect(await statusFor(own.url, own.serviceRoleKey)).toBe(200)
  expect(await statusFor(own.url, shared.serviceRoleKey)).toBe(401)
})
