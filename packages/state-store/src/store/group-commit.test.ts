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

const commitOf = (runId: string, sent = 0): WriteOperation => ({
  op: 'commit',
  runId,
  worker: 'anna',
  fence: 1,
  version: 2,
  entries: [],
  status: 'running',
  readyInMs: null,
  waitsFor: null,
  inboxSeen: 0,
  progress: true,
  sent,
  maxEntries: 10,
  maxBytes: 10,
})

test('a confirmation joins a commit of its run; without one it travels beside few, and not beside many', async () => {
  const { batches, ...database } = engine()
  const write = async (operations: readonly WriteOperation[]) => {
    batches.push(operations)
    return operations.map((): Outcome => ({ ok: true, value: { ok: true } }))
  }
  const writes = new GroupCommit({ ...database, write }, 60_000)
  writes.confirm('a', 3)
  writes.confirm('a', 1)
  writes.confirm('b', 5)
  await Promise.all([writes.add(commitOf('a')), writes.add(commitOf('c'))])
  expect(batches).toEqual([[commitOf('a', 3), commitOf('c'), { op: 'confirm', runId: 'b', version: 5 }]])
  writes.confirm('a', 4)
  writes.confirm('b', 6)
  const many = Array.from({ length: 50 }, (_one, index) => commitOf(index === 7 ? 'a' : `r${index}`))
  await Promise.all(many.map((one) => writes.add(one)))
  expect(batches[1]).toEqual(many.map((one) => (one === many[7] ? commitOf('a', 4) : one)))
  await writes.close()
  expect(batches[2]).toEqual([{ op: 'confirm', runId: 'b', version: 6 }])
})

test('a confirmation that nothing takes along leaves by itself', async () => {
  vi.useFakeTimers()
  const database = engine()
  const writes = new GroupCommit(database, 250)
  writes.confirm('r', 1)
  await vi.advanceTimersByTimeAsync(249)
  expect(database.batches).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(database.batches).toEqual([[confirm(1)]])
  vi.useRealTimers()
})

test('a confirmation outlives the refusal of the commit that it joined', async () => {
  const { batches, ...database } = engine()
  const write = async (operations: readonly WriteOperation[]) => {
    batches.push(operations)
    return operations.map((): Outcome => ({ ok: true, value: { ok: false, reason: 'stale_fence' } }))
  }
  const writes = new GroupCommit({ ...database, write }, 60_000)
  writes.confirm('r', 1)
  await writes.add(commitOf('r'))
  await writes.close()
  expect(batches).toEqual([[commitOf('r', 1)], [confirm(1)]])
})

test('confirmations that are overdue travel some at a time, and riders are not held up by them', async () => {
  vi.useFakeTimers()
  const { batches, ...database } = engine()
  const write = async (operations: readonly WriteOperation[]) => {
    batches.push(operations)
    return operations.map((): Outcome => ({ ok: true, value: { ok: true } }))
  }
  const writes = new GroupCommit({ ...database, write }, 250)
  for (let run = 0; run < 250; run++) writes.confirm(`old${run}`, 1)
  const commits = Array.from({ length: 150 }, (_one, run) => commitOf(`r${run}`))
  // Asked for in another order than the commits leave.
  for (const { runId } of commits.toReversed() as readonly { runId: string }[]) {
    writes.later({ runId, board: () => ({ op: 'confirm', runId, version: 9 }) })
  }
  // The time of the confirmations comes while a batch is about to leave.
  const written = Promise.all(commits.map((one) => writes.add(one)))
  vi.advanceTimersByTime(250)
  await written
  await vi.runAllTimersAsync()
  const kinds = batches.map((batch) => {
    const old = batch.filter((one) => 'runId' in one && one.runId?.startsWith('old')).length
    return { commits: batch.filter(({ op }) => op === 'commit').length, old, all: batch.length }
  })
  for (const { old } of kinds) expect(old).toBeLessThanOrEqual(100)
  expect(kinds.reduce((sum, { old }) => sum + old, 0)).toBe(250)
  // Whoever rides about a run is there no later than a commit of it.
  for (const [at, batch] of batches.entries()) {
    const upToHere = batches.slice(0, at + 1).flat()
    for (const one of batch) {
      if (one.op !== 'commit') continue
      expect(
        upToHere.some(({ op, ...rest }) => op === 'confirm' && 'runId' in rest && rest.runId === one.runId),
      ).toBe(true)
    }
  }
  vi.useRealTimers()
})
