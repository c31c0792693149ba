import { CrewError } from '../crew-error.ts'
import { printable, quoted } from '../report/printable.ts'
import { readText } from '../tree/read-text.ts'
import { resolveRoot } from '../tree/root.ts'
import { firstSkips, type Skip } from '../tree/skip.ts'
import { walkTree } from '../tree/walk.ts'
import type { Module } from './module.ts'
import { loadModuleParser } from './parse-module.ts'
import { isModule } from './source-kind.ts'

/** How much is read. Sizes are in bytes. */
export interface ModuleLimits {
  readonly maxFileBytes: number
  readonly maxModules: number
  readonly maxBytes: number
}

/** The modules of a repository, and the manifests of its packages. */
export interface Repository {
  /** The real, absolute path. */
  readonly root: string
  readonly modules: readonly Module[]
  /** Paths of its package.json files. */
  readonly manifests: readonly string[]
  readonly skips: readonly Skip[]
}

/**
 * Reads every module of JavaScript and TypeScript below `path` that .gitignore does not name, in the byte order of
 * their paths, within the limits; links are never followed. Throws `NOTHING_TO_READ` if there is none, what
 * `resolveRoot` throws, and the signal's reason.
 */
export async function readModules(
  path: string,
  limits: ModuleLimits,
  signal: AbortSignal,
): Promise<Repository> {
  const root = await resolveRoot(path)
  const parse = await loadModuleParser()
  const modules: Module[] = []
  const manifests: string[] = []
  const skips: Skip[] = []
  let bytes = 0
  for await (const item of walkTree(root, { gitignore: true, signal })) {
    if (item.kind === 'skip' && (item.skip.reason !== 'symlink' || isModule(item.skip.path)))
      skips.push(item.skip)
    if (item.kind !== 'file') continue
    if (/(^|\/)package\.json$/.test(item.path)) manifests.push(item.path)
    if (!isModule(item.path)) continue
    if (modules.length >= limits.maxModules || bytes >= limits.maxBytes) {
      skips.push({ path: item.path, reason: 'over-limit', detail: `${modules.length} modules were read` })
      continue
    }
    const read = await readText(item.absolute, limits.maxFileBytes)
    if (!read.ok) {
      skips.push({ path: item.path, reason: read.reason, detail: read.detail })
      continue
    }
    bytes += item.size
    const parsed = parse(item.path, read.text)
    if (parsed.ok) modules.push(parsed.module)
    else skips.push({ path: item.path, reason: 'unparsable', detail: printable(parsed.detail, 200) })
  }
  if (modules.length === 0) throw nothingToRead(path, skips)
  return { root, modules, manifests, skips }
}

function nothingToRead(path: string, skips: readonly Skip[]): CrewError {
  return new CrewError(
    'NOTHING_TO_READ',
    `there is no TypeScript or JavaScript module to read in ${quoted(path)}${firstSkips(skips)}: ` +
      'name a repository with source code; dist and node_modules are not read',
  )
}
