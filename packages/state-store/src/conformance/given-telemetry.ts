import assert from 'node:assert/strict'
import type { StateStore } from '../contract/store.ts'
import type { LogRecord } from '../contract/telemetry.ts'

// What the cases of telemetry have in common.

/** The lines of a store, oldest first, once all have left. */
export async function linesOf(store: StateStore): Promise<readonly LogRecord[]> {
  await store.telemetry.flush()
  return (await store.telemetry.logs({ order: 'oldest', limit: 1_000 })).items
}

export const messagesOf = async (store: StateStore): Promise<readonly string[]> =>
  (await linesOf(store)).map(({ message }) => message)

/** A frozen clock is no reason for a line to have no age: it waited some milliseconds. */
export function isAbout(at: number | undefined, expected: number): void {
  assert.ok(at !== undefined && at <= expected && at > expected - 30_000, `${at} is about ${expected}`)
}

export async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 15_000
  while (!(await holds())) {
    assert.ok(Date.now() < end, what)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
