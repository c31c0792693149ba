import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { catalogOf } from '../../test/catalog.ts'
import { inFolder } from '../../test/harness.ts'
import { ownDatabase } from '../../test/postgres.ts'
import { ownProject } from '../../test/supabase.ts'
import { migrate, openPostgresStore } from '../postgres/index.ts'
import { installSql } from '../postgres/install-sql.ts'
import { migrations } from '../postgres/migrations.ts'
import { openSupabaseStore } from '../supabase/index.ts'
import { run } from './run.ts'
import { installFile } from './sql-files.ts'
import { writeFolder } from './supabase-folder.ts'

// Every way of installing, on a plain Postgres and on a Supabase project by its owner, who is no superuser.

type Install = (url: string) => Promise<unknown>

/** As the SQL editor does it: the whole text at once. */
async function runSql(url: string, ...files: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const file of files) await client.query(file)
  } finally {
    await client.end()
  }
}

async function command(words: readonly string[], environment = {}) {
  let [printed, complained] = ['', '']
  const print = (text: string) => {
    printed += text
  }
  const complain = (text: string) => {
    complained += text
  }
  return { code: await run(words, { environment, print, complain }), printed, complained }
}

const folderFiles = (folder: string) =>
  readdir(folder).then((files) =>
    Promise.all(files.sort().map((file) => readFile(join(folder, file), 'utf8'))),
  )

const ways: { readonly [name: string]: Install } = {
  'migrate()': (connectionString) => migrate({ connectionString }),
  'opening a store, then migrate()': async (connectionString) => {
    await (await openPostgresStore({ connectionString })).close()
    await migrate({ connectionString })
  },
  'the command': async (url) =>
    expect(await command(['migrate', '--connection-string', url])).toMatchObject({ code: 0 }),
  'the command, told by the environment': async (DATABASE_URL) =>
    expect(await command(['migrate'], { DATABASE_URL })).toMatchObject({ code: 0 }),
  'the SQL file': async (url) => runSql(url, (await command(['sql'])).printed),
  'a folder of migrations': (url) =>
    inFolder(async (folder) => {
      expect(await command(['supabase', folder])).toMatchObject({ code: 0 })
      await runSql(url, ...(await folderFiles(folder)))
    }),
}

/** Databases to install in, and what each way must leave there. */
const places = {
  'a plain Postgres': async () => ownDatabase(18),
  'a plain Postgres 15': async () => ownDatabase(15),
  'a Supabase project': async () => {
    const { project, admin } = await ownProject({ installed: false })
    return { url: project.databaseUrl, pool: admin }
  },
} as const

for (const [place, make] of Object.entries(places)) {
  let first: string | undefined
  for (const [way, install] of Object.entries(ways)) {
    test(`${way} makes the same schema as every other way in ${place}`, async () => {
      const { url, pool } = await make()
      await install(url)
      const catalog = await catalogOf(pool)
      first ??= catalog
      expect(catalog).toBe(first)
      expect(catalog).toContain('CREATE OR REPLACE FUNCTION pawl.write')
      expect(catalog.includes('public.pawl_door')).toBe(place === 'a Supabase project')
      // Once more, and in the other ways: nothing changes.
      for (const again of Object.values(ways)) await again(url)
      expect(await catalogOf(pool)).toBe(first)
    })
  }
}

/** What an older release would have left: the tables, and functions with a smaller number. */
async function olderSchema(url: string): Promise<void> {
  const [journal] = migrations()
  await runSql(
    url,
    installSql([journal!]),
    // As if the functions of version 2 had not been there yet, and one of an older release had another body.
    `create function pawl.is_finished(p_status text) returns boolean language sql immutable as 'select null::boolean'`,
  )
}

test('the SQL file brings an older schema up to date, with the data that is in it', async () => {
  const fresh = await ownDatabase(18)
  await migrate({ connectionString: fresh.url })
  const older = await ownDatabase(18)
  await olderSchema(older.url)
  await older.pool.query(
    `insert into pawl.run (namespace, id, type, definition_version, format, status, version, ready_at, created_at, updated_at)
     values ('default', '0197a000-0000-7000-8000-000000000001', 'letter', '1', 1, 'queued', 1, 0, 5, 5)`,
  )
  await older.pool.query(
    `insert into pawl.entry (run_no, at, version, epoch, fence, format, kind, payload, meta)
     select no, 5, 1, 0, 0, 1, 'started', '"of old"', '{}' from pawl.run`,
  )
  await runSql(older.url, installFile(migrations()))
  expect(await catalogOf(older.pool)).toBe(await catalogOf(fresh.pool))
  await using store = await openPostgresStore({ connectionString: older.url, migrate: false })
  const definitions = [{ type: 'letter', definitionVersion: '1' }]
  const [claimed] = await store.claim({ worker: 'anna', leaseMs: 1_000, limit: 1, definitions })
  expect((await store.stateAt({ runId: claimed!.runId })).input).toBe('of old')
})

