import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../postgres/index.ts'
import { type Pgbouncer, startPgbouncer } from './start-pgbouncer.ts'

let postgres: PostgresServer
let pgbouncer: Pgbouncer
beforeAll(async () => {
  postgres = await startPostgres()
  pgbouncer = await startPgbouncer({ url: postgres.url, poolSize: 2 })
})
afterAll(async () => {
  await pgbouncer?.stop()
  await postgres?.stop()
})

async function withClient<Result>(url: string, use: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

const backend = async (client: pg.Client) =>
  (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid

test('sessions of clients share the connections to the server, one transaction each', async () => {
  await withClient(pgbouncer.url, (one) =>
    withClient(pgbouncer.url, async (two) => {
      await one.query('begin')
      const held = await backend(one)
      expect(await backend(two)).not.toBe(held)
      expect(await backend(one)).toBe(held)
      await one.query('commit')
    }),
  )
  // Three clients at once on two connections: this is no session mode.
  const clients = await Promise.all(
    [1, 2, 3].map(async () => {
      const client = new pg.Client({ connectionString: pgbouncer.url })
      await client.connect()
      return client
    }),
  )
  const pids = await Promise.all(clients.map(backend))
  expect(new Set(pids).size).toBeLessThanOrEqual(2)
  await Promise.all(clients.map((client) => client.end()))
})

test('any database of the server is reached, and only by its user', async () => {
  const url = pgbouncer.urlFor(await postgres.createDatabase('elsewhere'))
  const { rows } = await withClient(url, (client) => client.query('select current_database() as name'))
  expect(rows).toEqual([{ name: 'elsewhere' }])
  expect(() => pgbouncer.urlFor('postgresql://somebody:x@127.0.0.1/elsewhere')).toThrow(/another user/)
})

test('it can be killed and started again', async () => {
  await pgbouncer.kill()
  await expect(withClient(pgbouncer.url, backend)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await pgbouncer.start()
  expect(await withClient(pgbouncer.url, backend)).toBeGreaterThan(0)
})
