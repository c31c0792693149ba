import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { migrate } from '@pawl/state-store/postgres'
import { type PostgresServer, startPostgres } from '@pawl/testkit/postgres'
import { startSupabase } from '@pawl/testkit/supabase'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Rehearsal } from '../src/demo/rehearse.ts'
import { wrongCitations } from './cited.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const repository = fileURLToPath(new URL('../../..', import.meta.url))
const run = promisify(execFile)

let postgres: PostgresServer
let standing: string
beforeAll(async () => {
  postgres = await startPostgres({ version: 18, superuser: 'supabase_admin' })
}, 60_000)
afterAll(() => postgres?.stop())
beforeEach(async () => {
  standing = await mkdtemp(join(tmpdir(), 'pawl-demo-'))
})
afterEach(() => rm(standing, { recursive: true, force: true }))

async function rehearseOn(environment: Readonly<Record<string, string>>) {
  const { DATABASE_URL: _, PAWL_DATABASE_URL: __, SUPABASE_URL: ___, ...env } = process.env
  const options = { cwd: standing, env: { ...env, ...environment, INIT_CWD: standing } }
  const { stdout, stderr } = await run(process.execPath, [MAIN, '--json'], options)
  return { ...(JSON.parse(stdout) as Rehearsal), stderr }
}

async function expectAllDone({ workflows }: Rehearsal): Promise<void> {
  const [audit, content, feature] = workflows
  expect(workflows.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed'])
  expect(audit!.resumedSteps).toBeGreaterThanOrEqual(2)
  expect(content!.rollbacks).toBe(1)
  expect(await wrongCitations(await readFile(content!.reports[0]!, 'utf8'), repository)).toEqual([])
  expect(feature!.reports).toHaveLength(1)
  // Nothing was kept in a file meanwhile.
  expect(await readdir(join(standing, '.pawl/demo'))).toEqual([])
}

it('keeps the runs in the Postgres that DATABASE_URL names', async () => {
  const rehearsal = await rehearseOn({ DATABASE_URL: postgres.url })
  expect(rehearsal.store).toMatch(/^postgres /)
  expect(rehearsal.stderr).toContain('(DATABASE_URL)')
  await expectAllDone(rehearsal)
}, 120_000)

it('keeps the runs in the Supabase project that SUPABASE_URL and SUPABASE_SECRET_KEY name', async () => {
  await using supabase = await startSupabase({ postgresUrl: postgres.url })
  // As an operator does once, with the project's connection string.
  await migrate({ connectionString: supabase.databaseUrl })
  const rehearsal = await rehearseOn({ SUPABASE_URL: supabase.url, SUPABASE_SECRET_KEY: supabase.secretKey })
  expect(rehearsal.stderr).toContain('(SUPABASE_URL and SUPABASE_SECRET_KEY)')
  await expectAllDone(rehearsal)
}, 120_000)
