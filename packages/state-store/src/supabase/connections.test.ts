import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { startCutProxy } from '@pawl/testkit/cut-proxy'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import { expect, expectTypeOf, test } from 'vitest'
import { countingClientOf, ownProject } from '../../test/supabase.ts'
import type { StateStore } from '../contract/store.ts'
import { migrations } from '../postgres/migrations.ts'
import { openSupabaseStore, type SupabaseOptions } from './index.ts'

const { project, admin } = await ownProject()
const countingClient = countingClientOf(project)
const access = { url: project.url, key: project.secretKey }
const claimFor = { worker: 'anna', leaseMs: 60_000 }
const definitions = [{ type: 'letter', definitionVersion: '1' }]
const step = (name: string, payload: unknown = name) =>
  ({ kind: 'step_completed', step: name, payload }) as const

const commit = (store: StateStore, runId: string, version: number, payload: unknown = version) =>
  store.commit({ runId, worker: 'anna', fence: 1, version, entries: [step(`s${version}`, payload)] })

test("a caller's client is used, whatever it knows of the database", async () => {
  const { client, bodies } = countingClient()
  await using store = await openSupabaseStore({ client, pollMs: 0 })
  expect(store.location).toBe(project.url)
  bodies.length = 0
  await store.open({ type: 'letter', input: 1 })
  expect(bodies.length).toBe(1)
  interface Database {
    public: {
      Tables: Record<never, never>
      Views: Record<never, never>
      Functions: { hello: { Args: { name: string }; Returns: string } }
    }
  }
  expectTypeOf<SupabaseClient<Database>>().toExtend<NonNullable<SupabaseOptions['client']>>()
})

test('a client whose token has expired is refused', async () => {
  const expired = project.sign('service_role', { exp: Math.floor(Date.now() / 1_000) - 60 })
  const client = createClient(project.url, project.anonKey, { accessToken: async () => expired })
  await expect(openSupabaseStore({ client })).rejects.toMatchObject({
    code: 'STORE_ACCESS_DENIED',
    message: expect.stringContaining('JWT expired'),
  })
})

test('an answer that is lost on the way is asked for again, and applied once', async () => {
  await using proxy = await startCutProxy({ target: project.url })
  await using store = await openSupabaseStore({ ...access, url: proxy.urlFor(project.url), pollMs: 0 })
  const { runId } = await store.open({ type: 'letter', input: 1, claimFor })
  for (const [version, lose] of [
    [2, () => proxy.cutAfterRequest({ containing: 's2' })],
    [3, () => proxy.cutBeforeRequest({ containing: 's3' })],
    [4, () => proxy.cutAfterRequest({ containing: 's4', answerBytes: 20 })],
  ] as const) {
    lose()
    expect(await commit(store, runId, version)).toMatchObject({ ok: true, version })
  }
  proxy.cutAfterRequest({ containing: 'signal' })
  expect(await store.send({ runId, kind: 'signal', name: 'yes' })).toMatchObject({ seq: 1, duplicate: true })
  expect((await store.journal({ runId })).length).toBe(4)
  expect((await store.inbox(runId)).length).toBe(1)
  expect(proxy.counts.cuts).toBe(4)
  // A claim would take other runs the second time: its caller decides.
  proxy.cutAfterRequest({ containing: 'claim' })
  await expect(store.claim({ worker: 'bob', leaseMs: 1_000, limit: 1, definitions })).rejects.toMatchObject({
    code: 'STORE_UNREACHABLE',
    retriable: true,
  })
})

test('while PostgREST is down every call is an error that may be tried again, and afterwards it goes on', async () => {
  const { project: own } = await ownProject()
  await using store = await openSupabaseStore({ url: own.url, key: own.secretKey, pollMs: 0 })
  const { runId } = await store.open({ type: 'letter', input: 1, claimFor })
  await own.postgrest.kill()
  const failed = { code: 'STORE_UNREACHABLE', retriable: true }
  await expect(commit(store, runId, 2)).rejects.toMatchObject(failed)
  await expect(store.run(runId)).rejects.toMatchObject(failed)
  await expect(openSupabaseStore({ url: own.url, key: own.secretKey })).rejects.toMatchObject(failed)
  await own.postgrest.start()
  expect(await commit(store, runId, 2)).toMatchObject({ ok: true })
})

/** Keeps the row of a run locked meanwhile. */
async function whileLocked(runId: string, use: () => Promise<void>): Promise<void> {
  const blocker = await admin.connect()
  try {
    await blocker.query('begin')
    await blocker.query('select from pawl.run where id = $1 for update', [runId])
    await use()
  } finally {
    await blocker.query('rollback')
    blocker.release()
  }
}

test('a request that takes too long is aborted, and may be sent again', async () => {
  const signals: AbortSignal[] = []
  const { client } = countingClient((body, signal) => {
    if (body.includes('rollback') && signal) signals.push(signal)
  })
  await using store = await openSupabaseStore({ client, timeoutMs: 300, pollMs: 0 })
  const { runId } = await store.open({ type: 'letter', input: 1, claimFor })
  await whileLocked(runId, async () => {
    const began = performance.now()
    await expect(store.rollback({ runId, version: 1 })).rejects.toMatchObject({
      code: 'STORE_TIMEOUT',
      retriable: true,
    })
    expect(performance.now() - began).toBeLessThan(2_000)
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  })
  // The server may finish what nobody waits for.
  await expect.poll(async () => (await store.run(runId))?.epoch).toBe(1)
})

