import type { Manifest } from './workspace.ts'

const required = ['package.json', 'README.md', 'LICENSE']
const unwanted = /\.test\.|\.tsbuildinfo$|(^|\/)(node_modules|\.turbo|coverage)\//

/**
 * What is wrong with a tarball that publint and attw do not look at: protocols that only this workspace understands,
 * exports that point at sources, files that are missing or have no business there.
 *
 * @param manifest The manifest inside the tarball.
 * @param files The paths in the tarball, relative to the package.
 * @returns One sentence per problem.
 */
export function tarballProblems(manifest: Manifest, files: readonly string[]): string[] {
  const ranges = Object.entries({
    ...manifest.dependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
  })
  return [
    ...ranges
      .filter(([, range]) => /^(workspace|catalog|file|link):/.test(range))
      .map(([name, range]) => `depends on ${name} at "${range}", which npm does not understand`),
    ...exportTargets(manifest.exports)
      .filter((target) => target !== './package.json' && !target.startsWith('./dist/'))
      .map((target) => `exports ${target}, which is not built`),
    ...required.filter((file) => !files.includes(file)).map((file) => `has no ${file}`),
    ...files.filter((file) => unwanted.test(file)).map((file) => `contains ${file}`),
  ]
}

function exportTargets(exports: unknown): string[] {
  if (typeof exports === 'string') return [exports]
  return typeof exports === 'object' && exports !== null ? Object.values(exports).flatMap(exportTargets) : []
}
