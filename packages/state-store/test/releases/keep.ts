import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { startPostgres } from '@pawl/testkit/postgres'
import type { HarnessOptions } from '../../src/conformance/index.ts'
import type { StateStore } from '../../src/contract/store.ts'
import { openPostgresStore } from '../../src/postgres/index.ts'
import { openSqliteStore } from '../../src/sqlite/index.ts'
import { answersOf, linesOf } from './answers.ts'
import { dumpPostgres, dumpSqlite } from './dump.ts'
import { ASKED_AT, NAMESPACES, tell } from './story.ts'

// Keeps the data of a release for the upgrade tests of the next ones: `pnpm --filter @pawl/state-store release-data
// 0.2.0` writes test/releases/0.2.0. Run it on the very sources that were released, once, and never edit what it wrote.

async function written(open: (options: HarnessOptions) => Promise<StateStore>): Promise<readonly string[]> {
  const lines: string[] = []
  for (const options of NAMESPACES) {
    const store = await open(options)
    await tell(store)
    await store.close()
  }
  for (const options of NAMESPACES) {
    const store = await open(options)
    await store.setTestClock(ASKED_AT)
    lines.push(...linesOf(await answersOf(store)))
    await store.close()
  }
  return lines
}

const version = process.argv[2] ?? ''
if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error('Give the version of the release, such as 0.2.0.')
const scratch = await mkdtemp(join(tmpdir(), 'pawl-release-'))
await using server = await startPostgres({ version: 15 })
const path = join(scratch, 'store.db')
const connectionString = await server.createDatabase('release')
const answers = await written((options) => openSqliteStore({ path, ...options }))
const others = await written((options) => openPostgresStore({ connectionString, ...options }))
const differs = answers.findIndex((line, index) => line !== others[index])
if (differs >= 0 || answers.length !== others.length) {
  throw new Error(`The engines differ:\n${answers[differs]}\n${others[differs]}`)
}
const folder = fileURLToPath(new URL(`./${version}/`, import.meta.url))
await mkdir(folder)
await writeFile(join(folder, 'sqlite.sql'), dumpSqlite(path))
await writeFile(join(folder, 'postgres.sql'), await dumpPostgres(connectionString))
await writeFile(join(folder, 'answers.jsonl'), `${answers.join('\n')}\n`)
await rm(scratch, { recursive: true })
console.log(`${folder}: ${answers.length} answers`)
