import { describe, expect, it } from 'vitest'
import { agent, createRuntime, type LogSink, workflow } from '../src/index.ts'
import { gate, openStore, pause, rejection, start, storeFile } from './harness.ts'

const KEY = 'sk-live-0123456789abcdefghij'

/** A logger that remembers. */
function remembering(): { readonly sink: LogSink; readonly said: unknown[][] } {
  const said: unknown[][] = []
  const at =
    (level: string) =>
    (...given: unknown[]) =>
      void said.push([level, ...given])
  return { said, sink: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } }
}

const talker = agent('talker', {
  run: (_input: null, step) => {
    step.log('at work', { attempt: step.attempt, apiKey: KEY }, 'debug')
    step.log(`called with ${KEY}`, 'plain', 'error')
    return 1
  },
})

const talking = workflow('talking', async (ctx) => {
  ctx.log('begins', { password: 'hunter2', user: 'ann' })
  await ctx.step('talk', { agent: talker, input: null })
  ctx.log('ends', undefined, 'warn')
  return 1
})

describe('logs', () => {
  it('are kept in the store without secrets, and read with filters', async () => {
    const runtime = await start({ workflows: [talking], agents: [talker], logs: { level: 'debug' } })
    const { runId } = await runtime.executeWorkflow(talking, null)
    await runtime.executeWorkflow(talking, null)
    const { items } = await runtime.getLogs({ runId, order: 'oldest' })
    expect(items).toMatchObject([
      { level: 'info', message: 'begins', step: null, agent: null, runId },
      { level: 'debug', message: 'at work', step: 'talk', agent: 'talker', context: { attempt: 1 } },
      { level: 'error', message: 'called with [redacted]', context: { details: 'plain' } },
      { level: 'warn', message: 'ends', context: null },
    ])
    expect(items[0]?.context).toEqual({ password: '[redacted]', user: 'ann' })
    expect(JSON.stringify(items)).not.toContain(KEY)
    const messages = async (filter: Parameters<typeof runtime.getLogs>[0]) =>
      (await runtime.getLogs({ order: 'oldest', ...filter })).items.map(({ message }) => message)
    expect(await messages({ runId, level: 'warn' })).toEqual(['called with [redacted]', 'ends'])
    expect(await messages({ runId, agent: 'talker', level: 'error' })).toEqual(['called with [redacted]'])
    expect(await messages({ runId, step: 'talk' })).toHaveLength(2)
    expect(await messages({ until: items[0]!.at })).toEqual([])
    const first = await runtime.getLogs({ limit: 5 })
    const rest = await runtime.getLogs({ limit: 5, ...(first.next === null ? {} : { cursor: first.next }) })
    expect(first.items.length + rest.items.length).toBe(8)
    expect((await rejection(runtime.getLogs({ limit: 0 }))).code).toBe('INVALID_ARGUMENT')
  })

  it('begin at info, unless told otherwise', async () => {
    const runtime = await start({ workflows: [talking], agents: [talker] })
    await runtime.executeWorkflow(talking, null)
    const { items } = await runtime.getLogs()
    expect(items.map(({ level }) => level)).toEqual(['warn', 'error', 'info'])
  })

  it("go to the program's own logger as well, or alone", async () => {
    const { sink, said } = remembering()
    const runtime = await start({
      workflows: [talking],
      agents: [talker],
      logs: { to: false, sink },
    })
    const { runId } = await runtime.executeWorkflow(talking, null)
    const of = { workflow: 'talking', runId }
    expect(said).toEqual([
      ['info', { ...of, details: { password: '[redacted]', user: 'ann' } }, 'begins'],
      [
        'error',
        { ...of, step: 'talk', agent: 'talker', details: { details: 'plain' } },
        'called with [redacted]',
      ],
      ['warn', of, 'ends'],
    ])
    expect((await runtime.getLogs()).items).toEqual([])
  })

  it('hold what the runtime warns of', async () => {
    const careless = workflow('careless', async (ctx) => {
      void ctx.step('left behind', () => pause(20))
      await ctx.step('a', () => 1)
    })
    const { sink, said } = remembering()
    const runtime = await start({ workflows: [careless], logs: { sink } })
    await runtime.executeWorkflow(careless, null)
    const { items } = await runtime.getLogs({ level: 'warn' })
    expect(items[0]).toMatchObject({ level: 'warn', context: { code: 'STEP_NOT_AWAITED' } })
    expect(said).toEqual([['warn', { details: { code: 'STEP_NOT_AWAITED' } }, items[0]?.message]])
  })

  it('of code that is replayed are written once; events say that it is a replay', async () => {
    const path = storeFile()
    const reached = gate()
    let block = true
    const flow = workflow('replayed', async (ctx) => {
      ctx.log('before')
      await ctx.step('a', () => 1)
      ctx.log('between')
      await ctx.step('b', () => {
        reached.open()
        return block ? new Promise(() => {}) : 2
      })
      ctx.log('after')
    })
    const one = await start({ workflows: [flow], stateStore: { path } })
    const { runId } = await one.startWorkflow(flow, null)
    await reached.opened
    await one.shutdown({ grace: 0 })
    block = false
    const two = createRuntime({ workflows: [flow], stateStore: { path } })
    await using _closing = two
    const said: unknown[] = []
    two.events.on('run.log', ({ payload: { message, replayed } }) => said.push([message, replayed]))
    await two.initialize()
    await (await two.getWorkflow(runId)).result()
    expect(said).toEqual([
      ['before', true],
      ['between', true],
      ['after', false],
    ])
    const { items } = await two.getLogs({ runId, order: 'oldest' })
    expect(items.map(({ message }) => message)).toEqual(['before', 'between', 'after'])
  })

  it('of code that waited are written once as well', async () => {
    const path = storeFile()
    const flow = workflow('waits', async (ctx) => {
      ctx.log('asks')
      await ctx.sleep('a while', 400)
      ctx.log('goes on')
      await ctx.signal('approval')
      ctx.log('approved')
    })
    const one = await start({ workflows: [flow], stateStore: { path } })
    const { runId } = await one.startWorkflow(flow, null)
    await expect.poll(async () => (await one.getStateHistory(runId)).items.length).toBe(2)
    await one.shutdown({ grace: 0 })
    const two = await start({ workflows: [flow], stateStore: { path }, sweep: 50 })
    await expect
      .poll(async () => (await two.getStateHistory(runId)).items.at(-1)?.kind, { timeout: 4_000 })
      .toBe('timer_fired')
    await pause(50)
    await two.shutdown({ grace: 0 })
    const three = await start({ workflows: [flow], stateStore: { path }, sweep: 50 })
    await three.signalWorkflow(runId, 'approval')
    await (await three.getWorkflow(runId)).result()
    const { items } = await three.getLogs({ runId, order: 'oldest' })
    expect(items.map(({ message }) => message)).toEqual(['asks', 'goes on', 'approved'])
  })

  it('never fail a step: not for what is said, nor for a logger that throws', async () => {
    const hostile = workflow('hostile', async (ctx) => {
      const cycle: { self?: unknown } = {}
      cycle.self = cycle
      ctx.log('a cycle', cycle)
      ctx.log(undefined as unknown as string, 10n, 'loud' as unknown as 'info')
      return ctx.step('a', (step) => {
        step.log('x', {
          get secret() {
            throw new Error('no')
          },
        })
        return 1
      })
    })
    const fails = () => {
      throw new Error('full disk')
    }
    const runtime = await start({
      workflows: [hostile],
      logs: { sink: { debug: fails, info: fails, warn: fails, error: fails } },
    })
    expect((await runtime.executeWorkflow(hostile, null)).output).toBe(1)
    expect((await runtime.getLogs()).items).toHaveLength(3)
  })

  it('are of all runtimes on a store; console is a logger', async () => {
    const store = await openStore()
    const one = await start({ workflows: [talking], agents: [talker], stateStore: store })
    await one.executeWorkflow(talking, null)
    const other = await start({ stateStore: store, concurrency: 0, logs: { sink: console } })
    expect((await other.getLogs()).items).toHaveLength(3)
  })

  it.each([
    [{ to: 'file' }, /'store' or false/],
    [{ level: 'loud' }, /one of debug, info, warn, error/],
    [{ sink: { info: () => {} } }, /functions debug, info, warn, error/],
    [{ sinks: [] }, /no option 'sinks'/],
    ['store', /must be an object/],
  ])('refuse the options %j', async (logs, message) => {
    const error = await rejection(Promise.resolve().then(() => start({ logs: logs as never })))
    expect(error).toMatchObject({ code: 'INVALID_DEFINITION', message: expect.stringMatching(message) })
  })
})
