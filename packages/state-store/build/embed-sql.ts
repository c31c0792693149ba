// Runs after `tsc -b`, before the package is packed: puts the SQL where programs find it that are bundled into one file
// or run where there are no files, and makes the one file for people.

import { rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { installFile } from '../src/command/sql-files.ts'
import { knownMigrations } from '../src/postgres/known-migrations.ts'
import { migrations } from '../src/postgres/migrations.ts'

const dist = (path: string) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url))

embed('postgres/migrations', 'migrations', migrations())
embed('postgres/known-migrations', 'knownMigrations', knownMigrations())
writeFileSync(dist('install.sql'), installFile(migrations()))

/** Replaces a built module by one that has the answer of its only function in it. */
function embed(module: string, name: string, answer: unknown): void {
  const text = JSON.stringify(answer, undefined, 2)
  writeFileSync(dist(`${module}.js`), `const answer = ${text}\nexport const ${name} = () => answer\n`)
  rmSync(dist(`${module}.js.map`), { force: true })
}
