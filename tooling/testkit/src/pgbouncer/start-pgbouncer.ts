import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { installedProgram } from '../debian/installed-program.ts'
import { answersOn } from '../keeper/answers-on.ts'
import { byWayOf } from '../keeper/by-way-of.ts'
import { freePort } from '../keeper/free-port.ts'
import { type Restartable, startRestartable } from '../keeper/restartable.ts'

export interface PgbouncerOptions {
  /** Any database of the server, as the user who will connect. The password must be in it. */
  readonly url: string
  /** When a connection to the server goes back to the pool. Default `transaction`. */
  readonly poolMode?: 'session' | 'transaction' | 'statement'
  /** Connections to the server, for each database and user. Default 20. */
  readonly poolSize?: number
  /** More settings of pgbouncer's section of that name, as `name=value`. */
  readonly settings?: readonly string[]
}

/** A real pgbouncer on a free port of the loopback. */
export interface Pgbouncer extends Restartable, AsyncDisposable {
  /** The database of the options, by way of this pooler. */
  readonly url: string
  /** Any database of the same server and user, by way of this pooler. */
  urlFor(url: string): string
  /** Stops it. A second call waits for the first. */
  stop(): Promise<void>
}

/**
 * Starts pgbouncer from the PATH, else from Debian's package, which root installs here; else rejects with how to get
 * it. It also stops when this process dies without a word. Debian 12 has version 1.18, which knows no prepared
 * statements in transaction mode (those came with 1.21).
 */
export async function startPgbouncer(options: PgbouncerOptions): Promise<Pgbouncer> {
  const { url } = options
  const program = await installedProgram({
    name: 'pgbouncer',
    programs: ['pgbouncer'],
    debianPackage: 'pgbouncer',
    homebrewPackage: 'pgbouncer',
  })
  const port = await freePort()
  const folder = await configure(options, port)
  const server = await startRestartable({
    name: 'pgbouncer',
    // As root it refuses to serve, but reads its configuration and then becomes whom it is told.
    command: {
      command: program,
      args: [...(process.getuid?.() === 0 ? ['-u', 'nobody'] : []), join(folder, 'pgbouncer.ini')],
      folder,
    },
    isReady: () => answersOn(port),
  })
  const { username } = new URL(url)
  return {
    url: byWayOf(url, port),
    urlFor: (other) => {
      if (new URL(other).username !== username)
        throw new Error(
          `This pgbouncer was started for the user ${username}: start another one for another user.`,
        )
      return byWayOf(other, port)
    },
    pid: server.pid,
    kill: server.kill,
    start: server.start,
    stop: server.stop,
    [Symbol.asyncDispose]: server.stop,
  }
}

async function configure(options: PgbouncerOptions, port: number): Promise<string> {
  const { url, poolMode = 'transaction', poolSize = 20, settings = [] } = options
  const target = new URL(url)
  const folder = await mkdtemp(join(tmpdir(), 'pawl-pgbouncer-'))
  // It reads its files once more as the user it becomes. They hold the password of a test's server.
  await chmod(folder, 0o755)
  const users = join(folder, 'users.txt')
  const password = decodeURIComponent(target.password)
  await writeFile(users, `${quoted(decodeURIComponent(target.username))} ${quoted(password)}\n`)
  await writeFile(
    join(folder, 'pgbouncer.ini'),
    [
      '[databases]',
      `* = host=${target.hostname} port=${target.port || 5432}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = scram-sha-256',
      `auth_file = ${users}`,
      `pool_mode = ${poolMode}`,
      `default_pool_size = ${poolSize}`,
      'max_client_conn = 1000',
      ...settings,
      '',
    ].join('\n'),
  )
  return folder
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
