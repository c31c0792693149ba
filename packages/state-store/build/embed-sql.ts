// Runs after `tsc -b`, before the package is packed: puts the SQL where programs find it that are bundled into one file
// or run where there are no files, and makes the one file for people. Takes another folder than `dist` for a test.

import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { installFile } from '../src/command/sql-files.ts'
import { knownMigrations } from '../src/postgres/known-migrations.ts'
import { migrations } from '../src/postgres/migrations.ts'

const folder = process.argv[2] ?? fileURLToPath(new URL('../dist/', import.meta.url))
const dist = (path: string) => join(folder, path)

embed('postgres/migrations', 'migrations', migrations())
embed('postgres/known-migrations', 'knownMigrations', knownMigrations())
writeFileSync(dist('install.sql'), installFile(migrations()))

/** Replaces a built module by one that has the answer of its only function in it. */
function embed(module: string, name: string, answer: unknown): void {
  const text = JSON.stringify(answer, undefined, 2)
  writeFileSync(dist(`${module}.js`), `const answer = ${text}\nexport const ${name} = () => answer\n`)
  rmSync(dist(`${module}.js.map`), { force: true })
}
