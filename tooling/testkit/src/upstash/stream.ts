import type { ServerResponse } from 'node:http'
import type { RedisCalls } from './redis-calls.ts'

/** Sends what is published as server-sent events, until the client leaves, Redis goes, or the time is up. */
export function stream(
  response: ServerResponse,
  redis: RedisCalls,
  kind: 'subscribe' | 'psubscribe',
  names: readonly string[],
  lifetimeMs: number,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  response.flushHeaders()
  const subscription = redis.subscribe(kind, names)
  const timer = setTimeout(() => response.end(), lifetimeMs)
  subscription.onLine((line) => void response.write(`${asData(line)}\n\n`))
  subscription.onEnd(() => void response.end())
  response.once('close', () => {
    clearTimeout(timer)
    subscription.close()
  })
}

/** A line break ends a field of an event, so every line is a field of its own. */
const asData = (text: string): string =>
  text
    .split('\n')
    .map((line) => `data: ${line}`)
    .join('\n')
