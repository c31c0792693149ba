import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStateStore, type StateStore, type StateStoreConfig } from '@pawl/state-store'
import { afterEach } from 'vitest'
import { createRuntime, type Runtime, type RuntimeOptions } from '../src/index.ts'

const closing: (() => unknown)[] = []

// Newest first: runtimes go before the stores that they stand on, and those before their folders.
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** An initialized runtime on a store in memory, unless options say otherwise; shut down after the test. */
export async function start(options: RuntimeOptions = {}): Promise<Runtime> {
  const runtime = createRuntime({ stateStore: { path: ':memory:' }, ...options })
  closing.push(() => runtime.shutdown({ grace: 0 }))
  await runtime.initialize()
  return runtime
}

/** A store of the test's own, in memory unless a path is given; closed after the test. */
export async function openStore(config: StateStoreConfig = { path: ':memory:' }): Promise<StateStore> {
  const store = await openStateStore(config)
  closing.push(() => store.close())
  return store
}

/** A file for a store, in a folder that is removed after the test. */
export function storeFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-runtime-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'store.db')
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits until the condition holds, 5 seconds at most unless told otherwise. */
export async function until(
  condition: () => unknown,
  what = 'the condition',
  withinMs = 5_000,
): Promise<void> {
  const end = Date.now() + withinMs
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`${what} did not come true`)
    await pause(5)
  }
}

export interface Gate {
  readonly opened: Promise<void>
  open(): void
}

/** A promise that a test resolves. */
export function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}

/** A promise's rejection as a value; fails if it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<Thrown> {
  try {
    await promise
  } catch (error) {
    return error as Thrown
  }
  throw new Error('it did not reject')
}

export interface Thrown extends Error {
  readonly code: string
  readonly failure: { readonly message: string; readonly code?: string; readonly step?: string }
}

/** The kinds and steps of a run's journal, such as `step_completed a`. */
export async function journalOf(runtime: Runtime, runId: string): Promise<string[]> {
  const { items } = await runtime.getStateHistory(runId)
  return items.map(({ kind, step }) => (step === null ? kind : `${kind} ${step}`))
}

/** A store whose asynchronous methods pass through `around`, which may delay, refuse or repeat them. */
export function wrapStore(
  store: StateStore,
  around: (method: keyof StateStore, call: () => Promise<unknown>) => Promise<unknown>,
): StateStore {
  return new Proxy(store, {
    get(target, name: keyof StateStore) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      const bound = value.bind(target)
      if (name === 'watch' || name === 'confirm') return bound
      return (...given: unknown[]) => around(name, () => bound(...given))
    },
  })
}
