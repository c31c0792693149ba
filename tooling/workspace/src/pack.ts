import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { withLock } from '../bootstrap/lock.mjs'
import { succeed } from './command.ts'
import { type Manifest, publicPackages, root } from './workspace.ts'

/** A package as npm would get it: its tarball, the files in it, and the manifest that was written into it. */
export type PackedPackage = {
  name: string
  folder: string
  tarball: string
  files: string[]
  manifest: Manifest
}

/**
 * Builds every public package from nothing and packs it the way it is published.
 *
 * Nothing else may build or pack meanwhile, because `dist` is emptied first: a file that is left from a source which
 * is gone would travel in the tarball.
 *
 * @param into An existing folder, absolute, for the tarballs.
 */
export function packAll(into: string): Promise<PackedPackage[]> {
  return withLock(join(root, 'node_modules/.pawl/build.lock'), async () => {
    for (const { folder } of publicPackages()) rmSync(join(folder, 'dist'), { recursive: true, force: true })
    await succeed('tsc', ['-b'])
    const packed: PackedPackage[] = []
    for (const { folder } of publicPackages()) packed.push(await pack(folder, into))
    return packed
  })
}

async function pack(folder: string, into: string): Promise<PackedPackage> {
  const printed = await succeed('pnpm', ['pack', '--json', '--pack-destination', into], { cwd: folder })
  const { name, filename, files } = JSON.parse(printed.slice(printed.indexOf('{'))) as {
    name: string
    filename: string
    files: { path: string }[]
  }
  const manifest = JSON.parse(await succeed('tar', ['-xOf', filename, 'package/package.json'])) as Manifest
  return { name, folder, tarball: filename, files: files.map(({ path }) => path), manifest }
}
