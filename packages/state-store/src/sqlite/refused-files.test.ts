import { createHash } from 'node:crypto'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { start } from '../../test/children/program.ts'
import { inFolder } from '../../test/harness.ts'
import { openSqliteStore } from './index.ts'

const hashOf = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

/** A store's file with one finished write in it. */
async function madeStore(path: string): Promise<void> {
  const store = await openSqliteStore({ path })
  for (let count = 0; count < 50; count++) await store.open({ type: 'letter', input: 'x'.repeat(500) })
  await store.close()
}

function withSql(path: string, sql: string): void {
  const db = new DatabaseSync(path)
  db.exec(sql)
  db.close()
}

interface Refused {
  readonly what: string
  readonly code: string
  readonly message: RegExp
  readonly make: (path: string) => Promise<void>
}

const REFUSED: readonly Refused[] = [
  {
    what: 'a SQLite file of another application',
    code: 'STORE_FOREIGN_FILE',
    message: /another application.*Let the store create the file, then add your tables to it/,
    make: async (path) => withSql(path, 'create table notes (text); insert into notes values (1)'),
  },
  {
    what: 'a SQLite file in WAL mode of another application',
    code: 'STORE_FOREIGN_FILE',
    message: /another application/,
    make: async (path) => withSql(path, 'pragma journal_mode = wal; create table notes (text)'),
  },
  {
    what: 'a SQLite file that names another application',
    code: 'STORE_FOREIGN_FILE',
    message: /another application/,
    make: async (path) => withSql(path, 'pragma application_id = 12345; create table notes (text)'),
  },
  {
    what: 'a file that is not SQLite',
    code: 'STORE_FOREIGN_FILE',
    message: /not a SQLite database/,
    make: (path) => writeFile(path, 'Dear Bea,\n'.repeat(1_000)),
  },
  {
    what: 'a store of a newer schema',
    code: 'STORE_NEWER_SCHEMA',
    message: /schema version 99.*Upgrade/s,
    make: async (path) => {
      await madeStore(path)
      withSql(path, 'pragma user_version = 99')
    },
  },
  {
    what: 'a store whose migration had other content',
    code: 'STORE_MIGRATION_DRIFT',
    message: /migration 1 \(journal\)/,
    make: async (path) => {
      await madeStore(path)
      withSql(path, "update migration set checksum = 'other'")
    },
  },
  {
    what: 'a store whose pages are damaged',
    code: 'STORE_CORRUPT',
    message: /restore a backup/,
    make: async (path) => {
      await madeStore(path)
      const bytes = await readFile(path)
      await writeFile(path, bytes.fill(0xa5, 4_096))
    },
  },
  {
    what: 'a store whose schema is damaged',
    code: 'STORE_CORRUPT',
    message: /restore a backup/,
    make: async (path) => {
      await madeStore(path)
      const bytes = await readFile(path)
      await writeFile(path, bytes.fill(0xa5, 100, 4_096))
    },
  },
]

for (const { what, code, message, make } of REFUSED) {
  test(`${what} is refused and left as it was`, () =>
    inFolder(async (folder) => {
      const path = join(folder, 'store.db')
      await make(path)
      const before = await hashOf(path)
      await expect(openSqliteStore({ path })).rejects.toMatchObject({
        code,
        retriable: false,
        message: expect.stringMatching(message),
      })
      expect(await hashOf(path)).toBe(before)
      await expect(openSqliteStore({ path })).rejects.toMatchObject({ code })
    }))
}

test('a folder is refused', () =>
  inFolder((folder) =>
    expect(openSqliteStore({ path: folder })).rejects.toMatchObject({ code: 'STORE_UNREADABLE' }),
  ))

test('a path through a file is refused', () =>
  inFolder(async (folder) => {
    await writeFile(join(folder, 'file'), 'x')
    const path = join(folder, 'file', 'store.db')
    await expect(openSqliteStore({ path })).rejects.toMatchObject({ code: 'STORE_UNREADABLE' })
  }))

test('an empty file and folders that are missing are welcome', () =>
  inFolder(async (folder) => {
    await writeFile(join(folder, 'empty.db'), '')
    for (const path of [join(folder, 'empty.db'), join(folder, 'a', 'b', 'store.db')]) await madeStore(path)
  }))

test('options that make no sense are refused before anything is made', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'a', 'store.db')
    const wrong = [
      { namespace: '' },
      { durability: 'Disk' as 'disk' },
      { busyTimeoutMs: -1 },
      { maxFileBytes: 0.5 },
      { limits: { maxDepth: 0 } },
    ]
    for (const options of wrong) {
      await expect(openSqliteStore({ path, ...options })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    }
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' })
  }))

const onUnix = test.skipIf(process.platform === 'win32')

/** Opens as a user whom the permission bits bind; resolves to what came of it. */
async function openAsNobody(path: string): Promise<string | undefined> {
  const child = start('open-as-nobody', { path })
  expect(await child.ended).toEqual({ code: 0, stderr: '' })
  return child.lines[0]
}

onUnix('a file that may not be written to is refused and left as it was', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'store.db')
    await madeStore(path)
    await chmod(folder, 0o777)
    await chmod(path, 0o444)
    const before = await hashOf(path)
    expect(await openAsNobody(path)).toBe('STORE_READ_ONLY')
    expect(await hashOf(path)).toBe(before)
    await chmod(path, 0o666)
    expect(await openAsNobody(path)).toBe('opened')
  }),
)

onUnix('a folder that may not be written to is refused', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'store.db')
    await madeStore(path)
    await chmod(path, 0o666)
    await chmod(folder, 0o555)
    const before = await hashOf(path)
    expect(await openAsNobody(path)).toBe('STORE_READ_ONLY')
    expect(await openAsNobody(join(folder, 'new.db'))).toBe('STORE_READ_ONLY')
    expect(await openAsNobody(join(folder, 'sub', 'new.db'))).toBe('STORE_UNREADABLE')
    expect(await hashOf(path)).toBe(before)
    await chmod(folder, 0o755)
  }),
)

onUnix('a file that may not be read is refused', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'store.db')
    await madeStore(path)
    await chmod(folder, 0o777)
    await chmod(path, 0o222)
    expect(await openAsNobody(path)).toBe('STORE_UNREADABLE')
  }),
)
