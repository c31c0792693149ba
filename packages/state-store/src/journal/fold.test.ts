import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Entry, EntryKind } from '../contract/entry.ts'
import { emptyState, fold, foldJournal, lineage, type RunState } from './fold.ts'

const entryOf = (version: number, kind: EntryKind, more: Partial<Entry> = {}): Entry => ({
  version,
  epoch: 0,
  fence: 1,
  kind,
  step: null,
  hash: null,
  at: 0,
  format: 1,
  payload: null,
  meta: {},
  ...more,
})

const STEP_KINDS = [
  'step_completed',
  'step_skipped',
  'step_failed',
  'signal_received',
  'timer_fired',
] as const
const RUN_KINDS = ['completed', 'failed', 'cancelled', 'resumed', 'forked', 'timer_set'] as const

type Draw = (version: number) => Entry

const draw: fc.Arbitrary<Draw> = fc.oneof(
  fc
    .record({
      kind: fc.constantFrom(...STEP_KINDS),
      step: fc.constantFrom('a', 'b', 'c'),
      payload: fc.nat(99),
    })
    .map(
      ({ kind, step, payload }): Draw =>
        (version) =>
          entryOf(version, kind, { step, payload }),
    ),
  fc.tuple(fc.constantFrom('x', 'y', '__proto__'), fc.nat(99)).map(
    ([key, value]): Draw =>
      (version) =>
        entryOf(version, 'shared_set', { payload: Object.fromEntries([[key, value]]) }),
  ),
  fc.constantFrom(...RUN_KINDS).map(
    (kind): Draw =>
      (version) =>
        entryOf(version, kind, { payload: kind }),
  ),
  // Back to some version before this one.
  fc.nat().map(
    (number): Draw =>
      (version) =>
        entryOf(version, 'rolled_back', { meta: { toVersion: 1 + (number % (version - 1)) } }),
  ),
)

const journals = fc
  .array(draw, { maxLength: 40 })
  .map((draws) => [entryOf(1, 'started', { payload: 'in' }), ...draws.map((make, index) => make(index + 2))])

test('folding entry by entry gives the state of the whole journal, at every version', () => {
  fc.assert(
    fc.property(journals, (journal) => {
      const states: RunState[] = [emptyState()]
      for (const entry of journal) {
        const from = entry.kind === 'rolled_back' ? (entry.meta.toVersion ?? 0) : entry.version - 1
        states.push(fold(states[from]!, entry))
      }
      for (let version = 0; version <= journal.length; version++) {
        expect(foldJournal(journal.slice(0, version))).toEqual(states[version])
      }
    }),
    { numRuns: 300 },
  )
})

test('a compacted journal folds to the result', () => {
  const journal = [
    entryOf(1, 'started', { payload: 'in' }),
    entryOf(8, 'compacted', { step: 'b', payload: JSON.parse('{"results":{"a":1,"__proto__":2,"b":[2]}}') }),
    entryOf(9, 'completed', { payload: null }),
  ]
  const expected = {
    ...emptyState(),
    input: 'in',
    status: 'completed',
    results: { a: 1, b: [2] },
    current: 'b',
  }
  expect(foldJournal(journal)).toEqual(expected)
  expect(journal.reduce(fold, emptyState())).toEqual(expected)
  const empty = [journal[0]!, entryOf(8, 'compacted'), journal[2]!]
  expect(foldJournal(empty)).toMatchObject({ results: {}, current: null, status: 'completed' })
})

test('fold leaves the state that it was given alone', () => {
  fc.assert(
    fc.property(journals, (journal) => {
      const state = foldJournal(journal)
      const before = structuredClone(state)
      fold(state, entryOf(99, 'step_completed', { step: 'a', payload: 'other' }))
      fold(state, entryOf(99, 'shared_set', { payload: { x: 'other' } }))
      expect(state).toEqual(before)
    }),
  )
})

test('the line is a part of the journal, in order, and ends where the journal ends', () => {
  fc.assert(
    fc.property(journals, (journal) => {
      const versions = lineage(journal).map((entry) => entry.version)
      expect(versions[0]).toBe(1)
      expect(versions.at(-1)).toBe(journal.length)
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
    }),
  )
})
