import pg from 'pg'
import { expect, test } from 'vitest'
import { ownDatabase } from '../../test/postgres.ts'
import type { Commit } from '../contract/commit.ts'
import { openPostgresStore, type PostgresClient, type PostgresQuery } from './index.ts'

// What a server says no to, beside what it says at the opening (`refused-databases.test.ts`). Each error is the server's.

const { url, pool } = await ownDatabase(18)
const store = await openPostgresStore({ connectionString: url, pollMs: 0 })
await store.close()

/** A store whose sessions have these settings of the server. */
const withSettings = (settings: Record<string, string>) => {
  const address = new URL(url)
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)
  address.searchParams.set('options', options.join(' '))
  return openPostgresStore({ connectionString: address.href, pollMs: 0 })
}

/** Holds the row of a run until it is let go. */
async function holding(runId: string, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('begin')
    await client.query('update pawl.run set updated_at = updated_at where id = $1', [runId])
    await use(client)
  } finally {
    await client.end()
  }
}

async function heldRun(
  opened: Awaited<ReturnType<typeof withSettings>>,
): Promise<(payload?: string) => Commit> {
  const { runId, fence } = await opened.open({
    type: 'letter',
    claimFor: { worker: 'anna', leaseMs: 60_000 },
  })
  return (payload = 'x') => ({
    runId,
    worker: 'anna',
    fence: fence ?? 0,
    version: 2,
    entries: [{ kind: 'step_completed', step: 'a', payload }],
  })
}

test('a statement that the server ends by its own timeout is STORE_TIMEOUT, and may be asked again', async () => {
  await using opened = await withSettings({ statement_timeout: '150ms' })
  const commit = await heldRun(opened)
  await holding(commit().runId, async () => {
    const error = await opened.commit(commit()).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'STORE_TIMEOUT', retriable: true })
    expect(String(error)).toContain('statement timeout')
  })
  expect(await opened.commit(commit())).toMatchObject({ ok: true, version: 2 })
})

test('a lock that is not given in time is STORE_CONFLICT after some tries, and may be asked again', async () => {
  await using opened = await withSettings({ lock_timeout: '20ms' })
  const commit = await heldRun(opened)
  await holding(commit().runId, async () => {
    const error = await opened.commit(commit()).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'STORE_CONFLICT', retriable: true })
  })
  expect(await opened.commit(commit())).toMatchObject({ ok: true, version: 2 })
})

test('a transaction that cannot be put in an order with another is done again by itself', async () => {
  const options = '-c default_transaction_isolation=repeatable\\ read'
  const own = new pg.Pool({ connectionString: url, options, max: 2 })
  const failures: unknown[] = []
  const watched = {
    connect: () => own.connect() as unknown as Promise<PostgresClient>,
    query: (query: PostgresQuery) =>
      own.query(query as pg.QueryConfig).catch((error: { code: unknown }) => {
        failures.push(error.code)
        throw error
      }),
  }
  const opened = await openPostgresStore({ pool: watched, pollMs: 0 })
  const commit = await heldRun(opened)
  await holding(commit().runId, async (client) => {
    const asked = opened.commit(commit())
    await new Promise((resolve) => setTimeout(resolve, 200))
    await client.query('commit')
    expect(await asked).toMatchObject({ ok: true, version: 2 })
  })
  expect(failures).toEqual(['40001'])
  await opened.close()
  await own.end()
})

test('one that is in the way each time is STORE_CONFLICT', async () => {
  await using opened = await withSettings({})
  const commit = await heldRun(opened)
  await failing('40001', async () => {
    const error = await opened.commit(commit()).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'STORE_CONFLICT', retriable: true })
  })
  expect(await opened.commit(commit())).toMatchObject({ ok: true, version: 2 })
})

/** Lets the server refuse every entry with a code that cannot be brought about at will. */
async function failing(code: string, use: () => Promise<void>): Promise<void> {
  await pool.query(`
    create function pawl.refuse() returns trigger language plpgsql as $$
    begin raise exception 'refused by a test' using errcode = '${code}'; end $$`)
  await pool.query('create trigger refuse before insert on pawl.entry execute function pawl.refuse()')
  try {
    await use()
  } finally {
    await pool.query('drop function pawl.refuse() cascade')
  }
}

test('a full disk is STORE_FULL, loses nothing, and the same commit is accepted later', async () => {
  await using opened = await withSettings({})
  const [commit, other] = [await heldRun(opened), await heldRun(opened)]
  await failing('53100', async () => {
    const outcomes = await Promise.allSettled([opened.commit(commit()), opened.commit(other())])
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'STORE_FULL', retriable: true } })
    }
    // What needs no room goes on.
    expect(await opened.run(commit().runId)).toMatchObject({ version: 1 })
  })
  expect(await opened.commit(commit())).toMatchObject({ ok: true, version: 2 })
  expect(await opened.commit(other())).toMatchObject({ ok: true, version: 2 })
})

test('a server without a free connection is STORE_UNREACHABLE', async () => {
  await pool.query("create role crowd login password 'testkit' connection limit 1")
  await pool.query('grant usage on schema pawl to crowd')
  const address = new URL(url)
  address.username = 'crowd'
  const first = new pg.Client({ connectionString: address.href })
  await first.connect()
  const refused = openPostgresStore({ connectionString: address.href, migrate: false })
  await expect(refused).rejects.toMatchObject({ code: 'STORE_UNREACHABLE', retriable: true })
  await first.end()
})

test('a server that takes no writes is STORE_READ_ONLY', async () => {
  await using opened = await withSettings({ default_transaction_read_only: 'on' })
  await expect(opened.open({ type: 'letter' })).rejects.toMatchObject({ code: 'STORE_READ_ONLY' })
  expect((await opened.runs({ limit: 1 })).items.length).toBe(1)
})

test('an entry that is too large is refused before it is sent, and fails nobody else', async () => {
  await using opened = await openPostgresStore({
    connectionString: url,
    pollMs: 0,
    limits: { maxEntryLength: 1_000 },
  })
  const [large, small] = [await heldRun(opened), await heldRun(opened)]
  const [refused, accepted] = await Promise.allSettled([
    opened.commit(large('x'.repeat(1_000))),
    opened.commit(small()),
  ])
  expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'ENTRY_TOO_LARGE', retriable: false } })
  expect(accepted).toMatchObject({ status: 'fulfilled', value: { ok: true } })
})
