/** Bounds that end in a named error, never in a slow or broken store. */
export interface StoreLimits {
  /** Entries of one run. Default 50,000. */
  readonly maxEntriesPerRun: number
  /** UTF-8 bytes of one run's payloads and metadata. Default 64 MiB. */
  readonly maxBytesPerRun: number
  /** UTF-16 length of one encoded payload. Default 16 Mi. */
  readonly maxEntryLength: number
  /** Nesting of one payload. Default 2,000 levels. */
  readonly maxDepth: number
}

export const DEFAULT_LIMITS: StoreLimits = {
  maxEntriesPerRun: 50_000,
  maxBytesPerRun: 64 * 1024 * 1024,
  maxEntryLength: 16 * 1024 * 1024,
  maxDepth: 2_000,
}

/** Longest step, type, key and worker name, in UTF-16 units. */
export const MAX_NAME_LENGTH = 512
