import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import type { TestProject } from 'vitest/node'
import { conformance } from '../src/conformance/index.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    readonly conformanceTally: string
  }
}

/** What became of the suite on one backend. */
export interface Tally {
  readonly executed: number
  /** Cases that this backend cannot run, by the reason. */
  readonly skipped: { readonly [reason: string]: number }
}

/** Told by the test file of each backend when it has run. */
export const report = (backend: string, tally: Tally): Promise<void> =>
  writeFile(join(inject('conformanceTally'), `${backend}.json`), JSON.stringify(tally))

/**
 * A `globalSetup` of vitest: prints at the end how many cases of the suite were executed on each backend, and fails the
 * run if one of them did not execute what the others did.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'pawl-tally-'))
  project.provide('conformanceTally', folder)
  return async () => {
    const files = (await readdir(folder)).sort()
    const unequal: string[] = []
    for (const file of files) {
      const backend = file.slice(0, -'.json'.length)
      const { executed, skipped } = JSON.parse(await readFile(join(folder, file), 'utf8')) as Tally
      const reasons = Object.entries(skipped).map(([reason, count]) => `, ${count} skipped: ${reason}`)
      console.log(
        `conformance on ${backend}: ${executed} of ${conformance.length} cases executed${reasons.join('')}`,
      )
      const left = Object.values(skipped).reduce((sum, count) => sum + count, 0)
      if (executed + left !== conformance.length) unequal.push(backend)
    }
    await rm(folder, { recursive: true, force: true })
    if (unequal.length > 0) throw new Error(`Cases are missing without a reason on ${unequal.join(', ')}.`)
  }
}
