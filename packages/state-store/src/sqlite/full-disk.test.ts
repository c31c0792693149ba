import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inFolder } from '../../test/harness.ts'
import type { Commit } from '../contract/commit.ts'
import type { StateStore } from '../contract/store.ts'
import { openSqliteStore } from './index.ts'

const claimFor = { worker: 'anna', leaseMs: 60_000 }

async function heldRun(store: StateStore): Promise<(version: number, payload: string) => Commit> {
  const { runId, fence } = await store.open({ type: 'letter', input: null, claimFor })
  return (version, payload) => ({
    runId,
    worker: 'anna',
    fence: fence ?? 0,
    version,
    entries: [{ kind: 'step_completed', step: `s${version}`, payload }],
  })
}

test('a full disk refuses what does not fit, loses nothing, and the same commit is accepted later', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'store.db')
    const small = await openSqliteStore({ path, maxFileBytes: 400_000 })
    const [filling, other] = [await heldRun(small), await heldRun(small)]
    let version = 2
    const big = 'x'.repeat(50_000)
    const full = await (async () => {
      for (;;) {
        const error: unknown = await small.commit(filling(version, big)).then(
          () => undefined,
          (thrown: unknown) => thrown,
        )
        if (error !== undefined) return error
        version += 1
      }
    })()
    expect(full).toMatchObject({ code: 'STORE_FULL', retriable: true })
    expect(version).toBeGreaterThan(3)

    // What still fits is written, also beside what does not.
    const [refused, accepted] = await Promise.allSettled([
      small.commit(filling(version, big)),
      small.commit(other(2, 'small')),
    ])
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'STORE_FULL' } })
    expect(accepted).toMatchObject({ status: 'fulfilled', value: { ok: true, version: 2 } })
    const journal = await small.journal({ runId: filling(1, '').runId })
    expect(journal.map((entry) => entry.version)).toEqual(
      Array.from({ length: version - 1 }, (_, i) => i + 1),
    )
    await small.close()

    const roomy = await openSqliteStore({ path })
    expect(await roomy.commit(filling(version, big))).toMatchObject({ ok: true, version })
    expect(await roomy.commit(other(2, 'small'))).toMatchObject({ ok: true, version: 2 })
    await roomy.close()
  }))
