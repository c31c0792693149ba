import { dirname, join, relative, sep } from 'node:path'
import type { NapiResolveOptions } from 'oxc-resolver'
import type { Imported, Module } from './module.ts'
import type { Repository } from './read-modules.ts'

/** One module mentions another. */
export interface Edge {
  readonly from: string
  readonly to: string
  readonly specifier: string
  readonly line: number
  readonly isTypeOnly: boolean
  readonly names: readonly string[]
}

/** Who imports whom. Paths are relative to the repository. */
export interface ModuleGraph {
  readonly modules: ReadonlyMap<string, Module>
  /** What each module imports of the repository, in the order of its lines. */
  readonly imports: ReadonlyMap<string, readonly Edge[]>
  /** Who imports each module, in the order of their paths. */
  readonly importedBy: ReadonlyMap<string, readonly Edge[]>
  /** Packages and built-in modules that each module imports. */
  readonly externals: ReadonlyMap<string, readonly string[]>
  /** Relative imports that lead nowhere. */
  readonly unresolved: readonly { readonly from: string; readonly line: number; readonly specifier: string }[]
}

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.d.ts', '.js', '.jsx', '.mjs', '.cjs', '.json']

/** The file that a specifier in a file leads to; nothing where it leads nowhere. Paths are absolute. */
type Resolve = (file: string, specifier: string) => string | undefined

/** How TypeScript resolves: `./a.js` may be written for `./a.ts`. */
const OPTIONS: NapiResolveOptions = {
  extensions: EXTENSIONS,
  extensionAlias: {
    '.js': ['.ts', '.tsx', '.d.ts', '.js', '.jsx'],
    '.jsx': ['.tsx', '.jsx'],
    '.mjs': ['.mts', '.mjs'],
    '.cjs': ['.cts', '.cjs'],
  },
  conditionNames: ['import', 'require', 'node', 'default', 'types'],
  builtinModules: true,
}

/** With the tsconfig.json around a file, or without one that cannot be read: what it extends may not be installed. */
async function loadResolver(): Promise<Resolve> {
  const { ResolverFactory } = await import('oxc-resolver')
  const resolver = new ResolverFactory({ ...OPTIONS, tsconfig: 'auto' })
  const plain = new ResolverFactory(OPTIONS)
  return (file, specifier) => {
    const { path, error } = resolver.resolveFileSync(file, specifier)
    return error !== undefined && /tsconfig/i.test(error) ? plain.sync(dirname(file), specifier).path : path
  }
}

/** `@scope/name` or `name` of what a bare specifier names. */
const packageOf = (specifier: string): string => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier

class GraphBuilder {
  readonly #repository: Repository
  readonly #resolveFile: Resolve
  readonly #modules: ReadonlyMap<string, Module>

  constructor(repository: Repository, resolve: Resolve) {
    this.#repository = repository
    this.#resolveFile = resolve
    this.#modules = new Map(repository.modules.map((module) => [module.path, module]))
  }

  build(): ModuleGraph {
    const imports = new Map<string, readonly Edge[]>()
    const externals = new Map<string, readonly string[]>()
    const unresolved: ModuleGraph['unresolved'][number][] = []
    for (const module of this.#repository.modules) {
      const edges: Edge[] = []
      const packages = new Set<string>()
      for (const imported of module.imports) {
        const to = this.#resolve(module.path, imported)
        if (to !== undefined) edges.push(edgeOf(module.path, to, imported))
        else if (!imported.specifier.startsWith('.')) packages.add(packageOf(imported.specifier))
        else if (!/\.(json|css|svg|png|node|wasm)$/.test(imported.specifier))
          unresolved.push({ from: module.path, line: imported.line, specifier: imported.specifier })
      }
      imports.set(module.path, edges)
      externals.set(module.path, [...packages].sort())
    }
    const importedBy = Map.groupBy([...imports.values()].flat(), ({ to }) => to)
    return { modules: this.#modules, imports, importedBy, externals, unresolved }
  }

  /** The module of the repository that a specifier leads to, by the tsconfig.json around the module that has it. */
  #resolve(from: string, { specifier }: Imported): string | undefined {
    const path = this.#resolveFile(join(this.#repository.root, from), specifier)
    if (path === undefined) return undefined
    const to = relative(this.#repository.root, path).split(sep).join('/')
    return this.#modules.has(to) && to !== from ? to : undefined
  }
}

const edgeOf = (from: string, to: string, imported: Imported): Edge => ({ from, to, ...imported })

/** Resolves every import of a repository. Loads oxc's resolver, which is native. */
export async function buildGraph(repository: Repository): Promise<ModuleGraph> {
  return new GraphBuilder(repository, await loadResolver()).build()
}

/** All modules that import a module, directly or by way of others; without itself and, if asked for, without tests. */
export function reachOf(graph: ModuleGraph, path: string, counts: (module: Module) => boolean): string[] {
  const reached = new Set([path])
  const queue = [path]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const { from } of graph.importedBy.get(next) ?? []) {
      if (reached.has(from) || !counts(graph.modules.get(from)!)) continue
      reached.add(from)
      queue.push(from)
    }
  }
  reached.delete(path)
  return [...reached].sort()
}

/** A shortest way from a module back to itself; nothing if there is none. Imports of types alone make no cycle. */
export function cycleThrough(graph: ModuleGraph, path: string): string[] | undefined {
  const cameFrom = new Map<string, string>()
  const queue = [path]
  for (const at of queue) {
    for (const { to, isTypeOnly } of graph.imports.get(at) ?? []) {
      if (isTypeOnly) continue
      if (to === path) {
        const way = [path]
        for (let back = at; back !== path; back = cameFrom.get(back)!) way.unshift(back)
        return [path, ...way]
      }
      if (cameFrom.has(to)) continue
      cameFrom.set(to, at)
      queue.push(to)
    }
  }
  return undefined
}
