import { expect, test, vi } from 'vitest'
import type { Outcome } from '../engine/engine.ts'
import type { WriteOperation } from '../engine/writes.ts'
import { GroupCommit } from './group-commit.ts'

const confirm = (version: number): WriteOperation => ({ op: 'confirm', runId: 'r', version })
const release: WriteOperation = { op: 'release', worker: 'anna' }

/** An engine that answers each operation with its place in the batch. */
function engine() {
  const batches: (readonly WriteOperation[])[] = []
  let broken: Error | undefined
  return {
    batches,
    keepsOrder: true,
    breakWith(error: Error) {
      broken = error
    },
    async write(operations: readonly WriteOperation[]): Promise<readonly Outcome[]> {
      batches.push(operations)
      if (broken !== undefined) throw broken
      return operations.map((_, index): Outcome => ({ ok: true, value: index }))
    },
  }
}

test('a rider boards when a batch leaves, and is told what became of it', async () => {
  const database = engine()
  const writes = new GroupCommit(database, 60_000)
  const left = vi.fn()
  let version = 1
  writes.later({ board: () => confirm(version), left })
  writes.later({ board: () => undefined, left: () => expect.unreachable() })
  writes.later({ board: () => confirm(7), left })
  version = 2
  await writes.add(release)
  expect(database.batches).toEqual([[release, confirm(2), confirm(7)]])
  expect(left.mock.calls).toEqual([[{ ok: true, value: 1 }], [{ ok: true, value: 2 }]])
})

test('a rider without anything to send makes no batch', async () => {
  const database = engine()
  const writes = new GroupCommit(database, 0)
  writes.later({ board: () => undefined })
  await writes.drained()
  await writes.close()
  expect(database.batches).toEqual([])
})

test('riders of a batch that failed are told', async () => {
  const database = engine()
  const error = new Error('no')
  database.breakWith(error)
  const writes = new GroupCommit(database, 60_000)
  const left = vi.fn()
  writes.later({ board: () => confirm(1), left })
  await expect(writes.add(release)).rejects.toBe(error)
  expect(left).toHaveBeenCalledWith({ ok: false, error })
})

test('what rides leaves with the closing', async () => {
  const database = engine()
  const writes = new GroupCommit(database, 60_000)
  writes.later({ board: () => confirm(1) })
  await writes.close()
  writes.later({ board: () => confirm(2) })
  await writes.drained()
  expect(database.batches).toEqual([[confirm(1)]])
})
