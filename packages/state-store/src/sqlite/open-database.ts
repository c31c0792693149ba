import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StateStoreError } from '../contract/errors.ts'
import { identifyFile } from './identify-file.ts'
import { migrate } from './migrate.ts'
import { resultCode, SQLITE_BUSY, sqliteError } from './sqlite-errors.ts'

export interface DatabaseOptions {
  /** A file's path, or `:memory:`. */
  readonly path: string
  /**
   * `disk` (default): a commit that returned survives a power cut (synchronous=FULL).
   * `process`: it survives the process, not the machine (synchronous=NORMAL).
   */
  readonly durability: 'disk' | 'process'
  /** How long to wait for another process's write, in milliseconds. */
  readonly busyTimeoutMs: number
  /** The largest size of the file in bytes; over it writes fail with `STORE_FULL`. */
  readonly maxFileBytes: number | null
}

/** Opens the file (making it and its folder if needed), refuses one that is not ours, and migrates it. */
export function openDatabase(options: DatabaseOptions): DatabaseSync {
  const { path } = options
  let db: DatabaseSync | undefined
  try {
    if (path !== ':memory:') {
      mkdirSync(dirname(path), { recursive: true })
      checkWritable(path)
      identifyFile(path, options.busyTimeoutMs)
    }
    db = new DatabaseSync(path, { timeout: options.busyTimeoutMs })
    configure(db, options)
    migrate(db, path)
    return db
  } catch (error) {
    db?.close()
    throw sqliteError(error, path)
  }
}

/** SQLite opens a file that it may not write to without a word, and refuses the first write. */
function checkWritable(path: string): void {
  for (const place of existsSync(path) ? [path, dirname(path)] : [dirname(path)]) {
    try {
      accessSync(place, constants.W_OK)
    } catch (cause) {
      throw new StateStoreError(
        'STORE_READ_ONLY',
        `${place} may not be written to; make the file and its folder writable for this user.`,
        { cause },
      )
    }
  }
}

/**
 * After how many pages of log they are folded into the file, in the commit that crosses the line: 16 MiB. The usual
 * 1,000 fold the same pages again after every few batches (200 runs at once: 44,000 commits/s; with 4,096 46,000;
 * with 8,192 and 16,384 47,000, for a longer pause). Cache size and larger pages made no difference.
 */
const CHECKPOINT_PAGES = 4096

function configure(db: DatabaseSync, options: DatabaseOptions): void {
  useWriteAheadLog(db, options.busyTimeoutMs)
  db.exec(`pragma synchronous = ${options.durability === 'disk' ? 'full' : 'normal'}`)
  // macOS: fsync alone does not reach the platter; elsewhere this does nothing.
  db.exec('pragma fullfsync = 1')
  db.exec('pragma foreign_keys = on')
  db.exec('pragma journal_size_limit = 67108864')
  db.exec(`pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
  if (options.maxFileBytes !== null) {
    const { page_size } = db.prepare('pragma page_size').get() as { page_size: number }
    db.exec(`pragma max_page_count = ${Math.max(1, Math.floor(options.maxFileBytes / page_size))}`)
  }
}

/**
 * Several processes that open a new file at once all try to switch it. SQLite does not wait there
 * (sqlite.org/c3ref/busy_handler.html: the handler is not called where waiting could deadlock), so this does.
 */
function useWriteAheadLog(db: DatabaseSync, busyTimeoutMs: number): void {
  const until = Date.now() + busyTimeoutMs
  for (;;) {
    try {
      db.exec('pragma journal_mode = wal')
      return
    } catch (error) {
      if (resultCode(error) !== SQLITE_BUSY || Date.now() >= until) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SWITCH_RETRY_MS)
    }
  }
}

const SWITCH_RETRY_MS = 5

/** How long closing waits for other connections to let go of the write-ahead log, in milliseconds. */
const TRUNCATE_WAIT_MS = 100

/** Folds the write-ahead log back into the file and closes. */
export function closeDatabase(db: DatabaseSync): void {
  if (!db.isOpen) return
  try {
    db.exec(`pragma busy_timeout = ${TRUNCATE_WAIT_MS}`)
    db.exec('pragma wal_checkpoint(truncate)')
  } catch {
    // Another process is busy with the log, or the disk is full: the log stays and is read at the next open.
  }
  db.close()
}
