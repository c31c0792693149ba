import { openStateStore, type StateStore } from '@pawl/state-store'
import { startPostgres } from '@pawl/testkit/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { agent } from '../src/index.ts'
import { gate, journalOf, rejection, start, until, wrapStore } from './harness.ts'

let server: Awaited<ReturnType<typeof startPostgres>>
let tenants = 0
let open: () => Promise<StateStore>
const opened: StateStore[] = []

beforeAll(async () => {
  server = await startPostgres({ version: 18 })
}, 120_000)
afterAll(async () => {
  for (const store of opened) await store.close()
  await server[Symbol.asyncDispose]()
})
beforeEach(() => {
  const namespace = `tenant ${++tenants}`
  open = async () => {
    const store = await openStateStore({
      engine: 'postgres',
      connectionString: server.url,
      namespace,
      pollMs: 50,
      maxConnections: 2,
    })
    opened.push(store)
    return store
  }
})

const writer = (began: string[], held?: Promise<void>) =>
  agent('writer', {
    run: async (input: string, { signal }) => {
      began.push(input)
      const aborted = new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason)),
      )
      await Promise.race([held, aborted])
      return `${input}!`
    },
  })

describe('tasks on Postgres 18', () => {
  it('are done by priority, whoever submitted them, and counted from anywhere', async () => {
    const began: string[] = []
    const submitter = await start({ stateStore: await open(), taskConcurrency: 0 })
    for (const priority of ['low', 'normal', 'critical', 'high'] as const) {
      for (const place of [1, 2]) await submitter.submitTask('writer', `${priority} ${place}`, { priority })
    }
    const late = await submitter.submitTask('writer', 'late', { delay: '1h' })
    expect(await submitter.queueStatus()).toMatchObject({ queued: 8, delayed: 1, running: 0 })
    const held = gate()
    const worker = await start({
      agents: [writer(began, held.opened)],
      stateStore: await open(),
      taskConcurrency: 1,
    })
    await until(() => began.length === 1)
    expect(await submitter.queueStatus()).toMatchObject({
      queued: 7,
      running: 1,
      byPriority: { critical: { running: 1, queued: 1 } },
    })
    held.open()
    await until(async () => (await worker.queueStatus()).queued === 0 && began.length === 8)
    expect(began).toEqual(
      ['critical', 'high', 'normal', 'low'].flatMap((priority) => [`${priority} 1`, `${priority} 2`]),
    )
    await submitter.cancelTask(late.taskId)
    expect((await rejection(late.result())).code).toBe('WORKFLOW_CANCELLED')
  })

  it('are cancelled from another process, at work or in the queue', async () => {
    const began: string[] = []
    const agents = [writer(began, new Promise(() => {}))]
    const worker = await start({ agents, stateStore: await open(), taskConcurrency: 1, lease: '3s' })
    const other = await start({ stateStore: await open(), taskConcurrency: 0, concurrency: 0 })
    const running = await other.submitTask('writer', 'running')
    await until(() => began.length === 1)
    const queued = await other.submitTask('writer', 'queued')
    await other.cancelTask(queued.taskId, { reason: 'not needed' })
    expect(await rejection(queued.result())).toMatchObject({
      code: 'WORKFLOW_CANCELLED',
      reason: 'not needed',
    })
    expect(await journalOf(worker, queued.taskId)).toEqual(['started', 'cancelled'])
    await other.cancelTask(running.taskId)
    expect((await rejection(running.result())).code).toBe('WORKFLOW_CANCELLED')
    expect(began).toEqual(['running'])
  })

  it('survive the process that does them', async () => {
    const began: string[] = []
    let dead = false
    const mortal = wrapStore(await open(), (_, call) => (dead ? new Promise(() => {}) : call()))
    await start({ agents: [writer(began, new Promise(() => {}))], stateStore: mortal, lease: 700 })
    const stranger = await start({ stateStore: await open(), taskConcurrency: 0 })
    const task = await stranger.submitTask('writer', 'x', { priority: 'high', key: 'k' })
    await until(() => began.length === 1)
    dead = true
    await start({ agents: [writer(began)], stateStore: await open(), sweep: 100 })
    expect((await task.result()).output).toBe('x!')
    expect((await stranger.submitTask('writer', 'y', { key: 'k' })).taskId).toBe(task.taskId)
    expect(began).toEqual(['x', 'x'])
    dead = false
  })
})
