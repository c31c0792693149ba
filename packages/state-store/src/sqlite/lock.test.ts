import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { inFolder } from '../../test/harness.ts'
import { openSqliteStore } from './index.ts'

/** Takes the write lock as another program would, and gives it back when told. */
function holdLock(path: string): () => void {
  const db = new DatabaseSync(path)
  db.exec('begin immediate')
  return () => {
    db.exec('rollback')
    db.close()
  }
}

test("another program's lock blocks neither the event loop nor the commit for good", () =>
  inFolder(async (folder) => {
    const path = join(folder, 'store.db')
    const store = await openSqliteStore({ path })
    const release = holdLock(path)
    let ticks = 0
    const ticking = setInterval(() => ticks++, 5)
    const opened = store.open({ type: 'letter', input: 1 })
    let settled = false
    void opened.then(() => {
      settled = true
    })
    await pause(400)
    expect(settled).toBe(false)
    // 80 fit in; a blocked loop has one or two.
    expect(ticks).toBeGreaterThan(10)
    release()
    expect(await opened).toMatchObject({ created: true })
    clearInterval(ticking)
    await store.close()
  }))

test('a lock that is held too long is STORE_BUSY for the whole batch, after one wait', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'store.db')
    const store = await openSqliteStore({ path, busyTimeoutMs: 150 })
    const release = holdLock(path)
    const began = performance.now()
    const asked = Array.from({ length: 50 }, () => store.open({ type: 'letter', input: 1 }))
    for (const outcome of await Promise.allSettled(asked)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'STORE_BUSY', retriable: true } })
    }
    expect(performance.now() - began).toBeLessThan(6_000)
    release()
    expect(await store.open({ type: 'letter', input: 1 })).toMatchObject({ created: true })
    await store.close()
  }))

test('reading goes on while another program writes', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'store.db')
    const store = await openSqliteStore({ path })
    const { runId } = await store.open({ type: 'letter', input: 1 })
    const release = holdLock(path)
    expect(await store.run(runId)).toMatchObject({ version: 1 })
    release()
    await store.close()
  }))

test('closing does not wait for a reader of another program', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'store.db')
    const store = await openSqliteStore({ path })
    const { runId } = await store.open({ type: 'letter', input: 1 })
    const reader = new DatabaseSync(path, { readOnly: true })
    reader.exec('begin')
    reader.prepare('select count(*) from run').get()
    const began = performance.now()
    await store.close()
    // A busy timeout that was waited for would be 10 seconds.
    expect(performance.now() - began).toBeLessThan(8_000)
    reader.close()
    const again = await openSqliteStore({ path })
    expect(await again.run(runId)).toMatchObject({ version: 1 })
    await again.close()
  }))
