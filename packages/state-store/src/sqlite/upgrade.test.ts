import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { inFolder, type OpenStore } from '../../test/harness.ts'
import { expectTheSameAnswers, RELEASES, runBeside, sqlOf } from '../../test/releases/kept.ts'
import { conformance } from '../conformance/index.ts'
import { createStore } from '../store/create-store.ts'
import { openSqliteStore } from './index.ts'
import { MemoryEngine } from './memory-engine.ts'
import { openDatabase } from './open-database.ts'

const SCHEMA = "select type, name, sql from sqlite_master where name not like 'sqlite_%' order by type, name"

function schemaOf(path: string): readonly unknown[] {
  const db = new DatabaseSync(path, { readOnly: true })
  const rows = db.prepare(SCHEMA).all()
  db.close()
  return rows
}

/** A file without a thread of its own, which costs more than most cases. */
const openHere =
  (path: string): OpenStore =>
  async ({ namespace = 'default', ...options } = {}) => {
    const session = { path, namespace, durability: 'process', busyTimeoutMs: 0, maxFileBytes: null } as const
    return createStore(new MemoryEngine(session), { namespace, ...options })
  }

/** A file as the release left it. */
const inFileOf = (release: string, use: (path: string) => Promise<void>): Promise<void> =>
  inFolder(async (folder) => {
    const path = join(folder, 'store.db')
    const db = new DatabaseSync(path)
    db.exec(sqlOf(release, 'sqlite'))
    db.close()
    await use(path)
  })

describe.for(RELEASES)('a file of release %s', (release) => {
  test('answers after the upgrade as it did before', () =>
    inFileOf(release, (path) =>
      expectTheSameAnswers(release, (options) => openSqliteStore({ path, ...options })),
    ))

  test('has the schema of a new file', () =>
    inFileOf(release, async (path) => {
      openDatabase({ path, durability: 'disk', busyTimeoutMs: 0, maxFileBytes: null }).close()
      const fresh = join(path, '..', 'fresh.db')
      openDatabase({ path: fresh, durability: 'disk', busyTimeoutMs: 0, maxFileBytes: null }).close()
      expect(schemaOf(path)).toEqual(schemaOf(fresh))
    }))

  test(
    `stands beside all ${conformance.length} cases of the suite, and answers as before`,
    {
      timeout: 300_000,
    },
    () =>
      inFileOf(release, async (path) => {
        const inThread: OpenStore = (options) => openSqliteStore({ path, ...options })
        for (const [number, one] of conformance.entries()) {
          await runBeside(one, number, one.needs === undefined ? openHere(path) : inThread)
        }
        await expectTheSameAnswers(release, inThread)
      }),
  )
})
