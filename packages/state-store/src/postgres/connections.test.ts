import { connect, createServer, type Socket } from 'node:net'
import pg from 'pg'
import { expect, test } from 'vitest'
import { ownDatabase } from '../../test/postgres.ts'
import { openPostgresStore, type PostgresClient, type PostgresQuery } from './index.ts'

const { url, pool } = await ownDatabase(18)
const claimFor = { worker: 'anna', leaseMs: 60_000 }
const definitions = [{ type: 'letter', definitionVersion: '1' }]

test("a caller's pool is used and left open", async () => {
  const store = await openPostgresStore({ pool })
  await store.open({ type: 'letter', input: 1 })
  await store.close()
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
})

test('a connection that the server ends is replaced, and what was asked is done once', async () => {
  await using store = await openPostgresStore({ connectionString: url, maxConnections: 1 })
  const { runId, fence } = await store.open({ type: 'letter', input: 1, claimFor })
  const commit = (version: number) =>
    store.commit({
      runId,
      worker: 'anna',
      fence: fence ?? 0,
      version,
      entries: [{ kind: 'step_completed', step: `s${version}` }],
    })
  for (let version = 2; version < 12; version++) {
    const pending = commit(version)
    await pool.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pawl'")
    expect(await pending).toMatchObject({ ok: true, version })
  }
  expect((await store.journal({ runId })).length).toBe(11)
})

/** Passes bytes on to the server until it is told to lose the next answer. */
async function forgetfulProxy() {
  const { port, hostname } = new URL(url)
  let losing = false
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        client.destroy()
        upstream.destroy()
      })
    }
    client.pipe(upstream)
    upstream.on('data', (bytes) => {
      if (!losing) client.write(bytes)
      else {
        losing = false
        client.destroy()
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = new URL(url)
  address.port = String((server.address() as { port: number }).port)
  return {
    url: address.href,
    loseNextAnswer() {
      losing = true
    },
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

test('an answer that is lost on the way is asked for again, and applied once', async () => {
  const proxy = await forgetfulProxy()
  const store = await openPostgresStore({ connectionString: proxy.url })
  const { runId, fence } = await store.open({ type: 'letter', input: 1, claimFor })
  proxy.loseNextAnswer()
  const entries = [{ kind: 'step_completed', step: 'a', payload: 1 } as const]
  const verdict = await store.commit({ runId, worker: 'anna', fence: fence ?? 0, version: 2, entries })
  expect(verdict).toMatchObject({ ok: true, version: 2 })
  proxy.loseNextAnswer()
  expect(await store.send({ runId, kind: 'signal', name: 'yes' })).toEqual({
    ok: true,
    seq: 1,
    duplicate: true,
  })
  expect((await store.journal({ runId })).length).toBe(2)
  expect((await store.inbox(runId)).length).toBe(1)
  store.telemetry.log({ message: 'written once' })
  proxy.loseNextAnswer()
  await store.telemetry.flush()
  expect((await store.telemetry.logs()).items.map(({ message }) => message)).toEqual(['written once'])
  // A claim would take other runs the second time: its caller decides.
  proxy.loseNextAnswer()
  await expect(store.claim({ worker: 'bob', leaseMs: 1_000, limit: 1, definitions })).rejects.toMatchObject({
    code: 'STORE_UNREACHABLE',
    retriable: true,
  })
  await store.close()
  proxy.close()
})

test('a statement that takes too long is an error that may be tried again', async () => {
  await using store = await openPostgresStore({ connectionString: url, timeoutMs: 200 })
  const { runId } = await store.open({ type: 'letter', input: 1 })
  const blocker = new pg.Client({ connectionString: url })
  await blocker.connect()
  await blocker.query('begin')
  await blocker.query('select from pawl.run where id = $1 for update', [runId])
  const late = await store.rollback({ runId, version: 1 }).catch((error: unknown) => error)
  expect(late).toMatchObject({ code: 'STORE_TIMEOUT', retriable: true })
  await blocker.query('rollback')
  await blocker.end()
})

test('a name that no index takes fails alone', async () => {
  await using store = await openPostgresStore({ connectionString: url })
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

test('a connection that breaks between two statements of the opening is an error, not the end of the program', async () => {
  const own = new pg.Pool({ connectionString: url, max: 1 })
  own.on('error', () => {})
  const breaking = {
    query: (query: PostgresQuery) => own.query(query as pg.QueryConfig),
    async connect() {
      const client = await own.connect()
      const ended = new Promise((resolve) => client.once('end', resolve))
      const query = client.query.bind(client)
      return Object.assign(client, {
        async query(asked: PostgresQuery) {
          const answer = await query(asked as pg.QueryConfig)
          ;(client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
          await ended
          return answer
        },
      }) as unknown as PostgresClient
    },
  }
  const opening = openPostgresStore({ pool: breaking })
  await expect(opening).rejects.toMatchObject({ code: 'STORE_UNREACHABLE', retriable: true })
  await own.end()
})
