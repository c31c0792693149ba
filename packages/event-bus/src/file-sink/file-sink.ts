import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { BadOptionError } from '../errors.ts'
import type { BusEvent } from '../event.ts'
import type { EventSink } from '../sink.ts'
import { segmentName, segmentNumbers, syncFolder } from './segments.ts'
import { endOfLines } from './tail.ts'

export interface FileSinkOptions {
  /** The current file, one JSON event a line. Its folder is made if need be. One process at a time writes to it. */
  readonly path: string
  /** The file is put aside (`audit.jsonl` becomes `audit.000001.jsonl`) before it grows over this. Default 64 MiB. */
  readonly maxBytes?: number
  /** Files put aside that are kept; older ones are deleted. Default: all of them. */
  readonly keep?: number
  /**
   * `true` (default): acknowledged means on the disk, it survives a power cut; a batch shares one fsync. `false`: it
   * survives the process, but not the machine.
   */
  readonly fsync?: boolean
}

/** A sink that writes JSON lines to a file. */
export interface FileSink extends EventSink, AsyncDisposable {
  /** Absolute path of the current file. */
  readonly path: string
  /** Waits for appends under way and closes the file. A second call does nothing. */
  close(): Promise<void>
}

/**
 * Opens a file sink. A line that a crash cut short is removed: it was never acknowledged. A batch that fails half-way
 * is taken back, so that trying it again writes nothing twice. What is not JSON in an event is written as `null`, with
 * the reason in the line's `error`.
 * @throws BadOptionError, SinkBrokenError when the file exists and is not a sink's, and what the file system says
 */
export async function openFileSink(options: FileSinkOptions): Promise<FileSink> {
  const path = resolve(options.path)
  const { maxBytes = 64 * 1024 * 1024, keep = Number.POSITIVE_INFINITY, fsync = true } = options
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1)
    throw new BadOptionError('maxBytes', 'an integer of at least 1', maxBytes)
  if (!(keep === Number.POSITIVE_INFINITY || (Number.isSafeInteger(keep) && keep >= 0)))
    throw new BadOptionError('keep', 'an integer of at least 0', keep)
  await mkdir(dirname(path), { recursive: true })
  const sink = new JsonLinesFile(path, { maxBytes, keep, fsync })
  await sink.open()
  return sink
}

class JsonLinesFile implements FileSink {
  readonly path: string
  readonly #options: Required<Omit<FileSinkOptions, 'path'>>
  #handle: FileHandle | undefined
  /** Bytes that were acknowledged; unknown before the file was first opened. */
  #size: number | undefined
  #nextNumber = 1
  /** Appends run one after the other. */
  #last: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(path: string, options: Required<Omit<FileSinkOptions, 'path'>>) {
    this.path = path
    this.#options = options
  }

  async open(): Promise<void> {
    this.#nextNumber = ((await segmentNumbers(this.path)).at(-1) ?? 0) + 1
    await this.#openFile()
  }

  append(events: readonly BusEvent[]): Promise<void> {
    const appended = this.#last.then(() => this.#append(Buffer.from(events.map(lineOf).join(''))))
    this.#last = appended.catch(() => {})
    return appended
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#last
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #append(bytes: Buffer): Promise<void> {
    if (this.#closed) throw new Error(`The file sink ${this.path} is closed. Close the bus first.`)
    const handle = this.#handle ?? (await this.#openFile())
    const size = this.#size ?? 0
    const room = size === 0 || size + bytes.length <= this.#options.maxBytes
    await this.#write(room ? handle : await this.#rotate(handle), bytes)
  }

  async #write(handle: FileHandle, bytes: Buffer): Promise<void> {
    try {
      await handle.appendFile(bytes)
      if (this.#options.fsync) await handle.datasync()
      this.#size = (this.#size ?? 0) + bytes.length
    } catch (error) {
      await this.#takeBack(handle)
      throw error
    }
  }

  /** If even that fails, the file is opened anew for the next try, and cut then. */
  async #takeBack(handle: FileHandle): Promise<void> {
    try {
      await handle.truncate(this.#size ?? 0)
    } catch {
      this.#handle = undefined
      await handle.close().catch(() => {})
    }
  }

  async #openFile(): Promise<FileHandle> {
    const handle = await open(this.path, 'a+')
    try {
      const end = await endOfLines(this.path, handle)
      // Opened anew after a failure, the file may also hold whole lines that were never acknowledged.
      this.#size = Math.min(this.#size ?? end, end)
      await handle.truncate(this.#size)
      if (this.#options.fsync) await syncFolder(dirname(this.path))
    } catch (error) {
      await handle.close()
      throw error
    }
    this.#handle = handle
    return handle
  }

  async #rotate(handle: FileHandle): Promise<FileHandle> {
    this.#handle = undefined
    await handle.close()
    await rename(this.path, segmentName(this.path, this.#nextNumber))
    this.#nextNumber++
    this.#size = 0
    const opened = await this.#openFile()
    await this.#deleteOld()
    return opened
  }

  async #deleteOld(): Promise<void> {
    const { keep } = this.#options
    if (keep === Number.POSITIVE_INFINITY) return
    const numbers = await segmentNumbers(this.path)
    for (const number of numbers.slice(0, Math.max(0, numbers.length - keep))) {
      await rm(segmentName(this.path, number), { force: true })
    }
  }
}

/** An event as a line, `id` first. */
function lineOf({ id, seq, type, payload, timestamp, meta }: BusEvent): string {
  try {
    return `${JSON.stringify({ id, seq, type, timestamp, meta, payload })}\n`
  } catch (error) {
    return `${JSON.stringify({ id, seq, type, timestamp, meta: {}, payload: null, error: String(error) })}\n`
  }
}
