import { describe, expect, it } from 'vitest'
import { agent } from '../define/agent.ts'
import { createRuntime } from '../enter/runtime.ts'
import { autoDisableSettings, whyDisable } from './auto-disable.ts'

const counts = (calls: number, failed: number) => ({ calls, failed, times: {} })
const settings = autoDisableSettings({}, 'it')

describe('whether to disable an agent', () => {
  it('is judged by enough calls, and by how many of them succeeded', () => {
    expect(whyDisable(counts(19, 19), settings)).toBeUndefined()
    expect(whyDisable(counts(20, 10), settings)).toBeUndefined()
    expect(whyDisable(counts(20, 11), settings)).toBe(
      '45 % of 20 calls in five minutes succeeded, at least 50 % must',
    )
    expect(whyDisable(counts(0, 0), { ...settings, minCalls: 0 })).toBeUndefined()
  })

  it.each([
    { minCalls: 0 },
    { minCalls: 1.5 },
    { successRate: 0 },
    { successRate: 1.1 },
    { successRate: Number.NaN },
  ])('%o is refused, and by whom is said', (autoDisable) => {
    const error = {
      code: 'INVALID_DEFINITION',
      message: expect.stringMatching(/^'autoDisable\..*' of agent 'a'/),
    }
    expect(() => agent('a', { autoDisable, run: () => 1 })).toThrow(expect.objectContaining(error))
    expect(() => createRuntime({ autoDisable })).toThrow(/of the runtime must be/)
  })

  it('refuses other options of agents and breakers that there are none of', () => {
    const whenOpen = 'wait' as 'park'
    expect(() => agent('a', { whenOpen, run: () => 1 })).toThrow(
      "'whenOpen' of agent 'a' must be 'park' or 'fail'.",
    )
    const breakers = 'mine' as 'process'
    expect(() => createRuntime({ breakers })).toThrow("'breakers' must be 'shared' or 'process'.")
    expect(() => agent('a', { autoDisable: { probeAfter: 'soon' as '1s' }, run: () => 1 })).toThrow(
      'not a duration',
    )
  })
})
