import type { Entry, Run } from '@pawl/state-store'
import { expect, test } from 'vitest'
import { auditRun, recoveryMs } from './audit.ts'
import { STEPS } from './burden.ts'

const entry = (version: number, kind: Entry['kind'], step: string | null, fence = 1): Entry => ({
  version,
  epoch: 0,
  fence,
  kind,
  step,
  hash: null,
  at: version * 100,
  format: 1,
  payload: null,
  meta: {},
})

const journal = [
  entry(1, 'started', null),
  ...STEPS.map((step, index) => entry(index + 2, 'step_completed', step)),
  entry(STEPS.length + 2, 'completed', null),
]
const run = { status: 'completed' } as Run

test('an undisturbed run is in order', () => {
  expect(auditRun(run, journal)).toEqual([])
})

test('what is lost, doubled or left open is told', () => {
  expect(auditRun({ status: 'running' } as Run, journal)).toHaveLength(1)
  expect(auditRun(run, journal.toSpliced(3, 1))).toHaveLength(2)
  expect(auditRun(run, journal.with(3, entry(4, 'step_completed', STEPS[0])))).toHaveLength(1)
  expect(auditRun(run, journal.slice(0, -1))).toHaveLength(1)
})

test('recovery is the time until a later fence writes', () => {
  const taken = journal.map((one) => (one.version > 4 ? { ...one, fence: 2 } : one))
  expect(recoveryMs({ runId: 'r', fence: 1, at: 420 }, taken)).toBe(80)
  expect(recoveryMs({ runId: 'r', fence: 1, at: 420 }, journal)).toBe(0)
})
