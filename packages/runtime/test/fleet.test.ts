import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { openStateStore, type StateStoreConfig } from '@pawl/state-store'
import { startPostgres } from '@pawl/testkit/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { paying } from './children/pay.ts'
import { gate, pause, rejection, start, storeFile, until } from './harness.ts'

const file = fileURLToPath(new URL('./children/pay.ts', import.meta.url))

let server: Awaited<ReturnType<typeof startPostgres>> | undefined
let databases = 0

beforeAll(async () => {
  server = await startPostgres({ version: 18 })
}, 60_000)
afterAll(() => server?.[Symbol.asyncDispose]())

const STORES: readonly (readonly [string, () => StateStoreConfig])[] = [
  ['SQLite', () => ({ engine: 'sqlite', path: storeFile() })],
  [
    'Postgres 18',
    () => {
      databases += 1
      return { engine: 'postgres', connectionString: server?.url ?? '', namespace: `fleet ${databases}` }
    },
  ],
]

/** A service that all processes of a test call. */
const newWorld = () => ({ isWell: false, calls: 0, answer: gate() })

const serviceOf = (world: ReturnType<typeof newWorld>) => async () => {
  world.calls += 1
  if (!world.isWell) throw new Error('down')
  await world.answer.opened
}

describe.each(STORES)('two runtimes on %s', (_name, newStore) => {
  it('share an open breaker and its probes, and go on together as soon as it closes', async () => {
    const stateStore = newStore()
    const world = newWorld()
    const flows = [1, 2].map(() => paying(serviceOf(world), { probes: 3 }))
    const runtimes = []
    for (const flow of flows)
      runtimes.push(
        await start({ workflows: [flow], stateStore, sweep: '200ms', worker: `w${runtimes.length}` }),
      )
    const [one, two] = runtimes
    for (let call = 0; call < 2; call++) await rejection(one!.executeWorkflow(flows[0]!, call))
    const handles = []
    for (let run = 0; run < 30; run++)
      handles.push(await runtimes[run % 2]!.startWorkflow(flows[run % 2]!, run))
    await until(async () => (await two!.agentHealth('stripe')).waitingRuns === 30, 'all are parked')
    expect(world.calls).toBe(2)
    const report = await two!.healthCheck()
    expect(report).toMatchObject({ healthy: true, degraded: true })
    expect(report.problems.join()).toContain('30 runs wait for it')
    world.isWell = true
    await until(() => world.calls === 5, 'three probes')
    await pause(200)
    expect(world.calls).toBe(5)
    world.answer.open()
    const began = Date.now()
    await Promise.all(handles.map(({ result }) => result()))
    // Without being woken they would look again after 1.5 seconds, each at its own time.
    expect(Date.now() - began).toBeLessThan(1_400)
    expect(world.calls).toBe(32)
    const { items } = await one!.getEventHistory(handles[7]!.runId)
    expect(items.map(({ kind, attempts }) => [kind, attempts])).toEqual([
      ['started', 0],
      ['step_completed', 1],
      ['step_completed', 1],
      ['completed', 0],
    ])
  }, 30_000)

  it('disable an agent for each other, and what waited in one goes on when the other enables it', async () => {
    const stateStore = newStore()
    const world = { ...newWorld(), isWell: true }
    world.answer.open()
    const [flow, other] = [paying(serviceOf(world)), paying(serviceOf(world))]
    const one = await start({ workflows: [flow], stateStore, sweep: '100ms' })
    await one.executeWorkflow(flow, 1)
    const registered = await one.listAgents()
    expect(registered.map(({ id }) => id)).toEqual(['stripe'])
    await one.disableAgent('stripe', 'the contract ended')
    // It never heard of the agent before its first step needs it.
    const two = await start({ workflows: [other], stateStore, sweep: '1h' })
    const { result } = await two.startWorkflow(other, 2)
    await until(async () => (await one.agentHealth('stripe')).waitingRuns === 1, 'it is parked')
    expect(world.calls).toBe(1)
    await two.enableAgent('stripe')
    await result()
    expect(world.calls).toBe(2)
    expect((await one.getAgent('stripe'))?.workers).toEqual([one.worker, two.worker].sort())
  }, 30_000)

  it.each([1, 9, 30])(
    'lose nothing of a process that is killed at its parking number %i',
    async (last) => {
      const stateStore = newStore()
      const own = await openStateStore(stateStore)
      await parkAndDie(stateStore, last)
      const world = { ...newWorld(), isWell: true }
      world.answer.open()
      const flows = [1, 2].map(() => paying(serviceOf(world)))
      const runtimes = []
      for (const flow of flows)
        runtimes.push(await start({ workflows: [flow], stateStore: own, lease: '500ms', sweep: '100ms' }))
      const open = async () => (await own.runs({ status: ['queued', 'running', 'waiting'] })).items.length
      await until(async () => (await open()) === 0, 'all have ended', 20_000)
      const { items } = await own.runs({ status: 'completed' })
      expect(items.length).toBeGreaterThan(0)
      expect(world.calls).toBe(items.length)
      for (const { runId } of items) {
        const journal = await own.journal({ runId })
        const kinds = journal.map(({ kind, step }) => (step === null ? kind : step))
        // One that was held when its process died says that it went on elsewhere.
        expect(kinds.filter((kind) => kind !== 'resumed')).toEqual(['started', 'before', 'pay', 'completed'])
        expect(journal.find(({ step }) => step === 'pay')?.meta.attempts).toBe(1)
      }
      for (const runtime of runtimes) await runtime.shutdown({ grace: 0 })
      await own.close()
    },
    60_000,
  )
})

/** Runs a process until it has parked so many runs, or some of them so often, and kills it. */
async function parkAndDie(store: StateStoreConfig, last: number): Promise<void> {
  const child = spawn(process.execPath, [file, JSON.stringify(store)], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  let [parked, stderr] = [0, '']
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  child.stdout.on('data', (chunk: Buffer) => {
    parked += String(chunk).split('\n').length - 1
    if (parked >= last) child.kill('SIGKILL')
  })
  await ended
  expect([stderr, parked >= last]).toEqual(['', true])
}
