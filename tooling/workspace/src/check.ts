// `npm run check [-- <step>...]`: all that can be said about the code without running it.

import { capture } from './command.ts'
import { type PackedPackage, packAll } from './pack.ts'
import { inScratch } from './scratch.ts'
import { runSteps, type Step } from './steps.ts'
import { tarballProblems } from './tarball-rules.ts'

const ok = await inScratch((folder) => runSteps(steps(folder), process.argv.slice(2)))
process.exitCode = ok ? 0 : 1

function steps(folder: string): Step[] {
  let packing: Promise<PackedPackage[]> | undefined
  const eachPacked = (inspect: (packed: PackedPackage) => Promise<string[]>) => async () => {
    packing ??= packAll(folder)
    const problems = (await Promise.all((await packing).map(inspect))).flat()
    return problems.length === 0 ? undefined : problems.join('\n')
  }
  return [
    tool('format-and-lint', 'biome', ['check', '--error-on-warnings', '--max-diagnostics=100']),
    tool('types', 'tsc', ['-p', 'tsconfig.check.json']),
    tool('boundaries', 'depcruise', ['packages', 'apps', 'tooling', '--config', '.dependency-cruiser.cjs']),
    tool('dead-code', 'knip', ['--treat-config-hints-as-errors']),
    {
      name: 'tarballs',
      run: eachPacked(async ({ name, manifest, files }) =>
        tarballProblems(manifest, files).map((problem) => `${name} ${problem}.`),
      ),
    },
    { name: 'publint', run: eachPacked(({ tarball }) => complaint('publint', [tarball, '--strict'])) },
    { name: 'attw', run: eachPacked(({ tarball }) => complaint('attw', [tarball, '--profile', 'esm-only'])) },
  ]
}

function tool(name: string, command: string, args: readonly string[]): Step {
  return { name, run: async () => (await complaint(command, args)).join('\n') || undefined }
}

async function complaint(command: string, args: readonly string[]): Promise<string[]> {
  const { ok: satisfied, output } = await capture(command, args)
  return satisfied ? [] : [output || `${command} failed and said nothing.`]
}
