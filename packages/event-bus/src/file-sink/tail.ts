import type { FileHandle } from 'node:fs/promises'
import { SinkBrokenError } from '../errors.ts'

const CHUNK = 65_536
const NEWLINE = 10
/** How each line of a sink begins, because an event's `id` is written first. */
const BEGINNING = '{"id":'

/**
 * Where the last whole line ends. What lies behind it was cut short by a crash and never acknowledged.
 * @throws SinkBrokenError when the file does not look like a sink's: then it must not be cut
 */
export async function endOfLines(file: string, handle: FileHandle): Promise<number> {
  const { size } = await handle.stat()
  if (size === 0) return 0
  const head = await bytesAt(handle, 0, BEGINNING.length)
  if (!BEGINNING.startsWith(head.toString().slice(0, BEGINNING.length))) throw new SinkBrokenError(file, 1)
  for (let end = size; end > 0; end -= CHUNK) {
    const begin = Math.max(0, end - CHUNK)
    const newline = (await bytesAt(handle, begin, end - begin)).lastIndexOf(NEWLINE)
    if (newline >= 0) return begin + newline + 1
  }
  return 0
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await handle.read(buffer, 0, length, position)
  return buffer.subarray(0, bytesRead)
}
