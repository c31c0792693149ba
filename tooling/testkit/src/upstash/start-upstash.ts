import { once } from 'node:events'
import { createServer } from 'node:http'
import { faults, type UpstashFault } from './faults.ts'
import { redisCalls } from './redis-calls.ts'
import { type Serving, send, serve } from './serve.ts'

export interface UpstashOptions {
  /** The Redis that it stands before, as from `startRedis`. */
  readonly redisUrl: string
  /** Default `testkit`. */
  readonly token?: string
  /** A longer request is refused. Default 1 MiB: the limit of Upstash's free databases. */
  readonly maxRequestBytes?: number
  /** After how long a subscription is closed. Default five minutes, after which Upstash's are opened anew. */
  readonly streamLifetimeMs?: number
}

/** What came in since the start, or the last `reset()`. */
export interface UpstashCounts {
  /** HTTP requests, refused ones and subscriptions too. */
  readonly requests: number
  /** Commands that went to Redis, which is what Upstash bills: every one of a pipeline, by its name in capitals. */
  readonly commands: Readonly<Record<string, number>>
}

/** Upstash's REST API in this process, before a real Redis. */
export interface UpstashServer extends AsyncDisposable {
  /** What belongs in `UPSTASH_REDIS_REST_URL` and `UPSTASH_REDIS_REST_TOKEN`. */
  readonly url: string
  readonly token: string
  counts(): UpstashCounts
  resetCounts(): void
  /** Subscriptions that are open now. */
  readonly streams: number
  /** What shall go wrong with the requests to come. Faults wait in the order in which they were added. */
  fault(fault: UpstashFault): void
  clearFaults(): void
  /** Closes every subscription, as a restart of Upstash does. */
  dropStreams(): void
  /** A second call does nothing. */
  stop(): Promise<void>
}

/**
 * Serves `/` and `/COMMAND/…`, `/pipeline`, `/multi-exec`, `/subscribe/…` and `/psubscribe/…` after Upstash's public
 * description of its REST API, on a free port of the loopback. TLS, read-only tokens, RESP2 answers and `/monitor`
 * are left out.
 */
export async function startUpstash(options: UpstashOptions): Promise<UpstashServer> {
  const full = { token: 'testkit', maxRequestBytes: 1024 * 1024, streamLifetimeMs: 300_000, ...options }
  let requests = 0
  let commands: Record<string, number> = {}
  const serving: Serving = {
    redis: redisCalls(full.redisUrl),
    faults: faults(),
    ...full,
    streams: new Set(),
    count: (name) => {
      commands[name] = (commands[name] ?? 0) + 1
    },
  }
  const server = createServer((request, response) => {
    requests += 1
    serve(request, response, serving).catch((error: unknown) =>
      send(response, {
        status: 500,
        body: { error: `ERR ${error instanceof Error ? error.message : error}` },
      }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }

  const dropStreams = () => {
    for (const open of serving.streams) open.destroy()
  }
  const stop = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
    serving.redis.close()
  }
  return {
    url: `http://127.0.0.1:${port}`,
    token: full.token,
    counts: () => ({ requests, commands: { ...commands } }),
    resetCounts: () => {
      requests = 0
      commands = {}
    },
    get streams() {
      return serving.streams.size
    },
    fault: serving.faults.add,
    clearFaults: serving.faults.clear,
    dropStreams,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
