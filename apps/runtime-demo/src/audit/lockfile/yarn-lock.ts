import { parseSyml } from '@yarnpkg/parsers'
import {
  type LockedPackage,
  type LockfileRead,
  objectEntries,
  type PackageSource,
  sourceOf,
  splitDescriptor,
  text,
} from './locked-package.ts'

type Entry = Record<string, unknown>

/** The line of every entry, by its whole heading and by each descriptor in it. */
function headingLines(source: string): Map<string, number> {
  const lines = new Map<string, number>()
  let line = 0
  for (const row of source.split('\n')) {
    line += 1
    const heading = /^([^\s#].*):\s*$/.exec(row)?.[1]
    if (heading === undefined) continue
    const descriptors = heading.split(',').map((part) => part.trim().replace(/^"|"$/g, ''))
    for (const key of [heading.replace(/^"|"$/g, ''), ...descriptors])
      if (!lines.has(key)) lines.set(key, line)
  }
  return lines
}

/** Yarn 2 and later: `resolution` is `name@protocol:rest`. */
function berrySource(name: string, rest: string): PackageSource {
  if (rest.startsWith('npm:') || rest.startsWith('patch:')) return { kind: 'registry' }
  if (/^(workspace|link|portal|file):/.test(rest)) {
    return { kind: 'path', path: decodeURIComponent(rest.replace(/^[a-z]+:/, '').replace(/(#|::).*$/, '')) }
  }
  return /#commit=/.test(rest) ? { kind: 'git', from: rest } : sourceOf(rest, name)
}

function berryPackage(key: string, entry: Entry, line: number | undefined): LockedPackage {
  const { name, rest } = splitDescriptor(text(entry.resolution) ?? key)
  const source = berrySource(name, rest)
  // Yarn leaves the checksum out of what it fetches on some platforms only, and of what is not an archive.
  const needsNone = source.kind === 'path' || source.kind === 'git' || entry.conditions !== undefined
  return {
    name,
    version: text(entry.version) ?? '',
    key,
    line,
    source,
    url: /^https?:/.test(rest) ? rest : undefined,
    integrity: needsNone ? 'not-needed' : text(entry.checksum),
    installScript: undefined,
    licence: undefined,
    installedAt: [`node_modules/${name}`],
  }
}

function classicName(key: string): string {
  const { name, rest } = splitDescriptor(key)
  return rest.startsWith('npm:') ? splitDescriptor(rest.slice('npm:'.length)).name : name
}

function classicPackage(key: string, entry: Entry, line: number | undefined): LockedPackage {
  const name = classicName(key)
  const resolved = text(entry.resolved)
  const { rest } = splitDescriptor(key)
  const source = sourceOf(resolved ?? (/^(file|link):/.test(rest) ? rest : undefined), name)
  const sha1 = /#[0-9a-f]{40}$/.test(resolved ?? '') ? 'sha1-in-url' : undefined
  const needsNone = source.kind === 'path' || source.kind === 'git'
  return {
    name,
    version: text(entry.version) ?? '',
    key,
    line,
    source,
    url: resolved,
    integrity: needsNone ? 'not-needed' : (text(entry.integrity) ?? sha1),
    installScript: undefined,
    licence: undefined,
    installedAt: [`node_modules/${name}`],
  }
}

/**
 * Reads `yarn.lock` of Yarn 1 and of Yarn 2 and later. Several descriptors of one package give one package.
 * Throws what the parser throws for broken text (a merge conflict, for instance).
 */
export function readYarnLock(source: string): LockfileRead {
  const lines = headingLines(source)
  const entries = objectEntries(parseSyml(source))
  const isBerry = entries.some(([key]) => key === '__metadata')
  const packages = new Map<string, LockedPackage>()
  for (const [key, entry] of entries) {
    if (key === '__metadata') continue
    const found = (isBerry ? berryPackage : classicPackage)(key, entry, lines.get(key))
    const identity = JSON.stringify([found.name, found.version, found.source])
    if (!packages.has(identity)) packages.set(identity, found)
  }
  return { ok: true, packages: [...packages.values()] }
}
