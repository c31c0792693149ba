import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answersOn } from '../keeper/answers-on.ts'
import { freePort } from '../keeper/free-port.ts'
import { startRestartable } from '../keeper/restartable.ts'
import { redisProgram } from './redis-program.ts'
import type { RedisServer } from './start-redis.ts'

export interface SentinelOptions {
  /** What clients ask for. */
  readonly name: string
  readonly primary: Pick<RedisServer, 'host' | 'port'>
  /** After this silence the primary counts as down. Default 500 ms. */
  readonly downAfterMs?: number
}

/** A real Sentinel, alone in its vote, that watches one primary and makes a replica of it primary when it is down. */
export interface Sentinel extends AsyncDisposable {
  readonly host: string
  readonly port: number
  stop(): Promise<void>
}

/** Starts the Sentinel that comes with redis-server or valkey-server. */
export async function startSentinel(options: SentinelOptions): Promise<Sentinel> {
  const program = await redisProgram()
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'pawl-sentinel-'))
  const file = join(folder, 'sentinel.conf')
  await writeFile(file, settings(options, port, folder))
  const server = await startRestartable({
    name: 'Sentinel',
    command: { command: program, args: [file, '--sentinel'], folder },
    isReady: () => answersOn(port, 'PING\r\n', /^\+PONG/),
  })
  return { host: '127.0.0.1', port, stop: server.stop, [Symbol.asyncDispose]: server.stop }
}

/** Sentinel writes what it learns into the same file. */
function settings(
  { name, primary, downAfterMs = 500 }: SentinelOptions,
  port: number,
  folder: string,
): string {
  return [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${name} ${primary.host} ${primary.port} 1`,
    `sentinel down-after-milliseconds ${name} ${downAfterMs}`,
    `sentinel failover-timeout ${name} 5000`,
    '',
  ].join('\n')
}
