import { loadAll } from 'js-yaml'
import {
  isObject,
  type LockedPackage,
  type LockfileRead,
  objectEntries,
  type PackageSource,
  sourceOf,
  splitDescriptor,
  text,
} from './locked-package.ts'

/** The oldest lockfile version whose keys have the form that this reads; pnpm 9 and later write it. */
const OLDEST = 9

interface Lines {
  readonly packages: ReadonlyMap<string, number>
  /** Lines of `version: link:…` and `version: file:…` under `importers`, by that text. */
  readonly links: ReadonlyMap<string, number>
}

/** Lines by pnpm's own layout (two spaces a level): js-yaml, which is the fast parser, keeps no positions. */
function linesOf(source: string): Lines {
  const packages = new Map<string, number>()
  const links = new Map<string, number>()
  let section = ''
  let line = 0
  for (const row of source.split('\n')) {
    line += 1
    section = /^([A-Za-z]\w*):/.exec(row)?.[1] ?? section
    const key = section === 'packages' ? /^ {2}(['"]?)(\S.*?)\1:\s*(\{|$)/.exec(row)?.[2] : undefined
    if (key !== undefined) packages.set(key.replaceAll("''", "'"), line)
    const link =
      section === 'importers' ? /^\s+version: (['"]?)((?:link|file):.*?)\1\s*$/.exec(row)?.[2] : undefined
    if (link !== undefined && !links.has(link)) links.set(link, line)
  }
  return { packages, links }
}

function sourceIn(resolution: Record<string, unknown>, name: string, rest: string): PackageSource {
  const repository = text(resolution.repo)
  if (repository !== undefined) return { kind: 'git', from: repository }
  const directory = text(resolution.directory)
  if (directory !== undefined) return { kind: 'path', path: directory }
  const tarball = text(resolution.tarball)
  return sourceOf(tarball ?? (/^[a-z+]+:/i.test(rest) ? rest : undefined), name)
}

/** A runtime (`node@runtime:24`) has one download per platform, each with its checksum. */
function integrityIn(resolution: Record<string, unknown>): string | undefined {
  const variants = resolution.variants
  if (!Array.isArray(variants)) return text(resolution.integrity)
  const inner = variants.map((variant) => (isObject(variant) ? variant.resolution : undefined))
  const all = inner.map((one) => (isObject(one) ? text(one.integrity) : undefined))
  return all.includes(undefined) ? undefined : all.join(' ')
}

function packageOf(key: string, entry: Record<string, unknown>, line: number | undefined): LockedPackage {
  const { name, rest } = splitDescriptor(key)
  const resolution = isObject(entry.resolution) ? entry.resolution : {}
  const source = sourceIn(resolution, name, rest)
  const needsNone = source.kind === 'path' || source.kind === 'git'
  return {
    name,
    version: text(entry.version) ?? rest,
    key,
    line,
    source,
    url: text(resolution.tarball),
    integrity: needsNone ? 'not-needed' : integrityIn(resolution),
    // pnpm 9 stopped writing it; the installed manifest says it then.
    installScript: typeof entry.requiresBuild === 'boolean' ? entry.requiresBuild : undefined,
    licence: undefined,
    installedAt: [],
  }
}

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const

/** What a project of the workspace links to: `link:../other` in its own directory. */
function linksOf(document: Record<string, unknown>, lines: Lines): LockedPackage[] {
  const found: LockedPackage[] = []
  for (const [importer, project] of objectEntries(document.importers)) {
    for (const [name, entry] of KINDS.flatMap((kind) => objectEntries(project[kind]))) {
      const version = text(entry.version) ?? ''
      if (!/^(link|file):/.test(version)) continue
      const source = sourceOf(version, name)
      if (source.kind !== 'path') continue
      found.push({
        name,
        version: '',
        key: `${importer} ${name}`,
        line: lines.links.get(version),
        source: {
          kind: 'path',
          path: source.path.startsWith('/') ? source.path : `${importer}/${source.path}`,
        },
        url: undefined,
        integrity: 'not-needed',
        installScript: false,
        licence: undefined,
        installedAt: [],
      })
    }
  }
  return found
}

/**
 * Reads `pnpm-lock.yaml`, version 9 (pnpm 9 and later), also with several documents in one file as pnpm 11 writes
 * it. Older versions are unsupported. Throws what js-yaml throws for text that is not YAML.
 * Format: https://github.com/pnpm/spec/tree/master/lockfile
 */
export function readPnpmLock(source: string): LockfileRead {
  const documents = loadAll(source).filter(isObject)
  if (documents.length === 0) return { ok: false, reason: 'broken', detail: 'not a YAML mapping' }
  const versions = documents.map((document) => Number.parseFloat(String(document.lockfileVersion)))
  if (versions.some(Number.isNaN)) return { ok: false, reason: 'broken', detail: 'it has no lockfileVersion' }
  if (versions.some((version) => version < OLDEST)) {
    return { ok: false, reason: 'unsupported', detail: `lockfileVersion ${versions.join(', ')}` }
  }
  const lines = linesOf(source)
  const packages = documents.flatMap((document) => [
    ...objectEntries(document.packages).map(([key, entry]) => packageOf(key, entry, lines.packages.get(key))),
    ...linksOf(document, lines),
  ])
  return { ok: true, packages }
}
