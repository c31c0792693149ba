import { postgresUrl } from '@pawl/testkit/postgres/vitest'
import { afterEach, expect, test, vi } from 'vitest'
import { inFolder } from '../test/harness.ts'
import { openStateStore, type StateStoreConfig } from './open-state-store.ts'

afterEach(() => vi.unstubAllEnvs())

const environment = (pawl: string | undefined, other: string | undefined) => {
  vi.stubEnv('PAWL_DATABASE_URL', pawl)
  vi.stubEnv('DATABASE_URL', other)
}

async function opened(config?: StateStoreConfig): Promise<string> {
  await using store = await openStateStore(config)
  expect(store.location).not.toContain('testkit')
  return store.engine
}

test('without a configuration or a variable it is SQLite', () =>
  inFolder(async (folder) => {
    environment(undefined, undefined)
    expect(await opened({ path: `${folder}/store.db` })).toBe('sqlite')
    expect(await opened({ engine: 'sqlite', path: ':memory:' })).toBe('sqlite')
  }))

test.for(['PAWL_DATABASE_URL', 'DATABASE_URL'])('%s names a Postgres database', async (name) => {
  environment(undefined, undefined)
  vi.stubEnv(name, postgresUrl(18))
  expect(await opened()).toBe('postgres')
  expect(await opened({ engine: 'postgres', namespace: 'other' })).toBe('postgres')
})

test("Pawl's own variable goes before the common one", async () => {
  environment(postgresUrl(18), 'mysql://elsewhere')
  expect(await opened()).toBe('postgres')
})

test('a configuration goes before the variables', async () => {
  environment('postgresql://nobody@127.0.0.1:1/none', undefined)
  expect(await opened({ path: ':memory:' })).toBe('sqlite')
  expect(await opened({ engine: 'sqlite', path: ':memory:' })).toBe('sqlite')
  expect(await opened({ connectionString: postgresUrl(18) })).toBe('postgres')
})

test('a variable that is no Postgres address is an error that names it and keeps its value', async () => {
  environment(undefined, 'mysql://root:secret@elsewhere/db')
  const error = await openStateStore().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' })
  expect(String(error)).toContain('DATABASE_URL')
  expect(String(error)).not.toContain('secret')
})

test('Postgres without an address is an error', async () => {
  environment(undefined, undefined)
  await expect(openStateStore({ engine: 'postgres' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  await expect(openStateStore({ engine: 'mysql' } as unknown as StateStoreConfig)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  })
})
