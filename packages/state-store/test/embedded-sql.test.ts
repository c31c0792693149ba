import { spawnSync } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { installFile } from '../src/command/sql-files.ts'
import { knownMigrations } from '../src/postgres/known-migrations.ts'
import { migrations } from '../src/postgres/migrations.ts'
import { inFolder } from './harness.ts'

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url))

test('what is published has the SQL in it, and reads no file', () =>
  inFolder(async (folder) => {
    await mkdir(join(folder, 'postgres'))
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--no-warnings', path('build/embed-sql.ts'), folder],
      {
        encoding: 'utf8',
      },
    )
    expect([status, stderr]).toEqual([0, ''])
    const built = (name: string) => import(pathToFileURL(join(folder, `postgres/${name}.js`)).href)
    expect((await built('migrations')).migrations()).toEqual(migrations())
    expect((await built('known-migrations')).knownMigrations()).toEqual(knownMigrations())
    for (const name of ['migrations', 'known-migrations'])
      expect(await readFile(join(folder, `postgres/${name}.js`), 'utf8')).not.toMatch(/^import/m)
    expect(await readFile(join(folder, 'install.sql'), 'utf8')).toBe(installFile(migrations()))
  }))

/** Every module that an entry loads, and what these import from elsewhere; types are not loaded. */
async function loadedBy(entry: string, embedded: readonly string[]) {
  const modules = new Set<string>()
  const packages = new Set<string>()
  const follow = async (file: string): Promise<void> => {
    if (modules.has(file)) return
    modules.add(file)
    if (embedded.some((name) => file.endsWith(name))) return
    const text = await readFile(file, 'utf8')
    for (const [, from] of text.matchAll(/^(?:import|export) (?!type)[^;]*? from '([^']+)'/gm)) {
      if (from!.startsWith('.')) await follow(join(dirname(file), from!))
      else packages.add(from!)
    }
  }
  await follow(path(entry))
  return { modules: [...modules], packages: [...packages].sort() }
}

test('the way over HTTPS needs nothing of Node, so that it runs at the edge', async () => {
  const embedded = ['postgres/migrations.ts', 'postgres/known-migrations.ts']
  const { modules, packages } = await loadedBy('src/supabase/index.ts', embedded)
  expect(modules.length).toBeGreaterThan(20)
  expect(packages).toEqual(['@supabase/supabase-js', 'rfc6902', 'uuid'])
})
