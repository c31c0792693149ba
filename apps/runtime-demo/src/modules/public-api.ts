import { join, posix } from 'node:path'
import { z } from 'zod'
import { type Citation, cite } from '../citation/citation.ts'
import { readText } from '../tree/read-text.ts'
import type { ModuleGraph } from './module-graph.ts'
import type { Repository } from './read-modules.ts'

/** A package of the repository, and the modules that others import it by. */
export interface Package {
  /** The folder of its package.json, `.` for the repository itself. */
  readonly folder: string
  readonly name: string
  readonly scripts: Readonly<Record<string, string>>
  /** Modules by the specifier that leads to them, such as `@pawl/runtime/testing`. */
  readonly entries: ReadonlyMap<string, string>
}

/** A name as users of a package write it, and the line that gives it to them. */
export interface PublicName {
  readonly specifier: string
  readonly name: string
  readonly citation: Citation
}

/** By module and exported name: how users get it. */
export type PublicApi = ReadonlyMap<string, ReadonlyMap<string, PublicName>>

const manifestSchema = z.object({
  name: z.string().optional().catch(undefined),
  main: z.string().optional().catch(undefined),
  module: z.string().optional().catch(undefined),
  types: z.string().optional().catch(undefined),
  exports: z.unknown().optional(),
  scripts: z.record(z.string(), z.string()).optional().catch(undefined),
})

const MAX_MANIFEST_BYTES = 1024 * 1024
const MAX_DEPTH = 20

/** Every file that an `exports` field may lead to, by its subpath. */
function targetsOf(exports: unknown, subpath = '.', depth = 0): [subpath: string, file: string][] {
  if (typeof exports === 'string') return [[subpath, exports]]
  if (typeof exports !== 'object' || exports === null || depth > 5) return []
  return Object.entries(exports).flatMap(([key, value]) =>
    targetsOf(value, key.startsWith('.') ? key : subpath, depth + 1),
  )
}

/** The source of what is published: `dist/a.js` is built from `src/a.ts`, mostly. */
function sourcesOf(file: string): string[] {
  const plain = posix.normalize(file)
  const bare = plain.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, '')
  const inSource = bare.replace(/^(?:dist|lib|build|out|esm|cjs)(?:\/(?:esm|cjs))?\//, 'src/')
  const endings = ['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.jsx']
  return [plain, ...[inSource, bare].flatMap((stem) => endings.map((ending) => `${stem}${ending}`))]
}

function packageOf(text: string, folder: string, graph: ModuleGraph): Package | undefined {
  let manifest: z.output<typeof manifestSchema>
  try {
    manifest = manifestSchema.parse(JSON.parse(text))
  } catch {
    // A manifest that is none names no package.
    return undefined
  }
  const { name = folder, main, module, types, exports, scripts = {} } = manifest
  const files = [main ?? 'index.js', module, types].filter((file) => file !== undefined)
  const targets = exports === undefined ? files.map((file) => ['.', file] as const) : targetsOf(exports)
  const entries = new Map<string, string>()
  for (const [subpath, file] of targets) {
    const specifier = posix.join(name, subpath)
    const found = sourcesOf(file)
      .map((source) => posix.join(folder, source))
      .find((path) => graph.modules.has(path))
    if (found !== undefined && !entries.has(specifier)) entries.set(specifier, found)
  }
  return { folder, name, scripts, entries }
}

/** Reads the manifests of a repository; those that are none are left out. */
export async function readPackages({ root, manifests }: Repository, graph: ModuleGraph): Promise<Package[]> {
  const packages: Package[] = []
  for (const path of manifests) {
    const read = await readText(join(root, path), MAX_MANIFEST_BYTES)
    const found = read.ok ? packageOf(read.text, posix.dirname(path), graph) : undefined
    if (found !== undefined) packages.push(found)
  }
  return packages
}

/** The package that a module belongs to: that of the innermost folder. */
export function packageAround(packages: readonly Package[], path: string): Package | undefined {
  const around = packages.filter(({ folder }) => folder === '.' || path.startsWith(`${folder}/`))
  return around.reduce<Package | undefined>(
    (inner, one) => (one.folder.length > (inner?.folder.length ?? -1) || inner?.folder === '.' ? one : inner),
    undefined,
  )
}

/** A name on its way from an entry of a package to the module that declares it. */
interface Sought {
  readonly specifier: string
  /** What users call it; nothing for all names as they are. */
  readonly as: string | undefined
  /** The line of the entry that hands it on. */
  readonly via: Citation | undefined
}

class ApiReader {
  readonly api = new Map<string, Map<string, PublicName>>()
  readonly #graph: ModuleGraph

  constructor(graph: ModuleGraph) {
    this.#graph = graph
  }

  /** Follows `wanted`, or all with `*`, from a module to where it is declared. */
  follow(path: string, wanted: string, sought: Sought, depth = 0): void {
    const module = this.#graph.modules.get(path)
    if (module === undefined || depth > MAX_DEPTH) return
    for (const { name, citation } of module.exports) {
      if (wanted === '*' || name === wanted) this.#add(path, name, sought, citation)
    }
    for (const { specifier, line, name, as } of module.handsOn) {
      if (wanted !== '*' && as !== '*' && as !== wanted) continue
      const edges = this.#graph.imports.get(path) ?? []
      const to = edges.find((edge) => edge.specifier === specifier)?.to
      if (to === undefined) continue
      const via = sought.via ?? cite(path, module.lines, line)
      const known = sought.as ?? (as === '*' ? undefined : as)
      this.follow(to, name === '*' ? wanted : name, { ...sought, as: known, via }, depth + 1)
    }
  }

  #add(path: string, name: string, { specifier, as, via }: Sought, own: Citation): void {
    const names = this.api.get(path) ?? new Map<string, PublicName>()
    if (!names.has(name)) names.set(name, { specifier, name: as ?? name, citation: via ?? own })
    this.api.set(path, names)
  }
}

/** Follows the names that packages give to others from their entries to the modules that declare them. */
export function publicApi(packages: readonly Package[], graph: ModuleGraph): PublicApi {
  const reader = new ApiReader(graph)
  for (const { entries } of packages) {
    for (const [specifier, path] of entries)
      reader.follow(path, '*', { specifier, as: undefined, via: undefined })
  }
  return reader.api
}
