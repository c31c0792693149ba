import pg from 'pg'
import { expect, test } from 'vitest'
import { ownDatabase } from '../../test/postgres.ts'
import type { StateStore } from '../contract/store.ts'
import { openPostgresStore } from './index.ts'

const { url } = await ownDatabase(18)
const definitions = [{ type: 'letter', definitionVersion: '1' }]
const open = (options = {}) => openPostgresStore({ connectionString: url, pollMs: 0, ...options })

/** Closes a database connection with its transaction, whatever became of it. */
async function inTransaction(use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('begin')
    await use(client)
  } finally {
    await client.end()
  }
}

const started = { kind: 'started', payload: 'null', lifecycle: true }
const openOperation = (runId: string) =>
  JSON.stringify([{ op: 'open', all: [{ runId, type: 'letter', definitionVersion: '1', entry: started }] }])

test('a reader that follows waits for a run that has its number but is not yet committed', async () => {
  await using store = await open({ namespace: 'follow' })
  const late = '0197a000-0000-7000-8000-000000000001'
  await inTransaction(async (client) => {
    await client.query('select pawl.write($1, $2::text::jsonb)', ['follow', openOperation(late)])
    const { runId } = await store.open({ type: 'letter', input: 1 })
    // The run with the larger number is there, the one with the smaller is not: a list for people shows what it can.
    expect((await store.runs()).items.map((run) => run.runId)).toEqual([runId])
    const followed = store.runs({ order: 'oldest' })
    const first = await Promise.race([followed, new Promise((resolve) => setTimeout(resolve, 200, 'waits'))])
    expect(first).toBe('waits')
    await client.query('commit')
    expect((await followed).items.map((run) => run.runId)).toEqual([late, runId])
  })
})

test('who opens runs in one namespace does not hold up a reader of another', async () => {
  await using store = await open({ namespace: 'other' })
  await inTransaction(async (client) => {
    const operation = openOperation('0197a000-0000-7000-8000-000000000002')
    await client.query('select pawl.write($1, $2::text::jsonb)', ['follow', operation])
    expect((await store.runs({ order: 'oldest' })).items).toEqual([])
  })
})

test('the same key, opened by many at once in any order, is one run', async () => {
  const stores = await Promise.all(Array.from({ length: 4 }, () => open({ namespace: 'keys' })))
  const keys = ['a', 'b', 'c', 'd', 'e', 'f']
  const opened = await Promise.all(
    stores.map((store, index) => {
      const order = index % 2 === 0 ? keys : keys.toReversed()
      return Promise.all(order.map((key) => store.open({ type: 'letter', input: index, key })))
    }),
  )
  expect(new Set(opened.flat().map((run) => run.runId)).size).toBe(keys.length)
  expect(opened.flat().filter((run) => run.created).length).toBe(keys.length)
  await Promise.all(stores.map((store) => store.close()))
})

test('several workers share the runs: each step is recorded once, none is lost', {
  timeout: 60_000,
}, async () => {
  const stores = await Promise.all(Array.from({ length: 4 }, () => open({ namespace: 'share' })))
  const first = stores[0]!
  const made = await Promise.all(Array.from({ length: 120 }, () => first.open({ type: 'letter', input: 1 })))
  let accepted = 0
  const work = async (store: StateStore, worker: string) => {
    for (;;) {
      const claimed = await store.claim({ worker, leaseMs: 60_000, limit: 5, definitions })
      if (claimed.length === 0) return
      await Promise.all(
        claimed.map(async ({ runId, fence, version }) => {
          const commit = { runId, worker, fence, version: version + 1 }
          const step = { kind: 'step_completed', step: `s${version}`, payload: worker } as const
          const wait = { status: 'waiting', inboxSeen: 0, readyInMs: 0 } as const
          const verdict = await store.commit(
            version < 4
              ? { ...commit, entries: [step], next: wait }
              : { ...commit, entries: [{ kind: 'completed' }], next: { status: 'completed' } },
          )
          if (verdict.ok) accepted += 1
        }),
      )
    }
  }
  await Promise.all(stores.map((store, index) => work(store, `worker ${index}`)))
  // Who finds nothing stops; what others gave back meanwhile is done by the last one.
  await work(first, 'worker 0')
  expect(accepted).toBe(made.length * 4)
  for (const { runId } of made)
    expect(await first.run(runId)).toMatchObject({ status: 'completed', version: 5 })
  await Promise.all(stores.map((store) => store.close()))
})
