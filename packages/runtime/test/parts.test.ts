import { spawnSync } from 'node:child_process'
import { createMemoryMessageBus } from '@pawl/message-bus'
import { describe, expect, it } from 'vitest'
import { createRuntime, workflow } from '../src/index.ts'
import { openStore, rejection, start, storeFile } from './harness.ts'

const one = workflow('one', async () => 1)

describe('initialize and shutdown', () => {
  it('twice are once', async () => {
    const runtime = createRuntime({ workflows: [one], stateStore: { path: ':memory:' } })
    const started: unknown[] = []
    runtime.events.on('runtime.started', () => started.push(1))
    await Promise.all([runtime.initialize(), runtime.initialize()])
    await runtime.initialize()
    expect(started).toHaveLength(1)
    expect((await runtime.executeWorkflow(one, null)).output).toBe(1)
    await Promise.all([runtime.shutdown(), runtime.shutdown()])
    await runtime.shutdown()
  })

  it('frame every other call', async () => {
    const runtime = createRuntime({ workflows: [one], stateStore: { path: ':memory:' } })
    const id = crypto.randomUUID()
    const calls = () => [
      runtime.executeWorkflow(one, null),
      runtime.startWorkflow(one, null),
      runtime.getWorkflow(id),
      runtime.resumeWorkflow(id),
      runtime.cancelWorkflow(id),
      runtime.signalWorkflow(id, 'x'),
      runtime.streamWorkflow(one, null).next(),
      runtime.followWorkflow(id).next(),
      (async () => runtime.getStateHistory(id))(),
    ]
    for (const call of calls()) expect((await rejection(call)).code).toBe('NOT_INITIALIZED')
    expect(await runtime.isHealthy()).toBe(false)
    await runtime.initialize()
    await runtime.shutdown()
    for (const call of calls()) expect((await rejection(call)).code).toBe('SHUT_DOWN')
    expect(await runtime.isHealthy()).toBe(false)
    await runtime.initialize().catch(() => {})
    expect((await rejection(runtime.startWorkflow(one, null))).code).toBe('SHUT_DOWN')
  })

  it('shutdown before initialize leaves nothing to start', async () => {
    const runtime = createRuntime({ stateStore: { path: ':memory:' } })
    await runtime.shutdown()
    expect((await rejection(runtime.initialize())).code).toBe('SHUT_DOWN')
  })

  it('a store that cannot be opened rejects, and may be tried again', async () => {
    const runtime = createRuntime({ stateStore: { path: '/dev/null/no/store.db' } })
    for (const _time of [1, 2]) expect((await rejection(runtime.initialize())).code).toMatch(/^STORE_/)
    expect((await rejection(runtime.startWorkflow(one, null))).code).toMatch(
      /NOT_INITIALIZED|UNKNOWN_WORKFLOW/,
    )
    await runtime.shutdown()
  })

  it('leave parts of the caller open', async () => {
    const store = await openStore()
    const messageBus = createMemoryMessageBus()
    const runtime = await start({ workflows: [one], stateStore: store, messageBus })
    await runtime.shutdown()
    expect(await store.now()).toEqual(expect.any(Number))
    expect((await messageBus.healthCheck()).healthy).toBe(true)
    await messageBus.close()
  })

  it('close what the runtime opened: the file can be removed, the process ends', () => {
    const program = `
      import { createRuntime, workflow } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
      const one = workflow('one', async (ctx) => ctx.step('a', () => 1))
      await using runtime = createRuntime({ workflows: [one], stateStore: { path: process.argv[1] } })
      await runtime.initialize()
      const { output } = await runtime.executeWorkflow(one, null)
      console.log(output)
    `
    expect(runProgram(program, storeFile()).stdout).toBe('1\n')
  })
})

describe('importing the package', () => {
  it('loads no database and prints no warning', () => {
    const program = `
      await import(${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)})
      const loaded = process.moduleLoadList.filter((name) => /sqlite/.test(name))
      console.log(JSON.stringify(loaded))
    `
    expect(runProgram(program)).toEqual({ stdout: '[]\n', stderr: '' })
  })
})

function runProgram(program: string, ...given: readonly string[]): { stdout: string; stderr: string } {
  const script = ['--input-type=module', '--eval', program, ...given]
  const { stdout, stderr } = spawnSync(process.execPath, script, { encoding: 'utf8', timeout: 20_000 })
  return { stdout, stderr }
}
