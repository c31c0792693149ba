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

const killed = [
  entry(1, 'started'),
  entry(2, 'step_completed', 'a'),
  entry(3, 'resumed'),
  entry(4, 'step_completed', 'b'),
  entry(5, 'completed'),
]

const takenBack = [
  ...[
    entry(1, 'started'),
    entry(2, 'step_completed', 'a'),
    entry(3, 'step_completed', 'b'),
    entry(4, 'completed'),
  ],
  { ...entry(5, 'rolled_back'), meta: { toVersion: 2 } },
  ...[entry(6, 'resumed'), entry(7, 'step_completed', 'b'), entry(8, 'completed')],
]

const run = { runId: 'r', type: 'audit', status: 'completed' }

describe('summarize', () => {
  it('counts the steps that were kept over the kill', () => {
    const whole = { ...run, steps: 2, resumedSteps: 1, rollbacks: 0, ms: 4, reports: ['x.md'] }
    expect(summarize(run, killed, ['x.md'])).toEqual(whole)
    expect(summarize(run, killed.slice(0, 2), []).resumedSteps).toBe(0)
  })

  it('counts a rollback, which is no crash, and what it took back once', () => {
    expect(summarize(run, takenBack, [])).toMatchObject({ steps: 2, resumedSteps: 0, rollbacks: 1 })
  })

  it('tells why a run failed: what its step failed with', () => {
    const cause = { name: 'CrewError', code: 'NO_MATCH', message: 'nothing is about it' }
    const payload = {
      name: 'StepFailedError',
      code: 'STEP_FAILED',
      message: "Step 'a' failed",
      step: 'a',
      cause,
    }
    const failed = { ...entry(2, 'failed'), payload }
    expect(summarize({ ...run, status: 'failed' }, [entry(1, 'started'), failed], []).error).toEqual({
      code: 'NO_MATCH',
      message: 'nothing is about it',
    })
  })
})

describe('stepRows', () => {
  it('tells by the fence which claim did a step', () => {
    expect(stepRows(killed)).toEqual([
      { step: 'a', agent: 'auditor', attempts: 2, ms: 12, fence: 1 },
      { step: 'b', agent: 'auditor', attempts: 2, ms: 12, fence: 2 },
    ])
  })

  it('marks what a rollback took back', () => {
    expect(stepRows(takenBack).map(({ step }) => step)).toEqual(['a', 'b (taken back)', 'b'])
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
