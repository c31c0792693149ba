import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { pooledUrl } from '@pawl/testkit/pgbouncer/vitest'
import pg from 'pg'
import { expect, test } from 'vitest'
import { ownDatabase } from '../../test/postgres.ts'
import { openPostgresStore, type PostgresOptions } from './index.ts'

// What a store may use of a connection that keeps its session; and that it uses none of it unless it is told to.

const { url, pool } = await ownDatabase(18)
const never = { pollMs: 0, connectionString: url }
const open = (options: PostgresOptions = {}) => openPostgresStore({ ...never, ...options })

/** Counts calls, and waits for the next one. */
function ear() {
  let calls = 0
  let tell: (() => void) | undefined
  return {
    get calls() {
      return calls
    },
    listener: () => {
      calls += 1
      tell?.()
    },
    next: () =>
      new Promise<void>((resolve) => {
        tell = resolve
      }),
  }
}

const listeners = async (): Promise<readonly number[]> =>
  (
    await pool.query<{ pid: number }>(
      "select pid from pg_stat_activity where query = 'listen pawl' and datname = current_database()",
    )
  ).rows.map(({ pid }) => pid)
const whenListening = (count: number) => expect.poll(() => listeners().then((all) => all.length)).toBe(count)

test('who listens hears of the writes of others in his namespace at once, and not of his own', async () => {
  await using store = await open({ listen: true })
  await using other = await open({ listen: true })
  await using elsewhere = await open({ listen: true, namespace: 'a name with spaces' })
  await using silent = await open()
  const heard = ear()
  const unsubscribe = store.watch(heard.listener)
  await whenListening(1)
  await store.open({ type: 'letter', input: 1 })
  await elsewhere.open({ type: 'letter', input: 1 })
  await silent.open({ type: 'letter', input: 1 })
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(heard.calls).toBe(0)
  const next = heard.next()
  await other.open({ type: 'letter', input: 1 })
  await next
  // An idle look for work is no news.
  await new Promise((resolve) => setTimeout(resolve, 100))
  const before = heard.calls
  await other.claim({ worker: 'bob', leaseMs: 1_000, limit: 1, definitions: [] })
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(heard.calls).toBe(before)
  unsubscribe()
  await whenListening(0)
})

test('many writes in a row are told a few times, the last one too', async () => {
  await using store = await open({ listen: true })
  await using other = await open({ listen: true })
  const heard = ear()
  store.watch(heard.listener)
  await whenListening(1)
  const began = performance.now()
  let written = 0
  while (performance.now() - began < 500) {
    await other.open({ type: 'letter', input: 1 })
    written += 1
  }
  await heard.next()
  expect(heard.calls).toBeLessThan(Math.max(written, 20))
  expect(heard.calls).toBeGreaterThan(1)
})

test('a listener whose connection is ended listens again, and says that it may have missed something', async () => {
  await using store = await open({ listen: true })
  await using other = await open({ listen: true })
  const heard = ear()
  store.watch(heard.listener)
  await whenListening(1)
  for (let round = 0; round < 3; round++) {
    const [pid] = await listeners()
    const missed = heard.next()
    await pool.query('select pg_terminate_backend($1)', [pid])
    await missed
    await whenListening(1)
    await expect.poll(async () => (await listeners())[0] !== pid).toBe(true)
    const next = heard.next()
    await other.open({ type: 'letter', input: 1 })
    await next
  }
})

test('with one connection of a pool of the caller, listening takes a second one, and close gives it back', async () => {
  const own = new pg.Pool({ connectionString: url, max: 2 })
  const store = await openPostgresStore({ pool: own, listen: true, pollMs: 0 })
  store.watch(() => {})
  await whenListening(1)
  await store.open({ type: 'letter', input: 1 })
  await store.close()
  await whenListening(0)
  await own.end()
})

test('a store that listens does not keep a program alive', async () => {
  const program = fileURLToPath(new URL('../../test/children/stay-listening.ts', import.meta.url))
  const child = spawn(process.execPath, ['--no-warnings', program, url], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 20_000,
  })
  expect(await once(child, 'exit')).toEqual([0, null])
})

const prepared = async (options: PostgresOptions): Promise<readonly string[]> => {
  const own = new pg.Pool({ connectionString: url, max: 1 })
  const store = await openPostgresStore({ ...options, pool: own, pollMs: 0 })
  const { runId } = await store.open({ type: 'letter', input: 1 })
  await store.run(runId)
  await store.send({ runId, kind: 'signal', name: 'yes' })
  await store.close()
  const { rows } = await own.query<{ name: string }>('select name from pg_prepared_statements order by name')
  await own.end()
  return rows.map(({ name }) => name)
}

test('statements are prepared only on request, once a connection', async () => {
  expect(await prepared({})).toEqual([])
  expect(await prepared({ prepared: true })).toEqual(['pawl_read', 'pawl_write'])
})

test('the server ends a statement that takes too long, if it was told when the connection was made', async () => {
  await using store = await open({ statementTimeoutMs: 200 })
  const { runId } = await store.open({ type: 'letter', input: 1 })
  const blocker = await pool.connect()
  try {
    await blocker.query('begin')
    await blocker.query('select from pawl.run where id = $1 for update', [runId])
    await expect(store.send({ runId, kind: 'signal', name: 'yes' })).rejects.toMatchObject({
      code: 'STORE_TIMEOUT',
      retriable: true,
      message: expect.stringContaining('canceling statement'),
    })
    const { rows } = await pool.query(
      "select pid from pg_stat_activity where application_name = 'pawl' and state = 'active' and datname = current_database()",
    )
    expect(rows).toEqual([])
  } finally {
    await blocker.query('rollback')
    blocker.release()
  }
  expect(await store.send({ runId, kind: 'signal', name: 'yes' })).toMatchObject({ ok: true, seq: 1 })
})

test('what a pooler in transaction mode cannot keep is refused with the option to leave out', async () => {
  const connectionString = pooledUrl(url)
  await expect(openPostgresStore({ connectionString, statementTimeoutMs: 1_000 })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('statementTimeoutMs'),
  })
  // This pooler knows no prepared statements: sooner or later one of two clients meets a connection of the other.
  const stores = await Promise.all(
    Array.from({ length: 4 }, () => openPostgresStore({ connectionString, prepared: true, pollMs: 0 })),
  )
  const met = async (): Promise<unknown> => {
    for (let tries = 0; tries < 200; tries++) {
      const answers = await Promise.allSettled(stores.map((store) => store.now()))
      const failed = answers.find((answer) => answer.status === 'rejected')
      if (failed !== undefined) return failed.reason
    }
    return undefined
  }
  expect(await met()).toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('prepared: false'),
  })
  await Promise.all(stores.map((store) => store.close()))
})
