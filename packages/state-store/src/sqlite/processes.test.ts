import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { start } from '../../test/children/program.ts'
import { inFolder } from '../../test/harness.ts'
import { openSqliteStore } from './index.ts'
import { MIGRATIONS } from './migrations/index.ts'

test(
  'three processes open a new file at once and share its runs; nothing is lost',
  { timeout: 180_000 },
  () =>
    inFolder(async (folder) => {
      const path = join(folder, 'store.db')
      const plan = { path, runs: 60, share: 20, steps: 10, at: Date.now() + 1_500 }
      const workers = ['anna', 'bob', 'cleo'].map((worker) => start('share-the-work', { ...plan, worker }))
      const ends = await Promise.all(workers.map((worker) => worker.ended))
      for (const end of ends) expect(end).toEqual({ code: 0, stderr: '' })

      const claimed = workers.flatMap((worker) => worker.lines)
      expect(claimed).toHaveLength(60)
      expect(new Set(claimed).size).toBe(60)

      const store = await openSqliteStore({ path })
      const { items } = await store.runs({ limit: 1_000 })
      expect(items).toHaveLength(60)
      for (const run of items) {
        expect(run).toMatchObject({ status: 'completed', version: 11, fence: 1 })
        const journal = await store.journal({ runId: run.runId })
        expect(new Set(journal.slice(1).map((entry) => entry.payload)).size).toBe(1)
      }
      await store.close()
      const db = new DatabaseSync(path, { readOnly: true })
      expect(db.prepare('select count(*) as count from migration').get()).toEqual({
        count: MIGRATIONS.length,
      })
      db.close()
    }),
)

for (const acknowledged of [1, 60, 400]) {
  test(`kill -9 after ${acknowledged} commits: every acknowledged one is there`, { timeout: 180_000 }, () =>
    inFolder(async (folder) => {
      const path = join(folder, 'store.db')
      const child = start('commit-forever', { path, runs: 8 })
      await child.printed(acknowledged)
      child.kill()
      expect((await child.ended).stderr).toBe('')
      expect(child.lines.length).toBeGreaterThanOrEqual(acknowledged)
      const last = new Map<string, number>()
      for (const line of child.lines) {
        const [runId, version] = line.split(' ')
        if (runId !== undefined && version !== undefined) last.set(runId, Number(version))
      }
      const store = await openSqliteStore({ path })
      for (const [runId, version] of last) {
        const journal = await store.journal({ runId })
        expect(journal.length).toBeGreaterThanOrEqual(version)
        expect(journal.map((entry) => entry.version)).toEqual(journal.map((_, index) => index + 1))
        expect(await store.run(runId)).toMatchObject({ version: journal.length, status: 'running' })
      }
      await store.close()
    }),
  )
}

test('an open store alone does not keep a program alive', () =>
  inFolder(async (folder) => {
    const child = start('leave-open', { path: join(folder, 'store.db') })
    const end = await Promise.race([
      child.ended,
      new Promise((resolve) => setTimeout(resolve, 20_000, 'still alive')),
    ])
    child.kill()
    expect(end).toEqual({ code: 0, stderr: '' })
    expect(child.lines).toHaveLength(1)
    const store = await openSqliteStore({ path: join(folder, 'store.db') })
    expect(await store.run(child.lines[0] ?? '')).toMatchObject({ version: 1 })
    await store.close()
  }))

test('importing the root loads no database and prints nothing', async () => {
  const child = start('import-the-root', null)
  const end = await child.ended
  const [root, engine] = child.lines
  expect(root).not.toMatch(/sqlite|worker_threads|NativeModule fs\b/)
  expect(engine).toMatch(/NativeModule sqlite/)
  expect(end.code).toBe(0)
  // Node 22 warns of node:sqlite itself, which the second line has loaded.
  if (Number(process.versions.node.split('.')[0]) >= 24) expect(end.stderr).toBe('')
})
