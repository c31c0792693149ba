import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { onPath } from '../keeper/on-path.ts'

export interface WantedProgram {
  /** Goes into messages. */
  readonly name: string
  /** The programs that will do, the best one first. */
  readonly programs: readonly string[]
  readonly debianPackage: string
  readonly homebrewPackage: string
}

/** As long as several test processes may wait for one that installs. */
const INSTALL_MS = 10 * 60 * 1_000
const LOCK = join(tmpdir(), 'pawl-apt.lock')

/**
 * The full path of a program: from the PATH, else installed with apt-get, if this is root on Debian or Ubuntu. Rejects
 * with how to get it. Several processes may ask at once: one installs, and the others wait for it.
 */
export async function installedProgram(wanted: WantedProgram): Promise<string> {
  const found = await firstOnPath(wanted.programs)
  if (found !== undefined) return found
  if (process.getuid?.() !== 0 || (await onPath('apt-get')) === undefined) throw notInstalled(wanted)
  try {
    await install(wanted)
  } catch (cause) {
    throw notInstalled(wanted, cause)
  }
  const installed = await firstOnPath(wanted.programs)
  if (installed === undefined) throw notInstalled(wanted)
  return installed
}

async function firstOnPath(programs: readonly string[]): Promise<string | undefined> {
  const found = await Promise.all(programs.map(onPath))
  return found.find((path) => path !== undefined)
}

/** Whoever waited finds the package installed, which apt-get sees in a second. */
async function install(wanted: WantedProgram): Promise<void> {
  const script = fileURLToPath(new URL('./install-package.sh', import.meta.url))
  await promisify(execFile)('flock', [LOCK, 'sh', script, wanted.debianPackage], { timeout: INSTALL_MS })
}

function notInstalled(wanted: WantedProgram, cause?: unknown): Error {
  const why = cause instanceof Error ? `\napt-get did not install it:\n${cause.message.slice(-2_000)}` : ''
  return new Error(
    `${wanted.name} is not installed: none of ${wanted.programs.join(', ')} is on the PATH. Install it with ` +
      `\`sudo apt-get install -y ${wanted.debianPackage}\` on Debian or Ubuntu, with ` +
      `\`brew install ${wanted.homebrewPackage}\` on macOS. As root on Debian the tests do so by themselves.${why}`,
    { cause },
  )
}
