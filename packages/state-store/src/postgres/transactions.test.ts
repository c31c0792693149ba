import { startCutProxy } from '@pawl/testkit/cut-proxy'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ownDatabase } from '../../test/postgres.ts'
import { commitOf, type HeldRun, heldRun, step } from '../conformance/given.ts'
import type { Commit } from '../contract/commit.ts'
import type { Transaction, TransactionClient } from '../contract/transaction.ts'
import { openPostgresStore } from './index.ts'

// What only happens between a program and a server: lost answers, deadlocks, statements that wait.

const { url, pool } = await ownDatabase(18)
const proxy = await startCutProxy({ target: url })
const store = await openPostgresStore({ connectionString: url, pollMs: 0 })
const far = await openPostgresStore({ connectionString: proxy.urlFor(url), pollMs: 0 })
afterAll(async () => {
  await Promise.all([store.close(), far.close()])
  await proxy.stop()
})

beforeAll(async () => {
  await pool.query('create table seat (name text primary key, taken_by text)')
})
beforeEach(async () => {
  await pool.query("truncate seat cascade; insert into seat values ('A', null), ('B', null)")
})

const taken = async (): Promise<unknown[]> =>
  (await pool.query('select name, taken_by from seat order by name')).rows.map((row) => row.taken_by)

const take = (client: TransactionClient, seat: string, by: string) =>
  client.query('update seat set taken_by = $1 where name = $2', [by, seat])

const clientOf = (tx: Transaction): TransactionClient => {
  if (tx.engine !== 'postgres') throw new Error('not Postgres')
  return tx.client
}

/** Work that takes seat A and ends with the step's commit. */
const taking = (run: HeldRun, by: string) => async (tx: Transaction) => {
  await take(clientOf(tx), 'A', by)
  return commitOf(run, 2, [step('a')])
}

const thrownBy = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

test('the answer to a commit that was lost is found in the journal; nothing is written twice', async () => {
  const run = await heldRun(store)
  const cut = proxy.cutAfterRequest({ containing: 'commit\0' })
  let calls = 0
  const verdict = await far.transact((tx) => {
    calls += 1
    return taking(run, 'ann')(tx)
  })
  await cut.happened
  expect(verdict).toEqual({
    ok: true,
    version: 2,
    status: 'running',
    inbox: 0,
    at: (await store.journal({ runId: run.runId }))[1]?.at,
  })
  expect(calls).toBe(1)
  expect(await taken()).toEqual(['ann', null])
})

test('a commit that never arrived wrote nothing, and may be asked for again', async () => {
  const run = await heldRun(store)
  const cut = proxy.cutBeforeRequest({ containing: 'commit\0' })
  expect(await thrownBy(far.transact(taking(run, 'ann')))).toMatchObject({
    code: 'STORE_UNREACHABLE',
    retriable: true,
  })
  await cut.happened
  expect(await taken()).toEqual([null, null])
  expect(await far.transact(taking(run, 'bea'))).toMatchObject({ ok: true, version: 2 })
  expect(await taken()).toEqual(['bea', null])
})

test.each(['set local', 'taken_by', 'current_setting'])(
  'a connection that breaks at "%s" wrote nothing',
  async (containing) => {
    const run = await heldRun(store)
    const cut = proxy.cutAfterRequest({ containing })
    const error = await thrownBy(far.transact(taking(run, 'ann')))
    await cut.happened
    expect(error).toMatchObject({ code: 'STORE_UNREACHABLE', retriable: true })
    expect(await taken()).toEqual([null, null])
    expect((await store.run(run.runId))?.version).toBe(1)
    expect(await far.transact(taking(run, 'bea'))).toMatchObject({ ok: true })
  },
)

test('one of two that wait for each other is told of a conflict, and was undone', async () => {
  const [one, two] = [await heldRun(store), await heldRun(store)]
  const { promise: both, resolve } = Promise.withResolvers<void>()
  let there = 0
  const crosswise = (run: HeldRun, first: string, second: string) => async (tx: Transaction) => {
    await take(clientOf(tx), first, run.runId)
    there += 1
    if (there === 2) resolve()
    await both
    await take(clientOf(tx), second, run.runId)
    return commitOf(run, 2, [step('a')])
  }
  const ends = await Promise.allSettled([
    store.transact(crosswise(one, 'A', 'B')),
    store.transact(crosswise(two, 'B', 'A')),
  ])
  const lost = ends.filter((end) => end.status === 'rejected')
  expect(lost).toHaveLength(1)
  expect(lost[0]?.reason).toMatchObject({ code: 'STORE_CONFLICT', retriable: true })
  expect(new Set(await taken()).size).toBe(1)
})

