import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('../test/children/without-drivers.ts', import.meta.url))

function withoutDrivers(words: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const { stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', program, ...words], {
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
    timeout: 20_000,
  })
  return stdout + stderr
}

const database = { DATABASE_URL: 'postgresql://127.0.0.1:1/none' }
const project = { SUPABASE_URL: 'http://127.0.0.1:1', SUPABASE_SECRET_KEY: 'k' }

test('a driver that is not installed is named, with the command that installs it', () => {
  for (const words of [[], ['check']]) {
    expect(withoutDrivers(words, database)).toContain('npm install pg')
    expect(withoutDrivers(words, project)).toContain('npm install @supabase/supabase-js')
  }
  expect(withoutDrivers([], database)).toMatch(/^INVALID_ARGUMENT /)
  expect(withoutDrivers(['migrate'], database)).toContain('npm install pg')
})

test('the SQL is printed without any driver', () => {
  expect(withoutDrivers(['sql'])).toContain('do $pawl$')
})
