import { DatabaseSync } from 'node:sqlite'
import { type StateStore, StateStoreError } from '@pawl/state-store'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  type PostgresTransaction,
  type SqliteTransaction,
  StepFailedError,
  type Transaction,
  workflow,
} from '../src/index.ts'
import { crashTest } from '../src/testing/index.ts'
import { gate, journalOf, openStore, rejection, start, storeFile, wrapStore } from './harness.ts'

const TABLE = 'create table if not exists app_booking (seat text)'
const INSERT = 'insert into app_booking values (?)'
const SELECT = 'select seat from app_booking order by rowid'

/** The seats that are booked, whatever store it is. */
async function seatsIn(store: StateStore): Promise<unknown[]> {
  let seats: unknown[] = []
  const nothing = new Error('only to look')
  await store
    .transact((tx) => {
      const { db } = tx as SqliteTransaction
      db.exec(TABLE)
      seats = db
        .prepare(SELECT)
        .all()
        .map(({ seat }) => seat)
      throw nothing
    })
    .catch((error: unknown) => {
      if (error !== nothing) throw error
    })
  return seats
}

function book({ db }: SqliteTransaction, seat: string): { seat: string; row: number } {
  db.exec(TABLE)
  return { seat, row: Number(db.prepare(INSERT).run(seat).lastInsertRowid) }
}

const stores = [
  ['in memory', () => openStore()],
  ['in a file', () => openStore({ path: storeFile() })],
] as const

