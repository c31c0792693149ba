import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { RotateResult } from '../engine/writes.ts'
import { Rotation } from './rotation.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const HOUR = 3_600_000

/** A rotation whose looks are counted and find what they are told. */
function rotating(keeping: { keepLogsMs: number | null; keepSamplesMs: number | null }) {
  const looks: unknown[] = []
  let found: RotateResult = { logs: 0, samples: 0 }
  const rotation = new Rotation(keeping, ({ board, left }) => {
    const operation = board()
    if (operation === undefined) return
    looks.push(operation)
    left?.({ ok: true, value: found })
  })
  return {
    rotation,
    looks,
    finds(result: RotateResult) {
      found = result
    },
  }
}

test('looks about once an hour, from the first hour on', async () => {
  const { rotation, looks } = rotating({ keepLogsMs: 1, keepSamplesMs: null })
  await vi.advanceTimersByTimeAsync(HOUR)
  expect(looks[0]).toEqual({ op: 'rotate', keepLogsMs: 1, keepSamplesMs: null, limit: 500 })
  await vi.advanceTimersByTimeAsync(20 * HOUR)
  expect(looks.length).toBeGreaterThan(12)
  expect(looks.length).toBeLessThan(42)
  rotation.close()
})

test('looks once after the first rows that were written', async () => {
  const { rotation, looks } = rotating({ keepLogsMs: 1, keepSamplesMs: 1 })
  rotation.written()
  rotation.written()
  await vi.advanceTimersByTimeAsync(0)
  rotation.written()
  await vi.advanceTimersByTimeAsync(100)
  expect(looks.length).toBe(1)
  rotation.close()
})

test('goes on at once while there is more', async () => {
  const { rotation, looks, finds } = rotating({ keepLogsMs: 1, keepSamplesMs: 1 })
  finds({ logs: 3, samples: 500 })
  rotation.written()
  await vi.advanceTimersByTimeAsync(200)
  expect(looks.length).toBe(5)
  finds({ logs: 0, samples: 499 })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(looks.length).toBe(6)
  rotation.close()
})

test('what is kept for ever is never looked for', async () => {
  const { rotation, looks } = rotating({ keepLogsMs: null, keepSamplesMs: null })
  rotation.written()
  await vi.advanceTimersByTimeAsync(10 * HOUR)
  expect(looks).toEqual([])
  rotation.close()
})

test('stops when the store is closed', async () => {
  const { rotation, looks } = rotating({ keepLogsMs: 1, keepSamplesMs: 1 })
  rotation.close()
  rotation.written()
  await vi.advanceTimersByTimeAsync(10 * HOUR)
  expect([looks.length, vi.getTimerCount()]).toEqual([0, 0])
})
