import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answersOn } from '../keeper/answers-on.ts'
import { freePort } from '../keeper/free-port.ts'
import { type Restartable, startRestartable } from '../keeper/restartable.ts'
import { redisProgram } from './redis-program.ts'

export interface RedisOptions {
  /** Whether writes go to a log on disk, from which a restart reads them. Default `false`: a restart is empty. */
  readonly appendonly?: boolean
  /** When that log is on the disk: what Redis can promise depends on it. Default `everysec`. */
  readonly appendfsync?: 'always' | 'everysec' | 'no'
  /** As Redis writes it: `100mb`. Default: no limit. */
  readonly maxmemory?: string
  /** What happens at that limit. Default `noeviction`: writes fail. */
  readonly maxmemoryPolicy?: string
  /** More settings, by their names in redis.conf. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A real Redis, or Valkey, on a free port of the loopback, with its data in a new folder. */
export interface RedisServer extends Restartable, AsyncDisposable {
  readonly url: string
  readonly host: string
  readonly port: number
  /** Stops the server and removes its data. A second call waits for the first. */
  stop(): Promise<void>
}

/**
 * Starts redis-server or valkey-server from the PATH, else from Debian's package, which root installs here; else
 * rejects with how to get it. After `kill()`, `start()` reads the same data. It also stops, and its folder goes, when
 * this process dies without a word.
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const program = await redisProgram()
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'pawl-redis-'))
  const server = await startRestartable({
    name: 'Redis',
    command: { command: program, args: flags(options, port, folder), folder },
    isReady: () => answersOn(port, 'PING\r\n', /^(\+PONG|-NOAUTH)/),
  })
  return {
    url: `redis://127.0.0.1:${port}`,
    host: '127.0.0.1',
    port,
    pid: server.pid,
    kill: server.kill,
    start: server.start,
    stop: server.stop,
    [Symbol.asyncDispose]: server.stop,
  }
}

function flags(options: RedisOptions, port: number, folder: string): string[] {
  const { appendonly = false, appendfsync = 'everysec', maxmemory = '0' } = options
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    daemonize: 'no',
    save: '',
    appendonly: appendonly ? 'yes' : 'no',
    appendfsync,
    maxmemory,
    'maxmemory-policy': options.maxmemoryPolicy ?? 'noeviction',
    ...options.settings,
  }
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
}
