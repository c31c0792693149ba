import { Redis } from 'ioredis'
import { SCRIPTS } from '../src/redis/scripts.ts'

/** A call of the bus at Redis: the command with its arguments. */
export type RedisCall = readonly unknown[]

/**
 * A client whose answers a test may hold back or lose.
 * @param around is given each call and how to make it; what it returns or throws is what the bus sees
 */
export function watchedClient(
  url: string,
  around: (call: RedisCall, make: () => Promise<unknown>) => Promise<unknown>,
): Redis {
  const client = new Redis(url)
  const call = client.call.bind(client) as (...all: RedisCall) => Promise<unknown>
  Object.assign(client, { call: (...all: RedisCall) => around(all, () => call(...all)) })
  return client
}

/** Is it a turn that sends nothing? */
export const isTurn = ([command, sha]: RedisCall): boolean =>
  command === 'EVALSHA' && sha === SCRIPTS.turn.flaggedSha

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
