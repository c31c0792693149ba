import { resolve } from 'node:path'
import type { StoreLimits } from '../contract/limits.ts'
import type { StateStore } from '../contract/store.ts'
import type { TelemetryOptions } from '../contract/telemetry.ts'
import { checkDuration, checkLimits, checkName, checkOneOf, checkText, checkWhole } from '../store/checks.ts'
import { createStore } from '../store/create-store.ts'
import type { Codec } from '../store/encode.ts'
import { checkTelemetry } from '../store/telemetry.ts'
import { MemoryEngine } from './memory-engine.ts'
import type { SessionOptions } from './session.ts'
import { ThreadEngine } from './thread-engine.ts'

export interface SqliteOptions {
  /** A file, made with its folder if absent, or `:memory:`. Default `.pawl/store.db` in the working directory. */
  readonly path?: string
  /** Scopes every run. Default `default`. */
  readonly namespace?: string
  /** `disk` (default): a commit survives a power cut. `process`: it survives only the process, and is faster. */
  readonly durability?: 'disk' | 'process'
  /** How long a write waits for another process's write, in milliseconds. Default 10,000. */
  readonly busyTimeoutMs?: number
  /** The largest size of the file in bytes; over it writes fail with `STORE_FULL`. Default: no bound. */
  readonly maxFileBytes?: number
  readonly limits?: Partial<StoreLimits>
  /** Passes over every payload on its way to and from the file: encryption, compression. */
  readonly codec?: Codec
  /** Bounds, retention and secrets of `store.telemetry`. */
  readonly telemetry?: TelemetryOptions
}

/** The longest path that Linux takes (PATH_MAX in linux/limits.h). */
const MAX_PATH_LENGTH = 4096

const DURABILITIES = new Set(['disk', 'process'] as const)

/**
 * Opens the embedded store. Several processes may have the same file open at once.
 *
 * Rejects, leaving the file as it was, with `STORE_FOREIGN_FILE` (not ours), `STORE_NEWER_SCHEMA`,
 * `STORE_READ_ONLY`, `STORE_UNREADABLE`, `STORE_CORRUPT`, `STORE_MIGRATION_DRIFT`, `STORE_FULL`.
 */
export async function openSqliteStore(options: SqliteOptions = {}): Promise<StateStore> {
  const path = checkText('path', options.path ?? '.pawl/store.db', MAX_PATH_LENGTH)
  const limits = checkLimits(options.limits)
  checkTelemetry(options.telemetry)
  const session: SessionOptions = {
    path: path === ':memory:' ? path : resolve(path),
    namespace: checkName('namespace', options.namespace ?? 'default'),
    durability: checkOneOf('durability', options.durability ?? 'disk', DURABILITIES),
    busyTimeoutMs: checkDuration('busyTimeoutMs', options.busyTimeoutMs ?? 10_000),
    maxFileBytes:
      options.maxFileBytes === undefined ? null : checkWhole('maxFileBytes', options.maxFileBytes, 1),
  }
  const engine = path === ':memory:' ? new MemoryEngine(session) : await ThreadEngine.open(session)
  return createStore(engine, {
    namespace: session.namespace,
    limits,
    ...(options.codec === undefined ? {} : { codec: options.codec }),
    ...(options.telemetry === undefined ? {} : { telemetry: options.telemetry }),
  })
}
