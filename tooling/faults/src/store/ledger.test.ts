import type { Entry } from '@pawl/state-store'
import { expect, test } from 'vitest'
import { audit, type Line } from './ledger.ts'

const entry = (version: number, over: Partial<Entry>): Entry => ({
  version,
  epoch: 0,
  fence: 1,
  kind: 'step_completed',
  step: null,
  hash: null,
  at: 0,
  format: 1,
  payload: null,
  meta: {},
  ...over,
})

const journal: readonly Entry[] = [
  entry(1, { kind: 'started', fence: 0 }),
  entry(2, { step: 's1', payload: 'a' }),
  entry(3, { step: 's2', payload: 'b', fence: 2 }),
  entry(4, { kind: 'completed', payload: 'c', fence: 2 }),
]
const told = (version: number, nonce: string, refused: string | null = null): Line => ({
  worker: 'w',
  runId: 'r',
  version,
  fence: 1,
  nonce,
  refused,
})
const ledger = [told(2, 'a'), told(3, 'x', 'stale_fence'), told(3, 'b')]
const findings = (change: (journal: Entry[]) => readonly Entry[], lines: readonly Line[] = ledger) =>
  audit('r', change([...journal]), 2, lines)

test('a journal that holds what was told is in order', () => {
  expect(findings((all) => all)).toEqual({ lost: [], doubled: [], stale: [], wrong: [] })
})

test('an accepted entry that is not there is lost', () => {
  expect(findings((all) => all, [...ledger, told(4, 'd')]).lost).toHaveLength(1)
  expect(findings((all) => all.slice(0, 2)).lost).toHaveLength(1)
})

test('another run is not looked at', () => {
  expect(findings((all) => all, [{ ...told(4, 'd'), runId: 'other' }]).lost).toEqual([])
})

test('a step that is there twice is doubled', () => {
  expect(findings((all) => all.with(2, entry(3, { step: 's1', payload: 'b' }))).doubled).toEqual([
    "'s1' is there twice",
  ])
  expect(findings((all) => all.with(2, entry(3, { step: 's2', payload: 'a' }))).doubled).toEqual([
    "'a' is there twice",
  ])
})

test('an entry by an older fence than the one before is stale', () => {
  expect(findings((all) => all.with(3, entry(4, { kind: 'completed', fence: 1 }))).stale).toHaveLength(1)
})

test('missing steps, gaps and a missing end are told', () => {
  expect(findings((all) => all.slice(0, 3)).wrong).toEqual(['it ends with step_completed'])
  expect(findings((all) => all.toSpliced(1, 1)).wrong).toEqual([
    'step s1 is missing',
    'versions have a gap at 2',
  ])
})
