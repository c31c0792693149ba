import { readdir, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { readText } from '../../tree/read-text.ts'
import { readLicence } from './licence-field.ts'
import { isObject, type LockedPackage, text } from './locked-package.ts'

/** What an installed package's own manifest adds to the lockfile. */
export interface InstalledManifest {
  readonly licence: string | undefined
  readonly installScript: boolean
}

/** Finds the manifest of a locked package; nothing when it is not installed in the audited tree. */
export type FindManifest = (locked: LockedPackage) => Promise<InstalledManifest | undefined>

const MAX_MANIFEST_BYTES = 1024 * 1024
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'] as const

/** A lockfile is not trusted: only real paths below the audited root are read, whatever names and links say. */
async function readInside(root: string, path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path)
    if (!real.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)) return undefined
    const read = await readText(real, MAX_MANIFEST_BYTES)
    return read.ok ? read.text : undefined
  } catch {
    return undefined
  }
}

function parseManifest(source: string, locked: LockedPackage): InstalledManifest | undefined {
  try {
    const manifest: unknown = JSON.parse(source)
    if (!isObject(manifest)) return undefined
    if (locked.version !== '' && text(manifest.version) !== locked.version) return undefined
    const scripts = isObject(manifest.scripts) ? manifest.scripts : {}
    return {
      licence: readLicence(manifest),
      installScript: INSTALL_SCRIPTS.some((name) => text(scripts[name]) !== undefined),
    }
  } catch {
    return undefined
  }
}

/** pnpm's virtual store: `node_modules/.pnpm/<name with + for />@<version>[_peers]/node_modules/<name>`. */
async function readVirtualStore(directory: string): Promise<ReadonlyMap<string, string>> {
  const store = join(directory, 'node_modules', '.pnpm')
  const names = await readdir(store).catch((): string[] => [])
  const byPackage = new Map<string, string>()
  for (const name of names.sort()) {
    const identity = /^(@?[^@]+@[^_(]+)/.exec(name)?.[1]
    if (identity !== undefined && !byPackage.has(identity)) byPackage.set(identity, name)
  }
  return byPackage
}

/** A finder for the packages of one lockfile in `directory` (absolute), inside the real directory `root`. */
export async function manifestFinder(root: string, directory: string): Promise<FindManifest> {
  const store = await readVirtualStore(directory)
  return async (locked) => {
    const folder = store.get(`${locked.name.replaceAll('/', '+')}@${locked.version}`)
    const inStore = folder === undefined ? [] : [`node_modules/.pnpm/${folder}/node_modules/${locked.name}`]
    for (const place of [...locked.installedAt, ...inStore]) {
      const source = await readInside(root, join(directory, place, 'package.json'))
      const manifest = source === undefined ? undefined : parseManifest(source, locked)
      if (manifest !== undefined) return manifest
    }
    return undefined
  }
}
