import pg from 'pg'

/** What the store needs of a pool: the one of `pg` has it, and so has whatever wraps it. */
export interface PostgresPool {
  query(query: PostgresQuery): Promise<{ readonly rows: readonly unknown[] }>
  connect(): Promise<PostgresClient>
}

/** As `pg` takes it. */
export interface PostgresQuery {
  readonly text: string
  readonly values?: readonly unknown[]
  /** Of a prepared statement. */
  readonly name?: string
  /** How long the client waits for the answer, in milliseconds. */
  readonly query_timeout?: number
}

export interface PostgresClient {
  query(query: PostgresQuery): Promise<{ readonly rows: readonly unknown[] }>
  /** With an error the connection is closed instead of being given back. */
  release(error?: Error | boolean): void
  /** Of `pg`: a connection that breaks while nothing is asked of it. */
  on?(event: 'error', listener: () => void): unknown
  off?(event: 'error', listener: () => void): unknown
}

/** A pool, and how to end it: one that the caller passed in is never ended. */
export interface OwnedPool {
  readonly pool: PostgresPool
  /**
   * Where others' transactions get their connections, at most so many at once: not those that the store needs itself,
   * since a transaction may wait for a commit of the store.
   */
  readonly transactions: { readonly connect: () => Promise<PostgresClient>; readonly atOnce: number }
  end(): Promise<void>
}

export interface ConnectionOptions {
  readonly connectionString: string
  /** Connections at most. Writes of one store travel one batch at a time; the others serve reads. Default 4. */
  readonly maxConnections?: number
  /** Connections for transactions, beside those. Default 4. */
  readonly maxTransactions?: number
  /** How long to wait for a connection, in milliseconds. Default 10,000. */
  readonly connectTimeoutMs?: number
  /** TLS: `true`, or the options of `node:tls`. Default: what the connection string says. */
  readonly ssl?: boolean | object
  /** After how long the server ends a statement, in milliseconds. Default: as the server is set. */
  readonly statementTimeoutMs?: number
}

/** Makes the store's own pool. It keeps no session state, so that a pooler in transaction mode may stand between. */
export function openPool(options: ConnectionOptions): OwnedPool {
  const pool = makePool(options, options.maxConnections ?? 4)
  const atOnce = options.maxTransactions ?? 4
  let others: pg.Pool | undefined
  const connect = () => {
    others ??= makePool(options, atOnce)
    return others.connect() as unknown as Promise<PostgresClient>
  }
  return {
    pool: pool as unknown as PostgresPool,
    transactions: { connect, atOnce },
    end: async () => {
      await Promise.all([pool.end(), others?.end()])
    },
  }
}

/** A pool of the caller's: one connection of it stays the store's. */
export function sharePool(pool: PostgresPool, maxTransactions = 4): OwnedPool {
  const { max } = (pool as { readonly options?: { readonly max?: unknown } }).options ?? {}
  // What wraps a pool may not say how large it is; one of `pg` has ten unless told otherwise.
  const spare = typeof max === 'number' ? max - 1 : maxTransactions
  const atOnce = Math.min(maxTransactions, spare)
  return { pool, transactions: { connect: () => pool.connect(), atOnce }, end: async () => {} }
}

function makePool(options: ConnectionOptions, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
    keepAlive: true,
    application_name: 'pawl',
    // An open store alone does not keep the program alive; a request under way does.
    allowExitOnIdle: true,
    ...(options.ssl === undefined ? {} : { ssl: options.ssl as boolean }),
    ...(options.statementTimeoutMs === undefined ? {} : { statement_timeout: options.statementTimeoutMs }),
  })
  // An idle connection that breaks is replaced by the next request; without a listener it would end the program.
  pool.on('error', () => {})
  return pool
}

/** Where the data lives, for people: host, port and database, never the user or the password. */
export function locationOf(client: PostgresClient): string {
  const { host, port, database } = client as { host?: unknown; port?: unknown; database?: unknown }
  return `postgres://${String(host ?? 'localhost')}:${String(port ?? 5432)}/${String(database ?? '')}`
}