test('a folder that has older files gets what is new, behind everything that is there', () =>
  inFolder(async (folder) => {
    const all = migrations()
    await writeFolder(folder, all.slice(0, 1), new Date('2024-01-02T03:04:05Z'))
    await writeFile(join(folder, '20990101000000_of_the_team.sql'), 'select 1;')
    await writeFolder(folder, all, new Date('2025-01-02T03:04:05Z'))
    const files = (await readdir(folder)).sort()
    expect(files).toEqual([
      '20240102030405_pawl_0001_journal.sql',
      '20990101000000_of_the_team.sql',
      ...all
        .slice(1)
        .map(
          ({ id, name }, index) =>
            `2099010100000${index + 1}_pawl_${String(id).padStart(4, '0')}_${name.replaceAll('-', '_')}.sql`,
        ),
    ])
    expect(await writeFolder(folder, all, new Date())).toContain('up to date')
    expect((await readdir(folder)).sort()).toEqual(files)
    const { url, pool } = await ownDatabase(18)
    await runSql(url, ...(await folderFiles(folder)))
    const fresh = await ownDatabase(18)
    await migrate({ connectionString: fresh.url })
    expect(await catalogOf(pool)).toBe(await catalogOf(fresh.pool))
  }))

test('files of an older release leave a newer schema as it is', async () => {
  const { url, pool } = await ownDatabase(18)
  await migrate({ connectionString: url })
  const newer = migrations().at(-1)!.id + 1
  await pool.query("insert into pawl.migration (id, name, checksum) values ($1, 'functions', 'x')", [newer])
  const before = await catalogOf(pool)
  await inFolder(async (folder) => {
    await writeFolder(folder, migrations(), new Date())
    await runSql(url, ...(await folderFiles(folder)))
  })
  await expect(runSql(url, installFile(migrations()))).rejects.toMatchObject({ code: 'PW001' })
  await expect(migrate({ connectionString: url })).rejects.toMatchObject({ code: 'STORE_NEWER_SCHEMA' })
  expect(await catalogOf(pool)).toBe(before)
})

test('a migration with other content is refused by the file as well, and nothing is done', async () => {
  const { url, pool } = await ownDatabase(18)
  await olderSchema(url)
  await pool.query("update pawl.migration set checksum = 'other'")
  const before = await catalogOf(pool)
  await expect(runSql(url, installFile(migrations()))).rejects.toMatchObject({ code: 'PW002' })
  expect(await catalogOf(pool)).toBe(before)
})

test('many at once, in different ways, install it once', async () => {
  const { url, pool } = await ownDatabase(18)
  await Promise.all([...Object.values(ways), ...Object.values(ways)].map((install) => install(url)))
  const fresh = await ownDatabase(18)
  await migrate({ connectionString: fresh.url })
  expect(await catalogOf(pool)).toBe(await catalogOf(fresh.pool))
})

test('a project that had the schema before its roles gets the door from the next installation', async () => {
  const { project, admin } = await ownProject()
  const before = await catalogOf(admin)
  await admin.query('drop function public.pawl_door(jsonb)')
  const connectionString = project.databaseUrl
  await (await openPostgresStore({ connectionString })).close()
  expect(await catalogOf(admin)).not.toBe(before)
  expect(await migrate({ connectionString })).toMatchObject({ applied: [] })
  expect(await catalogOf(admin)).toBe(before)
  // At once: PostgREST may not have looked yet.
  await (await openSupabaseStore({ url: project.url, key: project.secretKey })).close()
})

test('`check` says what is there, and fails on what is not', async () => {
  const { project } = await ownProject({ installed: false })
  const viaDoor = { SUPABASE_URL: project.url, SUPABASE_SECRET_KEY: project.secretKey }
  const direct = { DATABASE_URL: project.databaseUrl }
  for (const environment of [viaDoor, direct]) {
    const missing = await command(['check'], environment)
    expect(missing).toMatchObject({ code: 1, printed: '' })
    expect(missing.complained).toContain("schema 'pawl'")
  }
  expect((await command(['migrate'], direct)).printed).toMatch(
    /got journal, .*functions\. Its schema version is \d+/,
  )
  expect((await command(['migrate'], direct)).printed).toContain('was up to date')
  for (const environment of [viaDoor, direct]) {
    const found = await command(['check'], environment)
    expect(found).toMatchObject({ code: 0, complained: '' })
    expect(found.printed).not.toMatch(/testkit|sb_secret/)
  }
  expect(await command(['check'])).toMatchObject({ code: 1 })
})

test('what is not understood is answered with the usage', async () => {
  for (const words of [[], ['instal'], ['supabase'], ['sql', 'file'], ['migrate', '--now']]) {
    const { code, printed, complained } = await command(words)
    expect([code, printed]).toEqual([2, ''])
    expect(complained.length).toBeGreaterThan(10)
  }
  expect(await command(['--help'])).toMatchObject({ code: 0, complained: '' })
})

test('a folder that cannot be made is an error', () =>
  inFolder(async (folder) => {
    await writeFile(join(folder, 'file'), '')
    expect(await command(['supabase', join(folder, 'file')])).toMatchObject({ code: 1 })
  }))
