import type { StoreLimits } from '../contract/limits.ts'
import type { TelemetryOptions } from '../contract/telemetry.ts'
import type { Codec } from '../store/encode.ts'
import type { PostgresPool } from './pool.ts'

/** Where the database is: one of `connectionString` and `pool`. */
export interface DatabaseOptions {
  /** `postgresql://user:password@host:port/database`. */
  readonly connectionString?: string
  /** A pool of `pg` that the program has already. It is never ended. */
  readonly pool?: PostgresPool
  /** How long to wait for a connection of an own pool, in milliseconds. Default 10,000. */
  readonly connectTimeoutMs?: number
  /** TLS of an own pool: `true`, or options of `node:tls`. Default: what the connection string says. */
  readonly ssl?: boolean | object
}

export interface PostgresOptions extends DatabaseOptions {
  /** Scopes every run. Default `default`. */
  readonly namespace?: string
  /** Whether to install or upgrade the schema `pawl`. Default `true`; with `false` a missing one is an error. */
  readonly migrate?: boolean
  /** Connections of the store's own pool, at most. Default 4; one more with `listen`. */
  readonly maxConnections?: number
  /**
   * Transactions of `transact` at once. Default 4. Each holds a connection for as long as its function takes: of the
   * store's own they come beside `maxConnections`; of a pool that was passed in one stays free for the store.
   */
  readonly maxTransactions?: number
  /** How long to wait for the answer to one call, in milliseconds. Default 30,000. The server may still finish it. */
  readonly timeoutMs?: number
  /**
   * After how long the server ends a statement, in milliseconds: set when a connection of the store's own pool is made.
   * Default: as the server is set. Only for a direct connection or a pooler in session mode: others refuse the setting,
   * or give it to somebody else.
   */
  readonly statementTimeoutMs?: number
  /**
   * Whether the statements are prepared once a connection, which spares the server some parsing. Default `false`: behind
   * a pooler in transaction mode the next statement may meet a connection that does not know them.
   */
  readonly prepared?: boolean
  /**
   * Whether `watch` hears of other stores' writes at once, by `LISTEN`, and whether this store's writes are told to
   * those who listen. Default `false`: `watch` looks every `pollMs`. Takes one connection for itself while somebody
   * watches, direct or of a pooler in session mode; and every commit that is told takes a lock of the whole server.
   */
  readonly listen?: boolean
  /**
   * How often `watch` looks for writes of other processes, in milliseconds. Default 500, with `listen` 5,000 for what is
   * not heard; 0 for never.
   */
  readonly pollMs?: number
  readonly limits?: Partial<StoreLimits>
  /** Passes over every payload on its way to and from the database: encryption, compression. */
  readonly codec?: Codec
  /** Bounds, retention and secrets of `store.telemetry`. */
  readonly telemetry?: TelemetryOptions
}
