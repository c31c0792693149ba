import { StateStoreError } from '@pawl/state-store'
import { describe, expect, it } from 'vitest'
import { workflow } from '../src/index.ts'
import { journalOf, openStore, rejection, start, until, wrapStore } from './harness.ts'

const busy = () => new StateStoreError('STORE_BUSY', 'busy', { retriable: true })
const broken = () => new StateStoreError('STORE_FAILED', 'broken')

const calls: string[] = []
const steps = workflow('steps', async (ctx) => {
  const a = await ctx.step('a', () => calls.push('a'))
  const [b, c] = await ctx.all([
    (branch) => branch.step('b', () => calls.push('b')),
    (branch) => branch.step('c', () => calls.push('c')),
  ])
  return [a, b, c].length
})

const journal = [
  'started',
  'step_completed a',
  expect.stringMatching(/step_completed all:\d\/./),
  expect.stringMatching(/step_completed all:\d\/./),
  'completed',
]

describe('a store that fails for a moment', () => {
  it('is asked again: nothing is lost, nothing done twice', async () => {
    calls.length = 0
    let refusals = 0
    const store = wrapStore(await openStore(), (method, call) => {
      if (method !== 'commit' || refusals === 2) return call()
      refusals += 1
      return Promise.reject(busy())
    })
    const runtime = await start({ workflows: [steps], stateStore: store })
    const { runId, output } = await runtime.executeWorkflow(steps, null)
    expect(output).toBe(3)
    expect(calls.sort()).toEqual(['a', 'b', 'c'])
    expect(await journalOf(runtime, runId)).toEqual(journal)
  })

  it('may have taken the commit whose answer was lost: the same commit again is the same verdict', async () => {
    calls.length = 0
    let lost = 0
    const store = wrapStore(await openStore(), async (method, call) => {
      const answer = await call()
      if (method !== 'commit' || lost % 2 === 1) {
        if (method === 'commit') lost += 1
        return answer
      }
      lost += 1
      throw busy()
    })
    const runtime = await start({ workflows: [steps], stateStore: store })
    const { runId } = await runtime.executeWorkflow(steps, null)
    expect(lost).toBeGreaterThan(3)
    expect(calls.sort()).toEqual(['a', 'b', 'c'])
    expect(await journalOf(runtime, runId)).toEqual(journal)
  })

  it('may have given runs whose claim was not answered: they are given back and finished', async () => {
    const store = await openStore()
    const idle = await start({ workflows: [steps], stateStore: store, concurrency: 0 })
    const { runId, result } = await idle.startWorkflow(steps, null)
    let lost = false
    const flaky = wrapStore(store, async (method, call) => {
      const answer = await call()
      if (method !== 'claim' || lost) return answer
      lost = true
      throw busy()
    })
    await start({ workflows: [steps], stateStore: flaky, lease: 150, sweep: 50 })
    expect((await result()).output).toBe(3)
    expect(lost).toBe(true)
    expect(await store.run(runId)).toMatchObject({ status: 'completed' })
  })

  it('may not read a journal at first: the run is taken up later', async () => {
    const store = await openStore()
    const idle = await start({ workflows: [steps], stateStore: store, concurrency: 0 })
    const { result } = await idle.startWorkflow(steps, null)
    let failed = false
    const flaky = wrapStore(store, (method, call) => {
      if (method !== 'journal' || failed) return call()
      failed = true
      return Promise.reject(broken())
    })
    await start({ workflows: [steps], stateStore: flaky, lease: 150, sweep: 50 })
    expect((await result()).output).toBe(3)
  })
})

describe('a store that fails for good', () => {
  it('in a commit is no failure of the step: no catch runs, the run goes on from its journal', async () => {
    let down = true
    let caught = 0
    let done = 0
    const code = workflow('unblamed', async (ctx) => {
      try {
        return await ctx.step('a', () => ++done)
      } catch {
        caught += 1
        return 'blamed'
      }
    })
    const store = await openStore()
    const flaky = wrapStore(store, (method, call) =>
      method === 'commit' && down ? Promise.reject(broken()) : call(),
    )
    const runtime = await start({ workflows: [code], stateStore: flaky, lease: 150, sweep: 50 })
    const warnings: string[] = []
    runtime.events.on('runtime.warning', ({ payload }) => warnings.push(payload.code))
    const { result } = await runtime.startWorkflow(code, null)
    await until(() => warnings.includes('COMMIT_FAILED'))
    down = false
    expect((await result()).output).toBe(2)
    expect(caught).toBe(0)
  })

  it('does not keep shutdown from ending', async () => {
    const code = workflow('shuts', (ctx) => ctx.step('a', () => new Promise(() => {})))
    const store = await openStore()
    let down = false
    const flaky = wrapStore(store, (_method, call) => (down ? Promise.reject(broken()) : call()))
    const runtime = await start({ workflows: [code], stateStore: flaky })
    const { result } = await runtime.startWorkflow(code, null)
    const ended = rejection(result())
    down = true
    await runtime.shutdown({ grace: 10 })
    expect((await ended).code).toMatch(/RUN_INTERRUPTED|STORE_FAILED/)
  })
})
