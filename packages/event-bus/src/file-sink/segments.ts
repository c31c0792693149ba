import { open, readdir } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'

/** Digits of a rotated file's number: names sort as numbers do. */
const DIGITS = 6

/** The name under which the file is put aside: `audit.jsonl` becomes `audit.000001.jsonl`. */
export function segmentName(path: string, number: number): string {
  const extension = extname(path)
  const stem = path.slice(0, path.length - extension.length)
  return `${stem}.${String(number).padStart(DIGITS, '0')}${extension}`
}

/** Numbers of the files that were put aside, oldest first. */
export async function segmentNumbers(path: string): Promise<number[]> {
  const extension = extname(path)
  const stem = `${basename(path, extension)}.`
  const numbers = (await readdir(dirname(path)))
    .filter((name) => name.startsWith(stem) && name.endsWith(extension))
    .map((name) => name.slice(stem.length, name.length - extension.length))
    .filter((middle) => middle.length >= DIGITS && /^\d+$/.test(middle))
    .map(Number)
  return numbers.sort((a, b) => a - b)
}

/** Puts a rename or a new file on the disk. Not every platform can open a folder, and none of those needs it. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    const { code } = error as { code?: string }
    if (code !== 'EISDIR' && code !== 'EPERM' && code !== 'EACCES') throw error
  }
}

/** Every file of a sink that exists, oldest first, the current one last. */
export async function segmentsOf(path: string): Promise<string[]> {
  const numbers = await segmentNumbers(path)
  return [...numbers.map((number) => segmentName(path, number)), join(path)]
}
