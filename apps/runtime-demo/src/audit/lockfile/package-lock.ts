import { printParseErrorCode, visit } from 'jsonc-parser'
import { readLicence } from './licence-field.ts'
import {
  isObject,
  type LockedPackage,
  type LockfileRead,
  objectEntries,
  type PackageSource,
  sourceOf,
  text,
} from './locked-package.ts'

const FOLDER = 'node_modules/'

/** The line of every key of `packages`. */
function packageLines(source: string): Map<string, number> {
  const lines = new Map<string, number>()
  visit(source, {
    onObjectProperty: (property, _offset, _length, startLine, _character, pathSupplier) => {
      const path = pathSupplier()
      if (path.length === 1 && path[0] === 'packages') lines.set(property, startLine + 1)
    },
  })
  return lines
}

function nameFromKey(key: string): string {
  const at = key.lastIndexOf(FOLDER)
  return at < 0 ? key : key.slice(at + FOLDER.length)
}

function isLink(entry: Record<string, unknown>): boolean {
  return entry.link === true
}

function sourceIn(entry: Record<string, unknown>, resolved: string | undefined, name: string): PackageSource {
  if (isLink(entry)) return { kind: 'path', path: resolved ?? '.' }
  return sourceOf(resolved, name)
}

function packageOf(key: string, entry: Record<string, unknown>, line: number | undefined): LockedPackage {
  const name = text(entry.name) ?? nameFromKey(key)
  const resolved = text(entry.resolved)
  const source = sourceIn(entry, resolved, name)
  const needsNone = source.kind === 'path' || source.kind === 'git' || entry.inBundle === true
  return {
    name,
    version: text(entry.version) ?? '',
    key,
    line,
    source,
    url: isLink(entry) ? undefined : resolved,
    integrity: needsNone ? 'not-needed' : text(entry.integrity),
    installScript: entry.hasInstallScript === true,
    licence: readLicence(entry),
    installedAt: [key],
  }
}

/** Where JSON stops being JSON. The engine's own message would quote the file. */
function firstError(source: string): { detail: string; line?: number } {
  let found: { detail: string; line: number } | undefined
  visit(source, {
    onError: (error, _offset, _length, startLine) => {
      found ??= { detail: printParseErrorCode(error), line: startLine + 1 }
    },
  })
  return found ?? { detail: 'not JSON' }
}

function parseJson(source: string): { readonly document: unknown } | undefined {
  try {
    return { document: JSON.parse(source) }
  } catch {
    return undefined
  }
}

/**
 * Reads `package-lock.json` and `npm-shrinkwrap.json`, versions 2 and 3 (npm 7 and later). Version 1 has no
 * `packages` and is unsupported. Format: https://docs.npmjs.com/cli/configuring-npm/package-lock-json
 */
export function readPackageLock(source: string): LockfileRead {
  const parsed = parseJson(source)
  if (parsed === undefined) return { ok: false, reason: 'broken', ...firstError(source) }
  const { document } = parsed
  if (!isObject(document)) return { ok: false, reason: 'broken', detail: 'not a JSON object' }
  const version = document.lockfileVersion
  if (version !== 2 && version !== 3) {
    return {
      ok: false,
      reason: 'unsupported',
      detail: `lockfileVersion ${JSON.stringify(version) ?? 'missing'}`,
    }
  }
  if (!isObject(document.packages))
    return { ok: false, reason: 'broken', detail: 'it has no "packages" object' }
  const lines = packageLines(source)
  // Keys outside node_modules are the project itself and its workspaces.
  const entries = objectEntries(document.packages).filter(([key]) => key.includes(FOLDER))
  return { ok: true, packages: entries.map(([key, entry]) => packageOf(key, entry, lines.get(key))) }
}
