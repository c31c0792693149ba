import { expect, test } from 'vitest'
import { letterOf } from '../postgres/wire.ts'
import { Subjects } from './subjects.ts'
import type { WriteOperation } from './writes.ts'

const lines: WriteOperation = { op: 'telemetry', notBefore: null, logs: [], samples: [] }
const rotation: WriteOperation = { op: 'rotate', keepLogsMs: 0, keepSamplesMs: null, limit: 1 }
const confirmation: WriteOperation = { op: 'confirm', runId: 'r', version: 1 }

test('lines and their rotation meet one another, and nothing else', () => {
  const telemetry = new Subjects()
  telemetry.add(lines)
  expect([rotation, lines, confirmation].map((one) => telemetry.meet(one))).toEqual([true, true, false])
  const runs = new Subjects()
  runs.add(confirmation)
  expect([rotation, lines, confirmation].map((one) => runs.meet(one))).toEqual([false, false, true])
})

test('a line that comes again after a rotation stays behind it', () => {
  const groups = letterOf([lines, rotation, lines]).body.map(({ op }) => op)
  expect(groups).toEqual(['telemetry', 'rotate', 'telemetry'])
})
