import { createHmac } from 'node:crypto'
import { ownSupabase } from '@pawl/testkit/supabase/vitest'
import { afterAll, describe, expect, test } from 'vitest'
import { ownProject } from '../../test/supabase.ts'
import { migrate, openPostgresStore } from '../postgres/index.ts'
import { openSupabaseStore } from './index.ts'

// Over real HTTP, through the gateway and PostgREST, with only `public` exposed and Supabase's default privileges in place.

const { project, admin } = await ownProject()
const other = await ownSupabase()
afterAll(() => other.stop())

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly code: string | undefined
}

async function ask(path: string, init: RequestInit, key: string, token = key): Promise<Answer> {
  const headers = { apikey: key, authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await fetch(`${project.url}/rest/v1/${path}`, {
    ...init,
    headers: { ...headers, ...init.headers },
  })
  const text = await response.text()
  const body = text === '' ? undefined : (JSON.parse(text) as unknown)
  return { status: response.status, body, code: (body as { code?: string } | undefined)?.code }
}

const door = (action: object): [string, RequestInit] => [
  'rpc/pawl_door',
  { method: 'POST', body: JSON.stringify(action) },
]
const now = { action: 'read', namespace: 'default', operation: { op: 'now' } }

/** Everybody who is not the service, with a valid signature of this project. */
const strangers = {
  anon: [project.anonKey],
  'the publishable key': [project.publishableKey],
  authenticated: [project.anonKey, project.sign('authenticated', { sub: crypto.randomUUID() })],
  'authenticated, with the service key as apikey': [project.serviceRoleKey, project.sign('authenticated')],
} as const

const relations = (
  await admin.query<{ name: string; kind: string }>(
    "select relname as name, relkind as kind from pg_class where relnamespace = 'pawl'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S')",
  )
).rows
const routines = (
  await admin.query<{ name: string }>(
    "select distinct proname as name from pg_proc where pronamespace = 'pawl'::regnamespace",
  )
).rows

test('there is something to refuse', () => {
  expect(relations.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['run', 'entry', 'inbox', 'migration']),
  )
  expect(routines.length).toBeGreaterThan(20)
})

test('the service is let in, with either of its keys', async () => {
  for (const key of [project.serviceRoleKey, project.secretKey]) {
    expect(await ask(...door(now), key)).toMatchObject({ status: 200, body: expect.any(Number) })
    await using store = await openSupabaseStore({ url: project.url, key })
    const { runId } = await store.open({ type: 'letter', input: 1 })
    expect(await store.run(runId)).toMatchObject({ runId })
  }
})

test('the default privileges of Supabase are in place: a function of public is open to everybody', async () => {
  await admin.query(
    `set role postgres; create function public.open_to_all(jsonb) returns json language sql as 'select $1::json'; reset role`,
  )
  await expect
    .poll(
      async () => (await ask('rpc/open_to_all', { method: 'POST', body: '{"a":1}' }, project.anonKey)).status,
    )
    .toBe(200)
  await admin.query('drop function public.open_to_all(jsonb)')
})

describe.for(Object.entries(strangers))('%s', ([, [key, token]]) => {
  test('is refused at the door, whatever is asked', async () => {
    for (const action of [
      now,
      { action: 'pulse' },
      { action: 'write', namespace: 'default', batch: [] },
      {},
    ]) {
      const answer = await ask(...door(action), key, token)
      expect(answer.code).toBe('42501')
      expect([401, 403]).toContain(answer.status)
    }
    expect((await ask('rpc/pawl_door', { method: 'GET' }, key, token)).status).toBeGreaterThan(399)
  })

  test('is refused at every table, view and function of the schema, by its name and through public', async () => {
    const profile = { 'accept-profile': 'pawl', 'content-profile': 'pawl' }
    for (const { name } of relations) {
      for (const headers of [profile, {}]) {
        for (const method of ['GET', 'DELETE', 'POST']) {
          const init = { method, headers, ...(method === 'POST' ? { body: '{}' } : {}) }
          const answer = await ask(name, init, key, token)
          expect(answer.status, `${method} ${name}`).toBeGreaterThan(399)
          expect(Array.isArray(answer.body)).toBe(false)
        }
      }
      expect((await ask(`pawl.${name}`, { method: 'GET' }, key, token)).status).toBe(404)
    }
    for (const { name } of routines) {
      for (const headers of [profile, {}]) {
        const answer = await ask(`rpc/${name}`, { method: 'POST', headers, body: '{}' }, key, token)
        expect(answer.status, name).toBeGreaterThan(399)
      }
    }
  })

  test('does not find it in the description of the interface', async () => {
    const { body } = await ask('', { method: 'GET' }, key, token)
    expect(JSON.stringify(body)).not.toMatch(/pawl_door|"entry"|"run"/)
  })
})

