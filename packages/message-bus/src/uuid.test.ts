import { expect, it } from 'vitest'
import { newUuid } from './uuid.ts'

it('makes UUIDs of version 7 that rise, say the time and never repeat', () => {
  const before = Date.now()
  const ids = Array.from({ length: 20_000 }, () => newUuid())
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(new Set(ids).size).toBe(ids.length)
  expect([...ids].sort()).toEqual(ids)
  const time = Number.parseInt((ids[0] ?? '').replace('-', '').slice(0, 12), 16)
  expect(Math.abs(time - before)).toBeLessThan(1000)
})
