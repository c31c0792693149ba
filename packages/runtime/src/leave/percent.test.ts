import type { Entry, EntryKind, EntryMeta } from '@pawl/state-store'
import { expect, it } from 'vitest'
import { Percent } from './percent.ts'

const entry = (
  version: number,
  kind: EntryKind,
  step: string | null = null,
  meta: EntryMeta = {},
): Entry => ({
  version,
  epoch: 0,
  fence: 1,
  kind,
  step,
  hash: null,
  at: 0,
  format: 1,
  payload: null,
  meta,
})

it('counts finished steps, and shares of those under way', () => {
  const percent = new Percent(4)
  expect(percent.after(entry(1, 'started'))).toBe(0)
  percent.advance('a', 50)
  expect(percent.now).toBe(12)
  expect(percent.after(entry(2, 'step_completed', 'a'))).toBe(25)
  percent.advance('a', 90)
  expect(percent.now).toBe(25)
  expect(percent.after(entry(3, 'step_skipped', 'b'))).toBe(50)
  percent.advance('c', 80)
  expect(percent.after(entry(4, 'step_failed', 'c'))).toBe(50)
})

it('takes back what was rolled back, and begins shares anew when a run is taken over', () => {
  const percent = new Percent(2)
  percent.after(entry(2, 'step_completed', 'a'))
  percent.after(entry(3, 'step_completed', 'b'))
  expect(percent.now).toBe(99)
  expect(percent.after(entry(4, 'rolled_back', null, { toVersion: 2 }))).toBe(50)
  percent.advance('b', 50)
  expect(percent.now).toBe(75)
  expect(percent.after(entry(5, 'resumed'))).toBe(50)
  expect(percent.after(entry(6, 'completed'))).toBe(100)
})

it('is not known where nobody knows how many steps there will be', () => {
  const percent = new Percent(undefined)
  percent.advance('a', 50)
  expect(percent.after(entry(2, 'step_completed', 'a'))).toBeNull()
  expect(percent.after(entry(3, 'completed'))).toBe(100)
})
