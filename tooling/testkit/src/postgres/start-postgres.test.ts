import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import pg from 'pg'
import { expect, test } from 'vitest'
import type { PostgresVersion } from './keeper-messages.ts'
import { startPostgres } from './start-postgres.ts'

async function ask(url: string, question: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return Object.values((await client.query(question)).rows[0])[0]
  } finally {
    await client.end()
  }
}

const refused = (url: string) => expect(ask(url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })

test.for<PostgresVersion>([15, 18])(
  'Postgres %i starts, makes databases and stops',
  { timeout: 60_000 },
  async (version) => {
    const server = await startPostgres({ version })
    expect(Math.floor(Number(await ask(server.url, 'show server_version_num')) / 10_000)).toBe(version)
    const url = await server.createDatabase('one')
    expect(await ask(url, 'select current_database()')).toBe('one')
    expect(await ask(url, 'show server_encoding')).toBe('UTF8')
    await server.stop()
    await server.stop()
    await refused(url)
  },
)

test('the server goes when the process that wanted it is killed', async () => {
  const program = `
    import { startPostgres } from ${JSON.stringify(new URL('./start-postgres.ts', import.meta.url).href)}
    console.log((await startPostgres()).url)
    setInterval(() => {}, 1_000)`
  const child = spawn(
    process.execPath,
    ['--no-warnings', '--experimental-strip-types', '--input-type=module', '-e', program],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const url = String(line).trim()
  expect(await ask(url, 'select 1')).toBe(1)
  child.kill('SIGKILL')
  await expect
    .poll(
      () =>
        refused(url).then(
          () => 'gone',
          () => 'there',
        ),
      { timeout: 20_000 },
    )
    .toBe('gone')
}, 60_000)
