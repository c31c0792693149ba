import { readdir, realpath, stat } from 'node:fs/promises'
import { CrewError, systemCode } from '../crew-error.ts'
import { quoted } from '../report/printable.ts'

const NEXT: Readonly<Record<string, string>> = {
  ENOENT: 'check the spelling, or create it',
  ENOTDIR: 'check the spelling: a part of it is a file',
  EACCES: 'give this user read and search permission on it, or run this as its owner',
  EPERM: 'give this user read and search permission on it, or run this as its owner',
  ELOOP: 'it is a loop of symbolic links: name the real directory',
}

/**
 * The real absolute path of a directory to read, with links in `path` itself resolved once.
 * Throws `PATH_UNREADABLE` when it is missing or may not be listed, `PATH_NOT_DIRECTORY` for a file.
 */
export async function resolveRoot(path: string): Promise<string> {
  try {
    const root = await realpath(path)
    if (!(await stat(root)).isDirectory()) {
      throw new CrewError(
        'PATH_NOT_DIRECTORY',
        `${quoted(path)} is not a directory: name the directory that holds it`,
      )
    }
    await readdir(root)
    return root
  } catch (error) {
    if (error instanceof CrewError) throw error
    const code = systemCode(error)
    const next = NEXT[code] ?? 'check that it can be listed'
    throw new CrewError('PATH_UNREADABLE', `cannot read ${quoted(path)} (${code}): ${next}`, {
      cause: error,
    })
  }
}
