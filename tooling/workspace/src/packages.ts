// `npm run packages [-- <package>...]`: what a user gets from npm, tried in an empty project for each package.

import { join } from 'node:path'
import { createConsumer, tryExample, tryRootImport } from './consumer.ts'
import { type PackedPackage, packAll } from './pack.ts'
import { inScratch } from './scratch.ts'
import { runSteps, type Step } from './steps.ts'

const ok = await inScratch(async (folder) => {
  const all = await packAll(folder)
  return runSteps(
    all.map((packed) => trial(packed, all, folder)),
    process.argv.slice(2),
  )
})
process.exitCode = ok ? 0 : 1

function trial(packed: PackedPackage, all: readonly PackedPackage[], folder: string): Step {
  const project = join(folder, packed.name)
  return {
    name: packed.name,
    run: async () => {
      await createConsumer(project, packed, all)
      return (await tryRootImport(project, packed)) ?? (await tryExample(project, packed))
    },
  }
}
