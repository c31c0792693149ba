import { globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** The root of the workspace, as an absolute path. */
export const root = resolve(import.meta.dirname, '../../..')

/** What this tooling reads of a package.json. */
export type Manifest = {
  name: string
  version: string
  private?: boolean
  scripts?: Record<string, string>
  exports?: unknown
  dependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

/** One package of the workspace: its folder (absolute) and its manifest as it stands in the source tree. */
export type WorkspacePackage = { folder: string; manifest: Manifest }

/** Every package of the workspace, ordered by folder. */
export function workspacePackages(): WorkspacePackage[] {
  return globSync(['packages/*/package.json', 'apps/*/package.json', 'tooling/*/package.json'], { cwd: root })
    .sort()
    .map((file) => ({ folder: dirname(join(root, file)), manifest: readManifest(join(root, file)) }))
}

/** The packages that are published. */
export function publicPackages(): WorkspacePackage[] {
  return workspacePackages().filter(({ manifest }) => !manifest.private)
}

/** Reads a package.json. */
export function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest
}
