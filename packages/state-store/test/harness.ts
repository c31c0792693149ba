import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConformanceCase, HarnessOptions, StoreHarness } from '../src/conformance/index.ts'
import type { StateStore } from '../src/contract/store.ts'
import { openSqliteStore } from '../src/sqlite/index.ts'

/** Makes a new folder for one case, and takes it away afterwards. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'pawl-store-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export type OpenStore = (options?: HarnessOptions) => Promise<StateStore>

/** Runs a case with stores that are closed afterwards, whatever became of it. */
export async function runCase(one: ConformanceCase, open: OpenStore): Promise<void> {
  const opened: StateStore[] = []
  const harness: StoreHarness = {
    async open(options) {
      const store = await open(options)
      opened.push(store)
      return store
    },
  }
  try {
    await one.run(harness)
  } finally {
    await Promise.all(opened.map((store) => store.close()))
  }
}

export const runOnFile = (one: ConformanceCase): Promise<void> =>
  inFolder((folder) =>
    runCase(one, (options) => openSqliteStore({ path: join(folder, 'store.db'), ...options })),
  )

/** `:memory:` cannot open the same data again: a second store would be empty. */
export const runInMemory = (one: ConformanceCase): Promise<void> =>
  runCase(one, (options) => openSqliteStore({ path: ':memory:', ...options }))