describe.each(stores)('ctx.transaction on SQLite %s', (_where, open) => {
  it('commits what its function writes together with its entry, and returns what is recorded', async () => {
    const store = await open()
    const flow = workflow('book', async (ctx) => {
      const booked = await ctx.transaction('seat', (tx: SqliteTransaction, step) => {
        step.useTokens(3)
        return { ...book(tx, '12A'), at: new Date(0) }
      })
      expectTypeOf(booked).toEqualTypeOf<{ at: string; seat: string; row: number }>()
      return booked
    })
    const runtime = await start({ workflows: [flow], stateStore: store })
    const completed: unknown[] = []
    runtime.events.on('step.completed', ({ payload }) => completed.push(payload))
    const { runId, output } = await runtime.executeWorkflow(flow, null)
    expect(output).toEqual({ seat: '12A', row: 1, at: '1970-01-01T00:00:00.000Z' })
    expect(await seatsIn(store)).toEqual(['12A'])
    expect(await journalOf(runtime, runId)).toEqual(['started', 'step_completed seat', 'completed'])
    expect((await store.journal({ runId }))[1]?.meta).toMatchObject({ attempts: 1, tokens: 3 })
    expect(completed).toMatchObject([{ step: 'seat', version: 2, tokens: 3 }])
  })

  it('undoes an attempt that throws; the next one is another transaction', async () => {
    const store = await open()
    const flow = workflow('retried', (ctx) =>
      ctx.transaction(
        'seat',
        (tx: SqliteTransaction, { attempt }) => {
          book(tx, `attempt ${attempt}`)
          if (attempt < 3) throw new Error(`no luck at attempt ${attempt}`)
          return attempt
        },
        { retry: { retries: 3, minDelayMs: 1 } },
      ),
    )
    const runtime = await start({ workflows: [flow], stateStore: store })
    const { runId, output } = await runtime.executeWorkflow(flow, null)
    expect(output).toBe(3)
    expect(await seatsIn(store)).toEqual(['attempt 3'])
    const [, entry] = await store.journal({ runId })
    expect(entry?.meta).toMatchObject({ attempts: 3, errors: [{ attempt: 1 }, { attempt: 2 }] })
  })

  it('records a failure that the code may live with, and nothing of what was written', async () => {
    const store = await open()
    const flow = workflow('failed', async (ctx) => {
      try {
        return await ctx.transaction('seat', (tx: SqliteTransaction) => {
          book(tx, 'none')
          throw Object.assign(new Error('sold out'), { code: 'SOLD_OUT' })
        })
      } catch (error) {
        return (error as StepFailedError).failure.code
      }
    })
    const runtime = await start({ workflows: [flow], stateStore: store })
    const { runId, output } = await runtime.executeWorkflow(flow, null)
    expect(output).toBe('SOLD_OUT')
    expect(await seatsIn(store)).toEqual([])
    expect(await journalOf(runtime, runId)).toEqual(['started', 'step_failed seat', 'completed'])
  })

  it('takes its place between steps and transactions of parallel branches', async () => {
    const store = await open()
    const flow = workflow('parallel', async (ctx) => {
      const booked = await ctx.map(
        Array.from({ length: 12 }, (_, index) => index),
        async (branch, index) => {
          await branch.step('think', () => index)
          const { seat } = await branch.transaction('seat', (tx: SqliteTransaction) => book(tx, `s${index}`))
          return branch.step('say', () => seat)
        },
      )
      return booked.length
    })
    const runtime = await start({ workflows: [flow], stateStore: store })
    const { runId, output } = await runtime.executeWorkflow(flow, null)
    expect(output).toBe(12)
    expect(new Set(await seatsIn(store)).size).toBe(12)
    const journal = await store.journal({ runId })
    expect(journal.map(({ version }) => version)).toEqual(journal.map((_, index) => index + 1))
    expect(journal).toHaveLength(38)
  })

  it('refuses an asynchronous function with a word, and undoes what it wrote', async () => {
    const store = await open()
    let late: unknown
    const flow = workflow('async', (ctx) =>
      ctx.transaction('seat', async (tx: SqliteTransaction) => {
        const statement = tx.db.prepare('select 1')
        book(tx, 'first')
        await null
        try {
          statement.run()
        } catch (error) {
          late = error
        }
      }),
    )
    const runtime = await start({ workflows: [flow], stateStore: store })
    const { failure } = await rejection(runtime.executeWorkflow(flow, null))
    expect(failure).toMatchObject({ step: 'seat', cause: { code: 'TRANSACTION_MISUSED' } })
    expect(late).toMatchObject({ code: 'TRANSACTION_MISUSED' })
    expect(await seatsIn(store)).toEqual([])
  })

  it('has no client there, and says so', async () => {
    const flow = workflow('client', (ctx) =>
      ctx.transaction('seat', (tx: PostgresTransaction) => tx.client.query('select 1')),
    )
    const runtime = await start({ workflows: [flow], stateStore: await open() })
    const { failure } = await rejection(runtime.executeWorkflow(flow, null))
    expect(failure).toMatchObject({ cause: { code: 'TRANSACTION_UNSUPPORTED' } })
  })

  it('is a step of a graph', async () => {
    const store = await open()
    const flow = workflow('graph')
      .step('price', { run: () => 7 })
      .step('seat', {
        after: 'price',
        retry: { retries: 1, minDelayMs: 1 },
        transaction(view, tx: SqliteTransaction, { attempt }) {
          const booked = book(tx, `for ${view.results.price}`)
          if (attempt === 1) throw new Error('once more')
          return booked
        },
      })
      .step('mail', { after: 'seat', run: ({ results }) => results.seat.seat })
    const runtime = await start({ workflows: [flow], stateStore: store })
    const { runId, output } = await runtime.executeWorkflow(flow, null)
    expectTypeOf(output.seat).toEqualTypeOf<{ seat: string; row: number }>()
    expect(output).toEqual({ price: 7, seat: { seat: 'for 7', row: 1 }, mail: 'for 7' })
    expect(await seatsIn(store)).toEqual(['for 7'])
    expect(await journalOf(runtime, runId)).toEqual([
      'started',
      'step_completed price',
      'step_completed seat',
      'step_completed mail',
      'completed',
    ])
  })

  it('fails its graph when its attempts are used up', async () => {
    const store = await open()
    const flow = workflow('failing').step('seat', {
      transaction(_view, tx: SqliteTransaction) {
        book(tx, 'none')
        throw new Error('sold out')
      },
    })
    const runtime = await start({ workflows: [flow], stateStore: store })
    expect((await rejection(runtime.executeWorkflow(flow, null))).failure).toMatchObject({ step: 'seat' })
    expect(await seatsIn(store)).toEqual([])
  })

  it('of a run that somebody took writes nothing, and the run goes on elsewhere', async () => {
    const store = await open()
    const reached = gate()
    const goOn = gate()
    let calls = 0
    const flow = workflow('taken', async (ctx) => {
      await ctx.step('wait', async () => {
        reached.open()
        await goOn.opened
      })
      return ctx.transaction('seat', (tx: SqliteTransaction) => book(tx, `call ${++calls}`).seat)
    })
    const runtime = await start({ workflows: [flow], stateStore: store })
    const { runId, result } = await runtime.startWorkflow(flow, null)
    await reached.opened
    await store.rollback({ runId, version: 1 })
    goOn.open()
    await runtime.resumeWorkflow(runId)
    expect((await result()).output).toMatch(/call/)
    expect(await seatsIn(store)).toHaveLength(1)
  })
})

