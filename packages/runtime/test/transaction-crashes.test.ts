import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { openStateStore, type StateStoreConfig } from '@pawl/state-store'
import { startPostgres } from '@pawl/testkit/postgres'
import pg from 'pg'
import { expect, it } from 'vitest'
import { type Booking, booking } from './children/book-seats.ts'
import { pause, start, storeFile } from './harness.ts'

const file = fileURLToPath(new URL('./children/book-seats.ts', import.meta.url))

/** `PAWL_SEED=… vitest run test/transaction-crashes.test.ts` plays one again. */
const seed = Number(process.env.PAWL_SEED ?? Math.floor(Math.random() * 1_000_000) + 1)

/** Lets a process work, and kills it a few milliseconds after it wrote for the `writes`th time. */
async function workAndDie(asked: Booking, writes: number, afterMs: number): Promise<string> {
  const child = spawn(process.execPath, [file, JSON.stringify(asked)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  const ended = once(child, 'close')
  let wrote = 0
  child.stdout.on('data', (chunk: Buffer) => {
    wrote += String(chunk).split('\n').length - 1
    if (wrote >= writes) setTimeout(() => child.kill('SIGKILL'), afterMs)
  })
  // One that has nothing left to do ends as well.
  const idle = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(idle)
  return stderr
}

/** Starts runs and kills whoever works on them until they are done; each wrote each of its seats once. */
async function crashes(
  store: StateStoreConfig,
  seats: () => Promise<readonly { readonly run: string; readonly step: string }[]>,
): Promise<void> {
  const flow = booking(() => undefined)
  const own = await openStateStore(store)
  const runtime = await start({ workflows: [flow], stateStore: own, concurrency: 0 })
  const runs = await Promise.all([0, 1, 2].map(() => runtime.startWorkflow(flow, null)))
  const statuses = async () =>
    new Set(await Promise.all(runs.map(async ({ runId }) => (await own.run(runId))?.status)))
  const isDone = async () => (await statuses()).size === 1 && (await statuses()).has('completed')
  let deaths = 0
  for (; deaths < 60 && !(await isDone()); deaths++) {
    const state = seed * 7_919 + deaths
    const stderr = await workAndDie({ store, seed: state }, 6 + (state % 9), state % 12)
    expect(stderr).toBe('')
    await pause(50)
  }
  expect(await isDone(), `seed ${seed}, ${[...(await statuses())]}`).toBe(true)
  expect(deaths).toBeGreaterThan(2)
  const written = await seats()
  for (const { runId } of runs) {
    const journal = await own.journal({ runId })
    const recorded = journal.filter(({ meta }) => meta.transaction !== undefined).map((entry) => entry.step)
    expect(recorded, `seed ${seed}`).toHaveLength(18)
    const mine = written.filter(({ run }) => run === runId).map(({ step }) => step)
    // Of one run it is also the same order: the table has its rows as they were committed.
    expect(mine.toSorted(), `seed ${seed}`).toEqual(recorded.toSorted())
  }
  await runtime.shutdown({ grace: 0 })
  await own.close()
}

it(`on SQLite a process that is killed anywhere leaves one row a step (seed ${seed})`, {
  timeout: 180_000,
}, async () => {
  const path = storeFile()
  const store = { engine: 'sqlite', path } as const
  await (await openStateStore(store)).close()
  const db = new DatabaseSync(path)
  db.exec('create table app_seat (run text, step text)')
  await crashes(store, async () => db.prepare('select run, step from app_seat').all() as never)
  db.close()
})

it(`on Postgres 18 a process that is killed anywhere leaves one row a step (seed ${seed})`, {
  timeout: 180_000,
}, async () => {
  await using server = await startPostgres({ version: 18 })
  const client = new pg.Client({ connectionString: server.url })
  client.on('error', () => {})
  await client.connect()
  await client.query('create table app_seat (run text, step text)')
  await crashes(
    { engine: 'postgres', connectionString: server.url },
    async () => (await client.query('select run, step from app_seat')).rows,
  )
  await client.end()
})
