import type { Entry, EntryKind } from '@pawl/state-store'
import { describe, expect, it } from 'vitest'
import { readRecorded } from './recorded.ts'

type Part = Partial<Entry> & { readonly kind: EntryKind }

const journalOf = (...parts: readonly Part[]): Entry[] =>
  parts.map((part, index) => ({
    version: index + 1,
    epoch: 0,
    fence: 1,
    step: null,
    hash: null,
    at: 1_000 + index,
    format: 1,
    payload: null,
    meta: {},
    ...part,
  }))

const started: Part = { kind: 'started', payload: { topic: 'x' } }
const done = (step: string, payload: Entry['payload'] = step): Part => ({
  kind: 'step_completed',
  step,
  payload,
})
const broke = (step: string): Part => ({
  kind: 'step_failed',
  step,
  payload: { name: 'Error', message: step },
})
const failed = (...failedSteps: string[]): Part => ({ kind: 'failed', meta: { failedSteps } })
const back = (toVersion: number): Part => ({ kind: 'rolled_back', meta: { toVersion } })

const outcomes = (...parts: readonly Part[]) =>
  readRecorded(journalOf(started, ...parts)).outcomes.map(({ name, ok }) => `${name}:${ok}`)

describe('readRecorded', () => {
  it('takes input, start and last step', () => {
    const run = readRecorded(journalOf(started, done('a'), { kind: 'resumed' }))
    expect(run).toMatchObject({ input: { topic: 'x' }, startedAt: 1_000, lastStep: 'a' })
  })

  it('reads an empty journal', () => {
    expect(readRecorded([])).toMatchObject({ input: null, startedAt: 0, lastStep: null, outcomes: [] })
  })

  it.each<[string, readonly Part[], readonly string[]]>([
    ['keeps the order of the journal', [done('b'), done('a')], ['b:true', 'a:true']],
    ['keeps a failure that the code lived with', [broke('a'), done('b')], ['a:false', 'b:true']],
    [
      'keeps a caught failure over a resume that another step ended',
      [broke('a'), done('b'), broke('c'), failed('c'), { kind: 'resumed' }],
      ['a:false', 'b:true'],
    ],
    [
      'forgets failures that a resume tries again',
      [done('a'), broke('b'), broke('c'), failed('b', 'c'), { kind: 'resumed' }],
      ['a:true'],
    ],
    ['keeps failures as long as nobody resumed', [broke('b'), failed('b')], ['b:false']],
    [
      'a crash recovery that is no resume of a failure forgets nothing',
      [broke('a'), { kind: 'resumed' }, done('b')],
      ['a:false', 'b:true'],
    ],
    ['a fork of a failed run tries its failures again', [broke('b'), failed('b'), { kind: 'forked' }], []],
    ['leaves out what was rolled back', [done('a'), done('b'), back(2)], ['a:true']],
    [
      'goes on after a rollback',
      [done('a'), done('b'), back(2), { kind: 'resumed' }, done('b', 2)],
      ['a:true', 'b:true'],
    ],
  ])('%s', (_what, parts, expected) => {
    expect(outcomes(...parts)).toEqual(expected)
  })

  it('tells the families apart', () => {
    const run = readRecorded(
      journalOf(
        started,
        { kind: 'step_skipped', step: 's' },
        { kind: 'timer_set', step: 't', meta: { wakeAt: 5_000 } },
        { kind: 'timer_set', step: 'u', meta: { wakeAt: 6_000 } },
        { kind: 'timer_fired', step: 't' },
        { kind: 'signal_received', step: 'x', payload: 1, meta: { inbox: 3 } },
        { kind: 'signal_timed_out', step: 'y' },
        { kind: 'shared_set', step: 'share', payload: { a: 1 } },
      ),
    )
    expect(run.outcomes.map(({ family, name, ok, skipped }) => [family, name, ok, skipped])).toEqual([
      ['step', 's', true, true],
      ['timer', 't', true, false],
      ['signal', 'x', true, false],
      ['signal', 'y', false, false],
      ['shared', 'share', true, false],
    ])
    expect([...run.timers]).toEqual([['u', 6_000]])
    expect([...run.consumed]).toEqual([3])
  })

  it('a rollback gives signals back, but never a cancel request that was obeyed', () => {
    const run = readRecorded(
      journalOf(
        started,
        { kind: 'signal_received', step: 'x', meta: { inbox: 1 } },
        { kind: 'cancelled', meta: { inbox: 2 } },
        back(1),
      ),
    )
    expect([...run.consumed]).toEqual([2])
  })
})
