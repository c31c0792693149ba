import type { Entry } from '@pawl/state-store'
import { describe, expect, it } from 'vitest'
import { stepRows, summarize, table } from './summary.ts'

const entry = (version: number, kind: Entry['kind'], step: string | null = null): Entry => ({
  version,
  epoch: 0,
  fence: version < 4 ? 1 : 2,
  kind,
  step,
  hash: null,
  at: 1_000 + version,
  format: 1,
  payload: null,
  meta: kind === 'step_completed' ? { agent: 'auditor', attempts: 2, durationMs: 12.4 } : {},
})

const journal = [
  entry(1, 'started'),
  entry(2, 'step_completed', 'a'),
  entry(3, 'resumed'),
  entry(4, 'step_completed', 'b'),
  entry(5, 'completed'),
]

describe('summarize', () => {
  it('counts the steps that were kept over the kill', () => {
    const run = { runId: 'r', type: 'audit', status: 'completed' }
    expect(summarize(run, journal, ['x.md'])).toEqual({
      ...run,
      steps: 2,
      resumedSteps: 1,
      ms: 4,
      reports: ['x.md'],
    })
    expect(summarize(run, journal.slice(0, 2), []).resumedSteps).toBe(0)
  })
})

describe('stepRows', () => {
  it('tells by the fence which claim did a step', () => {
    expect(stepRows(journal)).toEqual([
      { step: 'a', agent: 'auditor', attempts: 2, ms: 12, fence: 1 },
      { step: 'b', agent: 'auditor', attempts: 2, ms: 12, fence: 2 },
    ])
  })
})

describe('table', () => {
  it('aligns text to the left and numbers to the right', () => {
    expect(
      table(
        ['name', 'ms'],
        [
          ['a', 1],
          ['longer', 100],
        ],
      ),
    ).toEqual(['name    ms', '──────  ───', 'a         1', 'longer  100'])
  })
})
