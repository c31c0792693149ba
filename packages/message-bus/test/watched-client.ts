import { Redis } from 'ioredis'

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

/** A turn that sends nothing has three keys, one that sends has four. */
export const isTurn = ([command, , keys]: RedisCall): boolean => command === 'EVALSHA' && keys === 3

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
