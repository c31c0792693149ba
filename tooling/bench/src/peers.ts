import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

const FOLDER = fileURLToPath(new URL('../peers/', import.meta.url))

/** Installs the peers from their own lockfile, once for each version of it; they are no part of the workspace. */
export async function installPeers(): Promise<void> {
  if (isInstalled()) return
  process.stderr.write('Installing the benchmark peers (once) …\n')
  try {
    await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: FOLDER })
  } catch (error) {
    const { stderr } = error as { stderr?: string }
    throw new Error(`The benchmark peers could not be installed:\n${stderr ?? ''}`, { cause: error })
  }
}

function isInstalled(): boolean {
  const installed = statSync(`${FOLDER}node_modules/.package-lock.json`, { throwIfNoEntry: false })
  return installed !== undefined && installed.mtimeMs >= statSync(`${FOLDER}package-lock.json`).mtimeMs
}

/** Imports a peer; its types stay outside the workspace, so the caller says what it uses of it. */
export async function importPeer<Used>(specifier: string): Promise<Used> {
  const require = createRequire(`${FOLDER}package.json`)
  return (await import(pathToFileURL(require.resolve(specifier)).href)) as Used
}

/** The path of a peer's program. */
export const peerCommand = (name: string): string => `${FOLDER}node_modules/.bin/${name}`
