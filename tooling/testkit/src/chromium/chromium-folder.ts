import { execFile } from 'node:child_process'
import { access, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** A browser that came from npm, unpacked. */
export interface ChromiumFolder {
  readonly executablePath: string
  /** Libraries for machines that do not have them. */
  readonly libraries: string
  /** A fontconfig file that names the fonts which came along, besides those of the machine. */
  readonly fonts: string
}

/**
 * Unpacks the browser once for each version and machine. Several processes may ask at once: each works in a folder of
 * its own, and the first to be ready gives it the name that all of them use.
 */
export async function chromiumFolder(parent = tmpdir()): Promise<ChromiumFolder> {
  const folder = join(parent, `pawl-chromium-${await version()}`)
  if (!(await exists(folder))) await unpack(folder)
  return {
    executablePath: join(folder, 'chromium'),
    libraries: join(folder, 'al2023/lib'),
    fonts: join(folder, 'fonts.conf'),
  }
}

async function unpack(folder: string): Promise<void> {
  const work = await mkdtemp(`${folder}-`)
  try {
    await promisify(execFile)(
      process.execPath,
      ['--no-warnings', '--experimental-strip-types', fileURLToPath(new URL('./unpack.ts', import.meta.url))],
      { env: { ...process.env, TMPDIR: work } },
    )
    await writeFile(
      join(work, 'fonts.conf'),
      '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>' +
        `<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>${folder}/fonts</dir></fontconfig>\n`,
    )
    await rename(work, folder)
  } catch (cause) {
    if (!(await exists(folder))) throw cause
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function version(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const text = await readFile(join(dirname(entry), '../package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