test('who waits for a lock too long is told that somebody is in the way, and goes on when he has gone', async () => {
  const { client, bodies } = countingClient()
  await using store = await openSupabaseStore({ client, pollMs: 0 })
  const { runId } = await store.open({ type: 'letter', input: 1, claimFor })
  bodies.length = 0
  let pending: ReturnType<typeof commit> | undefined
  await whileLocked(runId, async () => {
    pending = commit(store, runId, 2)
    // Longer than the door lets one request wait, and shorter than Supabase lets a statement run.
    await new Promise((resolve) => setTimeout(resolve, 5_000))
    expect(bodies.length).toBe(2)
  })
  expect(await pending).toMatchObject({ ok: true, version: 2 })
  expect((await store.journal({ runId })).length).toBe(2)
})

test('one operation that the database refuses does not fail its neighbours', async () => {
  await using store = await openSupabaseStore({ ...access, pollMs: 0 })
  const strange = Array.from({ length: 512 }, (_, index) =>
    String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000)),
  )
  const [long, short] = await Promise.allSettled([
    store.open({ type: strange.join(''), definitionVersion: strange.toReversed().join(''), input: 1 }),
    store.open({ type: 'letter', input: 1 }),
  ])
  expect(long).toMatchObject({ status: 'rejected', reason: { code: 'INVALID_ARGUMENT' } })
  expect(short.status).toBe('fulfilled')
})

test('an id that no index could have is one that nobody has', async () => {
  await using store = await openSupabaseStore({ ...access, pollMs: 0 })
  for (const runId of ['\u0000', '\ud800', "'; drop", '', '../pawl']) {
    expect(await store.run(runId)).toBeUndefined()
    const [verdict, beside] = await Promise.all([
      store.commit({ runId, worker: 'anna', fence: 1, version: 2, entries: [step('a')] }),
      store.open({ type: 'letter', input: 1 }),
    ])
    expect(verdict).toMatchObject({ ok: false, reason: 'unknown_run' })
    expect(beside.created).toBe(true)
  }
})

test('another process is noticed', async () => {
  await using store = await openSupabaseStore({ ...access, pollMs: 50 })
  await using other = await openSupabaseStore({ ...access, pollMs: 0 })
  const noticed = new Promise<void>((resolve) => {
    store.watch(resolve)
  })
  const timer = setInterval(() => void other.open({ type: 'letter', input: 1 }), 100)
  await noticed
  clearInterval(timer)
})

test('an open store opens no WebSocket, and does not keep a program alive', async () => {
  const program = fileURLToPath(new URL('../../test/children/stay-idle.ts', import.meta.url))
  const child = spawn(process.execPath, ['--no-warnings', program, access.url, access.key], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20_000,
  })
  let said = ''
  child.stdout.on('data', (text) => {
    said += String(text)
  })
  const [code, signal] = await once(child, 'exit')
  expect([said.trim(), code, signal]).toEqual(['done', 0, null])
})

test('what is not a project, or no answer of one, is an error that says so', async () => {
  const refuses = (options: SupabaseOptions, code: string, retriable = false) =>
    expect(openSupabaseStore(options)).rejects.toMatchObject({ code, retriable })
  await refuses({ ...access, url: 'http://127.0.0.1:1' }, 'STORE_UNREACHABLE', true)
  await refuses({ ...access, url: `${project.url}/elsewhere` }, 'STORE_UNREADABLE')
  await refuses({ key: access.key }, 'INVALID_ARGUMENT')
  await refuses({ url: access.url }, 'INVALID_ARGUMENT')
  await refuses({ ...access, url: 'abc.supabase.co' }, 'INVALID_ARGUMENT')
  await refuses({ ...access, url: 'https://me:hush@abc.supabase.co' }, 'INVALID_ARGUMENT')
  await refuses({ ...access, client: countingClient().client }, 'INVALID_ARGUMENT')
  await refuses({ client: {} as unknown as SupabaseClient }, 'INVALID_ARGUMENT')
  await refuses({ ...access, maxRequestBytes: 1 }, 'INVALID_ARGUMENT')
})

test('a schema that is missing, newer or other than what the code knows, as over pg', async () => {
  const { project: own, admin: database } = await ownProject({ installed: false })
  const open = () => openSupabaseStore({ url: own.url, key: own.secretKey })
  await expect(open()).rejects.toMatchObject({
    code: 'STORE_SCHEMA_MISSING',
    message: expect.stringContaining('npx pawl-state-store migrate'),
  })
  const newest = migrations().at(-1)!.id
  const changed = async (sql: string, code: string, saying: string) => {
    await database.query(sql)
    await expect(open()).rejects.toMatchObject({
      code,
      retriable: false,
      message: expect.stringContaining(saying),
    })
  }
  const { migrate } = await import('../postgres/index.ts')
  await migrate({ connectionString: own.databaseUrl })
  await (await open()).close()
  const insert = `insert into pawl.migration (id, name, checksum) values (${newest + 1}, 'of tomorrow', 'x')`
  await changed(insert, 'STORE_NEWER_SCHEMA', `version ${newest + 1}`)
  await changed(`delete from pawl.migration where id >= ${newest}`, 'STORE_SCHEMA_MISSING', 'lacks 1 of')
  await migrate({ connectionString: own.databaseUrl })
  await changed(
    "update pawl.migration set checksum = 'other' where id = 1",
    'STORE_MIGRATION_DRIFT',
    'migration 1 (journal)',
  )
})

test('a transaction is refused with the way to one', async () => {
  await using store = await openSupabaseStore({ ...access, pollMs: 0 })
  const attempt = store.transact(() => {
    throw new Error('it is not called')
  })
  await expect(attempt).rejects.toMatchObject({
    code: 'TRANSACTION_UNSUPPORTED',
    message: expect.stringContaining('DATABASE_URL'),
  })
})
