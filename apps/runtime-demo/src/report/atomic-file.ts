import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CrewError, systemCode } from '../crew-error.ts'
import { quoted } from './printable.ts'

async function writeDurably(path: string, content: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Writes `content` to `name` in `directory`, making the directory when needed: into a temporary file beside it, synced,
 * then renamed. A reader sees the old file or the new one, never a part. The file is readable by its owner alone, since a
 * report says where a tree is weak. Throws `REPORT_UNWRITABLE`; nothing is left behind then.
 */
export async function writeAtomically(directory: string, name: string, content: string): Promise<string> {
  const path = join(directory, name)
  const temporary = join(directory, `.${name}.${randomUUID()}.tmp`)
  try {
    await mkdir(directory, { recursive: true })
    await writeDurably(temporary, content)
    await rename(temporary, path)
    return path
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    const code = systemCode(error)
    throw new CrewError(
      'REPORT_UNWRITABLE',
      `cannot write ${quoted(path)} (${code}): free the place or name another output directory`,
      { cause: error, retriable: code === 'ENOSPC' || code === 'EMFILE' || code === 'EBUSY' },
    )
  }
}
