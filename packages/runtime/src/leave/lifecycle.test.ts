import { describe, expect, it } from 'vitest'
import { type Departing, messageOf } from './lifecycle.ts'

const departing = (part: Partial<Departing> & Pick<Departing, 'kind'>): Departing => ({
  runId: 'r1',
  type: 'ship',
  version: 7,
  step: null,
  at: 5_000,
  payload: null,
  meta: {},
  steps: 3,
  startedAt: 2_000,
  ...part,
})

describe('messageOf', () => {
  it('has the stable id, and the shapes of results', () => {
    expect(messageOf(departing({ kind: 'started', payload: { a: 1 } }))).toEqual({
      id: 'r1:7',
      taskId: 'r1',
      agentId: 'workflow:ship',
      result: { workflow_type: 'ship', input: { a: 1 } },
      metadata: { event_type: 'workflow_started', run_version: 7 },
      timestamp: 5_000,
    })
  })

  const meta = { toVersion: 4, fromStep: 'b', reason: 'because' }
  it.each<[Departing['kind'], object]>([
    ['completed', { output: { x: 1 }, completed_steps: 3, execution_time_ms: 3_000 }],
    ['failed', { error: { x: 1 } }],
    ['cancelled', { reason: 'because' }],
    ['resumed', { resumed_from_version: 4, resumed_from_step: 'b' }],
    ['rolled_back', { rolled_back_to_version: 4, rolled_back_from_step: 'b' }],
    ['step_completed', {}],
  ])('tells of %s', (kind, data) => {
    const message = messageOf(departing({ kind, payload: { x: 1 }, meta }))
    expect(message.result).toEqual({ workflow_type: 'ship', ...data })
    expect(message.metadata.event_type).toBe(`workflow_${kind}`)
  })

  it('never tells of a negative time', () => {
    const { result } = messageOf(departing({ kind: 'completed', at: 1 }))
    expect(result.execution_time_ms).toBe(0)
  })
})
