import { describe, expect, it } from 'vitest'
import { RuntimeError, recordError, StepFailedError, WorkflowFailedError } from './errors.ts'

describe('recordError', () => {
  it.each<[string, unknown, object]>([
    ['an error', new TypeError('no'), { name: 'TypeError', message: 'no' }],
    ['a text', 'no', { name: 'Error', message: 'no' }],
    ['nothing', undefined, { name: 'Error', message: 'undefined' }],
    ['null', null, { name: 'Error', message: 'null' }],
    ['a plain object', { message: 'no', code: 'E', extra: 1 }, { name: 'Error', message: 'no', code: 'E' }],
    [
      'odd fields',
      { name: 1, message: 2, code: 3, retriable: 'x' },
      { name: 'Error', message: '[object Object]' },
    ],
    [
      'a typed error',
      new RuntimeError('INVALID_INPUT', 'no', { retriable: true }),
      { name: 'RuntimeError', message: 'no', code: 'INVALID_INPUT', retriable: true },
    ],
    ['an object without a prototype', Object.create(null), { name: 'Error', message: expect.any(String) }],
  ])('keeps what matters of %s', (_what, error, expected) => {
    expect(recordError(error)).toEqual(expected)
  })

  it('keeps the failed step, no stack, and bounded texts', () => {
    const record = recordError(new StepFailedError('charge', { name: 'E', message: 'x'.repeat(10_000) }))
    expect(record).toMatchObject({ code: 'STEP_FAILED', step: 'charge', name: 'StepFailedError' })
    expect(record.message.length).toBeLessThan(4_100)
    expect(JSON.stringify(record)).not.toContain('stack')
  })

  it('survives an object that throws when looked at', () => {
    const hostile = {
      get message(): string {
        throw new Error('caught you')
      },
      toString: null,
    }
    expect(recordError(hostile)).toMatchObject({ name: 'Error' })
  })
})

describe('errors', () => {
  it('rebuild their cause from the journal', () => {
    const failure = { name: 'HttpError', message: 'teapot', code: 'E_TEAPOT' }
    const error = new WorkflowFailedError('id', 'w', failure)
    expect(error).toMatchObject({ code: 'WORKFLOW_FAILED', runId: 'id', failure, retriable: false })
    expect(error.cause).toMatchObject(failure)
    expect(error.message).toContain("resumeWorkflow('id')")
  })
})