test('a function may choose the isolation; what cannot be serialized is a conflict', async () => {
  const run = await heldRun(store)
  const attempt = store.transact(async (tx) => {
    const client = clientOf(tx)
    await client.query('set transaction isolation level serializable')
    await client.query('select * from seat')
    await pool.query("update seat set taken_by = 'zoe' where name = 'A'")
    return taking(run, 'ann')(tx)
  })
  expect(await thrownBy(attempt)).toMatchObject({ code: 'STORE_CONFLICT' })
  expect(await taken()).toEqual(['zoe', null])
})

test('a failed statement that the function passes over is named, and nothing is committed', async () => {
  const run = await heldRun(store)
  const attempt = store.transact(async (tx) => {
    await thrownBy(clientOf(tx).query('select no_such_column from seat'))
    return commitOf(run, 2, [step('a')])
  })
  expect(await thrownBy(attempt)).toMatchObject({ code: 'TRANSACTION_MISUSED' })
  const wary = store.transact(async (tx) => {
    const client = clientOf(tx)
    await client.query('savepoint mine')
    await thrownBy(client.query('select no_such_column from seat'))
    await client.query('rollback to savepoint mine')
    return taking(run, 'ann')(tx)
  })
  expect(await wary).toMatchObject({ ok: true })
})

test("what the function's own constraints refuse at the end is thrown as the server said it", async () => {
  await pool.query('create table bill (seat text references seat deferrable initially deferred)')
  const run = await heldRun(store)
  const attempt = store.transact(async (tx) => {
    await clientOf(tx).query("insert into bill values ('Z')")
    return commitOf(run, 2, [step('a')])
  })
  expect(await thrownBy(attempt)).toMatchObject({ code: '23503', table: 'bill' })
  expect((await store.run(run.runId))?.version).toBe(1)
})

test('a signal cuts off a statement that waits for a lock', async () => {
  const run = await heldRun(store)
  const holder = await pool.connect()
  await holder.query("begin; select * from seat where name = 'A' for update")
  const reason = new Error('time is up')
  const controller = new AbortController()
  const attempt = store.transact(taking(run, 'ann'), { signal: controller.signal })
  setTimeout(() => controller.abort(reason), 100)
  expect(await thrownBy(attempt)).toBe(reason)
  await holder.query('rollback')
  holder.release()
  expect(await store.transact(taking(run, 'bea'))).toMatchObject({ ok: true })
})

test('functions that take their time hold up no commit, not even of their own runs', async () => {
  const small = await openPostgresStore({ connectionString: url, pollMs: 0, maxConnections: 1 })
  const runs = await Promise.all(Array.from({ length: 8 }, () => heldRun(small)))
  const { promise: slow, resolve } = Promise.withResolvers<void>()
  const ends = runs.map((run) =>
    small.transact(async (tx) => {
      await clientOf(tx).query('select 1')
      await slow
      return commitOf(run, 3, [step('b')])
    }),
  )
  for (const run of runs)
    expect(await small.commit(commitOf(run, 2, [step('a')]))).toMatchObject({ ok: true })
  resolve()
  expect(await Promise.all(ends)).toEqual(runs.map(() => expect.objectContaining({ ok: true, version: 3 })))
  await small.close()
})

test('a pool that was passed in lends all its connections but one', async () => {
  const commit = (run: HeldRun): Commit => commitOf(run, 2, [step('a')])
  for (const max of [1, 2]) {
    const own = new pg.Pool({ connectionString: url, max })
    // The server may end what is just being given up, when the database goes.
    own.on('error', () => {})
    const shared = await openPostgresStore({ pool: own, pollMs: 0 })
    const runs = [await heldRun(shared), await heldRun(shared)]
    const ends = await Promise.allSettled(runs.map((run) => shared.transact(async () => commit(run))))
    for (const end of ends) {
      expect(end).toMatchObject(
        max === 1 ? { reason: { code: 'TRANSACTION_UNSUPPORTED' } } : { value: { ok: true } },
      )
    }
    await shared.close()
    await own.end()
  }
})

test('there is no database connection of SQLite there', async () => {
  const run = await heldRun(store)
  const attempt = store.transact((tx) => {
    ;(tx as unknown as { readonly db: { exec(sql: string): void } }).db.exec('select 1')
    return commitOf(run, 2, [step('a')])
  })
  expect(await thrownBy(attempt)).toMatchObject({ code: 'TRANSACTION_UNSUPPORTED' })
})