describe('the answer to a transaction', () => {
  it('that never comes leaves the entry: the recorded value counts and the function does not run again', async () => {
    const store = await openStore()
    let lost = false
    const flaky = wrapStore(store, async (method, call) => {
      const answer = await call()
      if (method !== 'transact' || lost) return answer
      lost = true
      return new Promise(() => {})
    })
    let calls = 0
    const flow = workflow('replayed', (ctx) =>
      ctx.transaction('seat', (tx: SqliteTransaction) => book(tx, `call ${++calls}`)),
    )
    const first = await start({ workflows: [flow], stateStore: flaky, lease: 100, sweep: 20 })
    const { runId } = await first.startWorkflow(flow, null)
    await expect.poll(async () => (await store.run(runId))?.version).toBe(2)
    await first.shutdown({ grace: 0 })
    const second = await start({ workflows: [flow], stateStore: store, lease: 100, sweep: 20 })
    const { output } = await (await second.getWorkflow(runId)).result()
    expect(output).toEqual({ seat: 'call 1', row: 1 })
    expect(calls).toBe(1)
    expect(await seatsIn(store)).toEqual(['call 1'])
  })

  it.each([0, 2])('that comes after the time of its attempt counts, with %i retries', async (retries) => {
    const store = await openStore()
    const slow = wrapStore(store, async (method, call) => {
      const answer = await call()
      if (method === 'transact') await new Promise((resolve) => setTimeout(resolve, 150))
      return answer
    })
    let calls = 0
    const flow = workflow('late', (ctx) =>
      ctx.transaction('seat', (tx: SqliteTransaction) => book(tx, `call ${++calls}`).seat, {
        timeout: 30,
        retry: { retries, minDelayMs: 1 },
      }),
    )
    const runtime = await start({ workflows: [flow], stateStore: slow })
    const { runId, output } = await runtime.executeWorkflow(flow, null)
    expect(output).toBe('call 1')
    expect(calls).toBe(1)
    expect(await seatsIn(store)).toEqual(['call 1'])
    expect(await journalOf(runtime, runId)).toEqual(['started', 'step_completed seat', 'completed'])
  })

  it('that says conflict makes it go again, five times, and is no attempt', async () => {
    const store = await openStore()
    const conflict = () => new StateStoreError('STORE_CONFLICT', 'a deadlock', { retriable: true })
    let conflicts = 0
    let most = 4
    const busy = wrapStore(store, (method, call) => {
      if (method !== 'transact' || conflicts === most) return call()
      conflicts += 1
      return Promise.reject(conflict())
    })
    const flow = workflow('conflicts', (ctx) =>
      ctx.transaction('seat', (tx: SqliteTransaction, { attempt }) => book(tx, `${attempt}`).seat),
    )
    const runtime = await start({ workflows: [flow], stateStore: busy })
    expect((await runtime.executeWorkflow(flow, null)).output).toBe('1')
    conflicts = 0
    most = 5
    const { failure } = await rejection(runtime.executeWorkflow(flow, null))
    expect(failure).toMatchObject({ step: 'seat', cause: { code: 'STORE_CONFLICT' } })
  })

  it('that another process keeps waiting is asked for again, and holds up nothing else', async () => {
    const path = storeFile()
    const store = await openStore({ path, busyTimeoutMs: 100 })
    const other = new DatabaseSync(path)
    const flow = workflow('busy', (ctx) =>
      ctx.transaction('seat', (tx: SqliteTransaction) => book(tx, 'at last').seat),
    )
    const runtime = await start({ workflows: [flow], stateStore: store })
    const { result } = await runtime.startWorkflow(flow, null)
    other.exec('begin immediate')
    await new Promise((resolve) => setTimeout(resolve, 400))
    other.exec('rollback')
    other.close()
    expect((await result()).output).toBe('at last')
    expect(await seatsIn(store)).toEqual(['at last'])
  })
})

it('a crash test finds a transaction safe to repeat, before and after its commit', async () => {
  const flow = workflow('safe', async (ctx) => {
    await ctx.step('think', () => 1)
    await ctx.transaction('seat', (tx: SqliteTransaction) => book(tx, 'one').row)
    return ctx.transaction('look', ({ db }: SqliteTransaction) => db.prepare(SELECT).all().length)
  })
  const { commits, crashes } = await crashTest(flow, { input: null, seeds: 5 })
  expect(commits).toBe(4)
  expect(crashes).toBeGreaterThan(8)
})

it('a transaction is narrowed by its engine', () => {
  const work = (tx: Transaction) =>
    tx.engine === 'postgres' ? tx.client.query<{ one: number }>('select 1 as one') : tx.db.prepare('select 1')
  expectTypeOf(work).parameter(0).toEqualTypeOf<PostgresTransaction | SqliteTransaction>()
  expect(new StepFailedError('a', { name: 'Error', message: 'm' }).code).toBe('STEP_FAILED')
})