test('in the database itself the two roles may do nothing, not even if the schema were exposed', async () => {
  for (const role of ['anon', 'authenticated']) {
    const client = await admin.connect()
    try {
      await client.query(`set role ${role}`)
      for (const { name, kind } of relations) {
        const sql = kind === 'S' ? `select nextval('pawl.${name}')` : `select * from pawl.${name}`
        await expect(client.query(sql), name).rejects.toMatchObject({ code: '42501' })
      }
      for (const sql of [
        "select pawl.write('default', '[]')",
        `select pawl.read('default', '{"op": "now"}')`,
        'select pawl.read_pulse()',
        `select pawl.door('{"action": "pulse"}')`,
        `select public.pawl_door('{"action": "pulse"}')`,
      ])
        await expect(client.query(sql), sql).rejects.toMatchObject({ code: '42501' })
    } finally {
      client.release(true)
    }
  }
})

test('a right to a table that was granted by mistake shows no row, and the next release takes it back', async () => {
  await admin.query(
    'set role postgres; grant usage on schema pawl to anon; grant select on pawl.run to anon; reset role',
  )
  const seen = async (role: string) => {
    const client = await admin.connect()
    try {
      await client.query(`set role ${role}`)
      return (await client.query('select count(*)::int as count from pawl.run')).rows[0].count as number
    } finally {
      client.release(true)
    }
  }
  expect(await seen('postgres')).toBeGreaterThan(0)
  expect(await seen('anon')).toBe(0)
  await admin.query("delete from pawl.migration where name = 'functions'")
  await migrate({ connectionString: project.databaseUrl })
  await expect(seen('anon')).rejects.toMatchObject({ code: '42501' })
})

test('a table that somebody adds to the schema is under row-level security after the next installation', async () => {
  await admin.query(
    'set role postgres; create table pawl.added (a int); grant all on pawl.added to public; reset role',
  )
  await admin.query("delete from pawl.migration where name = 'functions'")
  await migrate({ connectionString: project.databaseUrl })
  const { rows } = await admin.query(
    "select relrowsecurity as secure, has_table_privilege('anon', oid, 'select') as open from pg_class where relname = 'added'",
  )
  expect(rows).toEqual([{ secure: true, open: false }])
  await admin.query('drop table pawl.added')
})

const refusals: { readonly [what: string]: () => string } = {
  'no key of any project': () => 'sb_secret_invented',
  'the key of another project': () => other.serviceRoleKey,
  'the secret key of another project': () => other.secretKey,
  'the publishable key': () => project.publishableKey,
  'the anon key': () => project.anonKey,
}
test.for(Object.entries(refusals))('a store with %s is refused', async ([, key]) => {
  const error = await openSupabaseStore({ url: project.url, key: key() }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'STORE_ACCESS_DENIED', retriable: false })
  expect(String(error)).toContain('secret key')
  expect(String(error)).not.toContain(key())
})

const signed = (secret: string, claims: object): string => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const head = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`
}
const hour = 3_600
const seconds = Math.floor(Date.now() / 1_000)
const tokens: { readonly [what: string]: string } = {
  expired: project.sign('service_role', { exp: seconds - hour }),
  'signed with the secret of another project': other.sign('service_role', { iat: seconds - 1 }),
  'signed with no secret': signed('', { role: 'service_role', exp: seconds + hour }),
  'of a role that is not granted to the interface': signed(project.jwtSecret, {
    role: 'supabase_admin',
    exp: seconds + hour,
  }),
}
test.for(Object.entries(tokens))('a token that is %s is refused', async ([, token]) => {
  const answer = await ask(...door(now), project.serviceRoleKey, token)
  expect([401, 403]).toContain(answer.status)
})

test('a role that may only execute the three functions runs a store over pg, and can do nothing else', async () => {
  await admin.query(`
    create role runner login password 'testkit';
    grant usage on schema pawl to runner;
    grant execute on function pawl.write(text, jsonb, text), pawl.read(text, jsonb), pawl.read_pulse() to runner`)
  const url = new URL(project.databaseUrl)
  url.username = 'runner'
  await using store = await openPostgresStore({ connectionString: url.href })
  const claimFor = { worker: 'anna', leaseMs: 60_000 }
  const { runId, fence } = await store.open({ type: 'letter', input: 1, claimFor })
  const entries = [{ kind: 'step_completed', step: 'a', payload: 1 }] as const
  expect(await store.commit({ runId, worker: 'anna', fence: fence!, version: 2, entries })).toMatchObject({
    ok: true,
  })
  expect((await store.journal({ runId })).length).toBe(2)
  const client = await admin.connect()
  try {
    await client.query('set role runner')
    for (const { name, kind } of relations.filter((one) => one.kind !== 'S'))
      await expect(client.query(`select * from pawl.${name}`), kind).rejects.toMatchObject({ code: '42501' })
    // What he may execute runs with the owner's rights, and under the owner's names.
    await client.query('create temporary table run (namespace text, id text)')
    await client.query(`create function pg_temp.now_ms() returns bigint language sql as 'select 0::bigint'`)
    await client.query('set search_path = pg_temp, public')
    const { rows } = await client.query(`select pawl.read('default', '{"op": "now"}')::text as now`)
    expect(Number(rows[0].now)).toBeGreaterThan(1_700_000_000_000)
  } finally {
    client.release(true)
  }
})
