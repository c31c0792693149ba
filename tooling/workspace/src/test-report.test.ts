import { expect, test } from 'vitest'
import { closingLine, tallyOf, type VitestReport } from './test-report.ts'

const green: VitestReport = {
  success: true,
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ status: 'passed', assertionResults: [{}, {}, {}] }],
}

test('sums over packages', () => {
  const red = { ...green, success: false, numPassedTests: 1, numFailedTests: 2 }
  expect(closingLine([green, red].map(tallyOf))).toBe('4 passed, 2 failed')
})

test('names skipped tests only when there are any', () => {
  expect(closingLine([tallyOf(green)])).toBe('3 passed, 0 failed')
  expect(closingLine([tallyOf({ ...green, numPendingTests: 1, numTodoTests: 1 })])).toBe(
    '3 passed, 0 failed, 2 skipped',
  )
})

test('a package without a report counts as one failure', () => {
  expect(closingLine([tallyOf(green), tallyOf(undefined)])).toBe('3 passed, 1 failed')
})

test('a file that does not load counts as one failure', () => {
  const report = {
    ...green,
    success: false,
    testResults: [...green.testResults, { status: 'failed', assertionResults: [] }],
  }
  expect(closingLine([tallyOf(report)])).toBe('3 passed, 1 failed')
})

test('a run that failed outside its tests counts as one failure', () => {
  expect(closingLine([tallyOf({ ...green, success: false })])).toBe('3 passed, 1 failed')
})
