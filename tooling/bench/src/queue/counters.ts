import { Redis } from 'ioredis'

/** What a Redis has done: calls by command, those inside Lua included, and its own processor time. */
export interface Counters {
  readonly commands: number
  /** Scripts called by clients. */
  readonly scripts: number
  readonly cpuMs: number
}

/** Empties a Redis and sets its counters back. */
export async function reset(redis: Redis): Promise<void> {
  await redis.flushall()
  await redis.config('RESETSTAT')
}

const LOOKING = /^cmdstat_(info|config|flushall)/

export async function counters(redis: Redis): Promise<Counters> {
  const calls = new Map<string, number>()
  for (const line of (await redis.info('commandstats')).split('\r\n')) {
    const match = /^(cmdstat_\S+):calls=(\d+)/.exec(line)
    if (match && !LOOKING.test(line)) calls.set(match[1] as string, Number(match[2]))
  }
  const cpu = await redis.info('cpu')
  const seconds = (name: string): number => Number(new RegExp(`${name}:([\\d.]+)`).exec(cpu)?.[1] ?? 0)
  return {
    commands: [...calls.values()].reduce((sum, count) => sum + count, 0),
    scripts: (calls.get('cmdstat_evalsha') ?? 0) + (calls.get('cmdstat_eval') ?? 0),
    cpuMs: (seconds('used_cpu_user') + seconds('used_cpu_sys')) * 1_000,
  }
}

export const looking = (url: string): Redis => new Redis(url)
