import { Command, Redis } from 'ioredis'

/** What Redis answers over its protocol (RESP2), strings as bytes. */
export type Reply = null | number | Buffer | Error | readonly Reply[]

/** One command with its arguments. */
export type Call = readonly string[]

/** One connection to Redis, which takes commands as they are and gives replies as they are. */
export interface RedisCalls {
  /** Resolves with an `Error` when Redis refuses the command, and rejects when there is no Redis. */
  call(call: Call): Promise<Reply>
  /** In one transaction: the replies, or the `Error` by which Redis discarded all of it. */
  transaction(calls: readonly Call[]): Promise<Reply>
  /** A connection of its own that only listens. */
  subscribe(kind: 'subscribe' | 'psubscribe', names: readonly string[]): RedisSubscription
  close(): void
}

export interface RedisSubscription {
  /** `subscribe,channel,count`, `message,channel,text` or `pmessage,pattern,channel,text`. */
  onLine(listener: (line: string) => void): void
  onEnd(listener: () => void): void
  close(): void
}

export function redisCalls(redisUrl: string): RedisCalls {
  const redis = new Redis(redisUrl, {
    protocol: 2,
    maxRetriesPerRequest: 1,
    autoResendUnfulfilledCommands: false,
    retryStrategy: () => 50,
  })
  redis.on('error', () => {})
  const call = (args: Call) => send(redis, args)
  return {
    call,
    // Written in one go to one connection: nothing of anybody else comes in between.
    transaction: async (calls) => {
      const [, ...replies] = await Promise.all([call(['MULTI']), ...calls.map(call), call(['EXEC'])])
      return replies.at(-1)!
    },
    subscribe: (kind, names) => subscribe(redisUrl, kind, names),
    close: () => redis.disconnect(),
  }
}

/** Under its name in capitals ioredis does not reshape the reply. */
async function send(redis: Redis, [name = '', ...args]: Call): Promise<Reply> {
  const command = new Command(name.toUpperCase(), args, { replyEncoding: null })
  redis.sendCommand(command)
  try {
    return (await command.promise) as Reply
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') return error
    throw error
  }
}

function subscribe(
  redisUrl: string,
  kind: 'subscribe' | 'psubscribe',
  names: readonly string[],
): RedisSubscription {
  const redis = new Redis(redisUrl, { protocol: 2, retryStrategy: null })
  const lines = (line: string): void => void redis.emit('line', line)
  redis.on('error', () => {})
  redis.on('message', (channel: string, text: string) => lines(`message,${channel},${text}`))
  redis.on('pmessage', (pattern: string, channel: string, text: string) =>
    lines(`pmessage,${pattern},${channel},${text}`),
  )
  void names
    .reduce(async (before, name) => {
      await before
      lines(`${kind},${name},${await redis[kind](name)}`)
    }, Promise.resolve())
    .catch(() => redis.disconnect())
  return {
    onLine: (listener) => void redis.on('line', listener),
    onEnd: (listener) => void redis.once('end', listener),
    close: () => redis.disconnect(),
  }
}
