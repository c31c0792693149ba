import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { PostgresVersion } from '../postgres/keeper-messages.ts'
import { type SupabaseServer, startSupabase } from './start-supabase.ts'

async function sql<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const results = (await client.query<Row>(text)) as pg.QueryResult<Row> | pg.QueryResult<Row>[]
    return (Array.isArray(results) ? results.at(-1)! : results).rows
  } finally {
    await client.end()
  }
}

interface Reply {
  readonly status: number
  readonly body: unknown
}

async function rpc(server: SupabaseServer, name: string, headers: Record<string, string>): Promise<Reply> {
  const response = await fetch(`${server.url}/rest/v1/rpc/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{}',
  })
  return { status: response.status, body: JSON.parse((await response.text()) || 'null') }
}

const bearer = (key: string, jwt = key) => ({ apikey: key, authorization: `Bearer ${jwt}` })

describe.for<PostgresVersion>([15, 18])('a Supabase project on Postgres %i', (version) => {
  let server: SupabaseServer
  beforeAll(async () => {
    server = await startSupabase({ version })
    await sql(
      server.databaseUrl,
      `create function public.who() returns text language sql as 'select current_user::text';
       create function public.setting(name text default 'statement_timeout') returns text
         language sql as 'select current_setting(name)';
       create function public.slow() returns void language sql as 'select pg_sleep(5)';
       create table public.rows as select i from generate_series(1, 1500) i`,
    )
    await vi.waitFor(async () =>
      expect(await rpc(server, 'who', bearer(server.anonKey))).toMatchObject({ status: 200 }),
    )
  })
  afterAll(() => server?.stop())

  test('every key stands for its role', async () => {
    for (const key of [server.anonKey, server.publishableKey])
      expect(await rpc(server, 'who', bearer(key))).toEqual({ status: 200, body: 'anon' })
    for (const key of [server.serviceRoleKey, server.secretKey])
      expect(await rpc(server, 'who', bearer(key))).toEqual({ status: 200, body: 'service_role' })
    const signed = server.sign('authenticated', { sub: 'somebody' })
    expect(await rpc(server, 'who', bearer(server.anonKey, signed))).toEqual({
      status: 200,
      body: 'authenticated',
    })
  })

  test('the key alone is the token too, and nobody comes in without one', async () => {
    expect(await rpc(server, 'who', { apikey: server.serviceRoleKey })).toMatchObject({
      body: 'service_role',
    })
    expect(await rpc(server, 'who', {})).toMatchObject({ status: 401 })
    expect(await rpc(server, 'who', { apikey: 'made-up' })).toMatchObject({ status: 401 })
    expect(await rpc(server, 'who', { authorization: `Bearer ${server.anonKey}` })).toMatchObject({
      status: 401,
    })
    const expired = server.sign('service_role', { exp: 1 })
    expect(await rpc(server, 'who', bearer(server.anonKey, expired))).toMatchObject({ status: 401 })
    const forged = `${server.sign('service_role').slice(0, -6)}AAAAAA`
    expect(await rpc(server, 'who', bearer(server.anonKey, forged))).toMatchObject({ status: 401 })
    expect((await fetch(`${server.url}/auth/v1/health`)).status).toBe(404)
  })

  test('the roles have the limits of a stock project', async () => {
    expect(await rpc(server, 'setting', bearer(server.anonKey))).toMatchObject({ body: '3s' })
    expect(await rpc(server, 'setting', bearer(server.serviceRoleKey))).toMatchObject({ body: '8s' })
    const authenticated = bearer(server.anonKey, server.sign('authenticated'))
    expect(await rpc(server, 'setting', authenticated)).toMatchObject({ body: '8s' })
    const rows = await fetch(`${server.url}/rest/v1/rows`, { headers: bearer(server.anonKey) })
    expect(await rows.json()).toHaveLength(1_000)
    const privileges = `select rolname, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolinherit
      from pg_roles where rolname in ('postgres', 'service_role', 'authenticator') order by rolname`
    expect((await sql(server.databaseUrl, privileges)).map((row) => Object.values(row))).toEqual([
      ['authenticator', false, false, false, false, false],
      ['postgres', false, true, true, true, true],
      ['service_role', false, false, false, true, true],
    ])
  })

  test('a changed schema is known at once, by itself or by a notification', async () => {
    const key = bearer(server.serviceRoleKey)
    await sql(server.databaseUrl, `create function public.later() returns int language sql as 'select 1'`)
    await expect.poll(() => rpc(server, 'later', key)).toMatchObject({ status: 200, body: 1 })

    await sql(server.adminUrl, 'alter event trigger pgrst_ddl_watch disable')
    await sql(server.databaseUrl, `create function public.unseen() returns int language sql as 'select 2'`)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await rpc(server, 'unseen', key)).toMatchObject({ status: 404 })
    await sql(server.databaseUrl, `notify pgrst, 'reload schema'`)
    await expect.poll(() => rpc(server, 'unseen', key)).toMatchObject({ status: 200, body: 2 })
    await sql(server.adminUrl, 'alter event trigger pgrst_ddl_watch enable')
  })

  test('PostgREST can be killed and started again', async () => {
    const key = bearer(server.serviceRoleKey)
    const before = server.postgrest.pid()
    await server.postgrest.kill()
    expect(() => server.postgrest.pid()).toThrow(/down/)
    expect(() => process.kill(before, 0)).toThrow(/ESRCH/)
    expect(await rpc(server, 'who', key)).toMatchObject({ status: 503 })
    await server.postgrest.start()
    expect(server.postgrest.pid()).not.toBe(before)
    expect(await rpc(server, 'who', key)).toMatchObject({ status: 200 })
  })

  test('an answer that PostgREST cannot finish is an error of the gateway', async () => {
    const asked = rpc(server, 'slow', bearer(server.serviceRoleKey))
    await expect
      .poll(() =>
        sql(server.adminUrl, `select from pg_stat_activity where wait_event = 'PgSleep'`).then(
          (rows) => rows.length,
        ),
      )
      .toBe(1)
    await server.postgrest.kill()
    expect(await asked).toMatchObject({ status: 502 })
    await server.postgrest.start()
  })

  test('several projects share a server, each with a database and keys of its own', async () => {
    await using other = await startSupabase({ postgresUrl: server.adminUrl })
    expect(await rpc(other, 'who', bearer(server.anonKey))).toMatchObject({ status: 401 })
    expect(await rpc(other, 'who', bearer(other.anonKey))).toMatchObject({ status: 404 })
    const name = new URL(other.databaseUrl).pathname.slice(1)
    await other.stop()
    expect(await sql(server.adminUrl, `select from pg_database where datname = '${name}'`)).toEqual([])
  })
})

test('a server whose superuser is postgres is refused', async () => {
  await expect(
    startSupabase({ postgresUrl: 'postgresql://postgres:x@127.0.0.1:1/postgres' }),
  ).rejects.toThrow(/supabase_admin/)
})

test('all of it goes when the process that wanted it is killed', async () => {
  const program = `
    import { startSupabase } from ${JSON.stringify(new URL('./start-supabase.ts', import.meta.url).href)}
    const { url, postgrest, databaseUrl } = await startSupabase()
    console.log(JSON.stringify({ url, pid: postgrest.pid(), databaseUrl }))
    setInterval(() => {}, 1_000)`
  const child = spawn(
    process.execPath,
    ['--no-warnings', '--experimental-strip-types', '--input-type=module', '-e', program],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const { url, pid, databaseUrl } = JSON.parse(String(line)) as Record<string, string>
  expect((await fetch(url!)).status).toBe(404)
  child.kill('SIGKILL')
  const isGone = (act: () => unknown) =>
    expect
      .poll(async () => {
        try {
          await act()
          return 'there'
        } catch {
          return 'gone'
        }
      })
      .toBe('gone')
  await isGone(() => fetch(url!))
  await isGone(() => process.kill(Number(pid), 0))
  await isGone(() => sql(databaseUrl!, 'select 1'))
})
