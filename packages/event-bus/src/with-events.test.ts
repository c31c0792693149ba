import { describe, expect, expectTypeOf, it, vi } from 'vitest'
import { createEventBus, type WorkflowEvents, withEvents } from './index.ts'

const openBus = () => {
  const bus = createEventBus<WorkflowEvents>()
  const seen: unknown[] = []
  bus.on('**', (event) => seen.push([event.type, event.payload, event.meta]))
  return { bus, seen }
}
const ms = expect.any(Number)

describe('withEvents', () => {
  it('tells of start, end and duration of an async function, and passes its result on', async () => {
    const { bus, seen } = openBus()
    const find = withEvents(
      bus,
      { of: 'step', payload: { step: 'find' }, meta: { runId: 'r' } },
      async (n: number) => n + 1,
    )
    expectTypeOf(find).toEqualTypeOf<(n: number) => Promise<number>>()
    expect(await find(1)).toBe(2)
    expect(seen).toEqual([
      ['step.started', { step: 'find' }, { runId: 'r' }],
      ['step.completed', { step: 'find', durationMs: ms }, { runId: 'r' }],
    ])
  })

  it('tells of failures, sync and async, and throws the same error', async () => {
    const { bus, seen } = openBus()
    const error = Object.assign(new TypeError('no'), { code: 'E_NO' })
    const fail = () => {
      throw error
    }
    const now = withEvents(bus, { of: 'phase', payload: { phase: 'quality' } }, fail)
    const later = withEvents(bus, { of: 'strategy', payload: { strategy: 's' } }, async () => fail())
    expect(now).toThrow(error)
    await expect(later()).rejects.toBe(error)
    const failure = { name: 'TypeError', message: 'no', code: 'E_NO' }
    expect(seen).toEqual([
      ['phase.started', { phase: 'quality' }, {}],
      ['phase.failed', { phase: 'quality', durationMs: ms, error: failure }, {}],
      ['strategy.started', { strategy: 's' }, {}],
      ['strategy.failed', { strategy: 's', durationMs: ms, error: failure }, {}],
    ])
  })

  it('makes payload and meta from the arguments', () => {
    const { bus, seen } = openBus()
    const names = {
      of: 'workflow',
      payload: (workflow: string) => ({ workflow }),
      meta: (runId: string) => ({ runId }),
    } as const
    withEvents(bus, names, (name: string) => name.length)('w')
    expect(seen[0]).toEqual(['workflow.started', { workflow: 'w' }, { runId: 'w' }])
  })

  it('never lets the bus change the outcome', () => {
    const { bus } = openBus()
    const onError = vi.fn()
    const work = withEvents(bus, { of: 'step', payload: { step: 'a' }, onError }, () => {
      bus.close()
      return 1
    })
    expect(work()).toBe(1)
    expect(onError.mock.calls[0]?.[0]).toMatchObject({ code: 'EVENT_BUS_CLOSED' })
  })

  it('asks for a subject that has all three events', () => {
    const { bus } = openBus()
    // @ts-expect-error a session has no `session.started`
    withEvents(bus, { of: 'session', payload: { session: 's' } }, () => 1)
    // @ts-expect-error a step has a name
    withEvents(bus, { of: 'step', payload: {} }, () => 1)
  })
})
