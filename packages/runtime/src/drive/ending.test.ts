import { describe, expect, it } from 'vitest'
import { endingOf } from './ending.ts'

describe('endingOf', () => {
  it('records an output as JSON has it', () => {
    const { entry, next, result } = endingOf({
      status: 'completed',
      output: { at: new Date(0), no: undefined },
    })
    expect(entry).toMatchObject({ kind: 'completed', encoded: '{"at":"1970-01-01T00:00:00.000Z"}' })
    expect(next).toEqual({ status: 'completed' })
    expect(result).toEqual({ status: 'completed', output: { at: '1970-01-01T00:00:00.000Z' } })
  })

  it('takes nothing as null', () => {
    expect(endingOf({ status: 'completed', output: undefined }).result).toEqual({
      status: 'completed',
      output: null,
    })
  })

  it('makes a failure of an output that is not JSON', () => {
    const { entry, next } = endingOf({ status: 'completed', output: { n: 1n } })
    expect(entry).toMatchObject({ kind: 'failed', payload: { code: 'NOT_JSON' } })
    expect(next).toEqual({ status: 'failed' })
  })

  it('names the failed steps, for a resume', () => {
    const error = { name: 'Error', message: 'no' }
    const failed = endingOf({ status: 'failed', error, failedSteps: ['a'] })
    expect(failed.entry).toEqual({ kind: 'failed', payload: error, meta: { failedSteps: ['a'] } })
    expect(endingOf({ status: 'failed', error, failedSteps: [] }).entry).toEqual({
      kind: 'failed',
      payload: error,
    })
  })

  it('keeps the reason of a cancellation, and its request', () => {
    expect(endingOf({ status: 'cancelled', reason: 'enough', inbox: 4 }).entry).toEqual({
      kind: 'cancelled',
      payload: { reason: 'enough' },
      meta: { reason: 'enough', inbox: 4 },
    })
  })
})
