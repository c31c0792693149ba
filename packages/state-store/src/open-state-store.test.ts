import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { postgresUrl } from '@pawl/testkit/postgres/vitest'
import { expect, test, vi } from 'vitest'
import { inFolder } from '../test/harness.ts'
import { ownProject } from '../test/supabase.ts'
import type { StateStoreConfig } from './choose-store.ts'
import { openStateStore } from './open-state-store.ts'

const { project } = await ownProject()
const VARIABLES = ['SUPABASE_URL', 'SUPABASE_SECRET_KEY', 'SUPABASE_SERVICE_ROLE_KEY']

/** Opens with these variables alone; returns the store's engine and what it said of itself. */
async function opened(environment: Readonly<Record<string, string>>, config: StateStoreConfig = {}) {
  for (const name of [...VARIABLES, 'PAWL_DATABASE_URL', 'DATABASE_URL']) vi.stubEnv(name, environment[name])
  const lines: string[] = []
  try {
    await using store = await openStateStore({ ...config, log: (line) => lines.push(line) })
    const { runId } = await store.open({ type: 'letter', input: 1 })
    expect(await store.run(runId)).toMatchObject({ type: 'letter' })
    expect(lines.length).toBe(1)
    expect(lines[0]).toContain(store.location)
    expect(lines[0]).not.toMatch(/testkit|sb_secret|eyJ/)
    return `${store.engine}: ${lines[0]}`
  } finally {
    vi.unstubAllEnvs()
  }
}

test('without a configuration or a variable it is a file in .pawl', () =>
  inFolder(async (folder) => {
    expect(await opened({}, { path: `${folder}/store.db` })).toContain('(as configured)')
    const program = `
      import { openStateStore } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
      for (const _ of [1, 2]) await (await openStateStore()).close()
      await (await openStateStore({ path: ':memory:' })).close()`
    const env = { PATH: process.env.PATH }
    const options = { cwd: folder, env, encoding: 'utf8', timeout: 20_000 } as const
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', program], options)
    // Said once, on the error output, and not of a store that was configured.
    expect(child.stderr.trim()).toMatch(
      /^Pawl: the state store is .*[/\\]\.pawl[/\\]store\.db \(the environment names no database\)\.$/,
    )
    expect(child.stdout).toBe('')
  }))

test.for(['PAWL_DATABASE_URL', 'DATABASE_URL'])('%s names a Postgres database', async (name) => {
  expect(await opened({ [name]: postgresUrl(18) })).toMatch(`postgres: Pawl: the state store is postgres://`)
  const other: StateStoreConfig = { engine: 'postgres', namespace: 'other' }
  expect(await opened({ [name]: postgresUrl(18) }, other)).toContain(`(${name})`)
})

test.for(['SUPABASE_SECRET_KEY', 'SUPABASE_SERVICE_ROLE_KEY'] as const)(
  'SUPABASE_URL and %s name a project, before any database',
  async (name) => {
    const key = name === 'SUPABASE_SECRET_KEY' ? project.secretKey : project.serviceRoleKey
    const nowhere = 'postgresql://nobody@127.0.0.1:1/none'
    expect(await opened({ SUPABASE_URL: project.url, [name]: key, DATABASE_URL: nowhere })).toContain(
      `${project.url} (SUPABASE_URL and ${name})`,
    )
  },
)

test('a configuration goes before the variables', async () => {
  const environment = { PAWL_DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' }
  expect(await opened(environment, { path: ':memory:' })).toContain('sqlite')
  expect(await opened(environment, { connectionString: postgresUrl(18) })).toContain('postgres')
  expect(await opened(environment, { url: project.url, key: project.secretKey })).toContain(project.url)
})

test('half of a pair is an error that names the other half', async () => {
  await expect(opened({ SUPABASE_URL: project.url })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('SUPABASE_SECRET_KEY'),
  })
  await expect(opened({ SUPABASE_SERVICE_ROLE_KEY: project.serviceRoleKey })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.not.stringContaining(project.serviceRoleKey),
  })
})
