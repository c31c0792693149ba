import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { systemCode } from '../crew-error.ts'
import type { SkipReason } from './skip.ts'

/** A file's text, or the reason why it has none for us. */
export type TextRead =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: SkipReason; readonly detail: string }

/** NUL in the first 8,000 bytes means binary: the rule of git's `buffer_is_binary`. */
const SNIFF_BYTES = 8_000

// NOFOLLOW and NONBLOCK: a file swapped for a link or a pipe after it was listed neither leads out nor hangs.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

function decode(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  if (bytes.subarray(0, SNIFF_BYTES).includes(0)) return undefined
  return new TextDecoder().decode(bytes)
}

async function readUpTo(handle: FileHandle, size: number): Promise<Buffer> {
  const buffer = Buffer.alloc(size)
  let filled = 0
  while (filled < size) {
    const { bytesRead } = await handle.read(buffer, filled, size - filled, filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

async function readOpened(handle: FileHandle, limit: number): Promise<TextRead> {
  const stats = await handle.stat()
  if (!stats.isFile()) return { ok: false, reason: 'special', detail: 'not a regular file' }
  const tooLarge = (size: number): TextRead => ({
    ok: false,
    reason: 'too-large',
    detail: `${size} bytes, limit ${limit}`,
  })
  if (stats.size > limit) return tooLarge(stats.size)
  // One byte more than it had when listed, so that a file which grows meanwhile is noticed.
  const bytes = await readUpTo(handle, Math.min(stats.size, limit) + 1)
  if (bytes.length > limit) return tooLarge(bytes.length)
  const text = decode(bytes)
  return text === undefined
    ? { ok: false, reason: 'binary', detail: `${stats.size} bytes` }
    : { ok: true, text }
}

/**
 * Reads a regular file of at most `limit` bytes as UTF-8 (UTF-16 with a byte order mark), replacing invalid
 * sequences. Never follows a link in the last part of `path`, never throws for what the file system answers, and never
 * reads more than `limit` + 1 bytes.
 */
export async function readText(path: string, limit: number): Promise<TextRead> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path, FLAGS)
    return await readOpened(handle, limit)
  } catch (error) {
    return { ok: false, reason: 'unreadable', detail: systemCode(error) }
  } finally {
    await handle?.close()
  }
}
