const builtins = ['sqlite', 'http', 'https', 'http2', 'net', 'tls']
const packages = [
  ['better-sqlite3', 'pg', 'postgres', 'mysql2', '@supabase'],
  ['redis', '@redis', 'ioredis', '@upstash', 'nats', '@nats-io', 'amqplib', 'kafkajs', 'bullmq'],
  ['ws', 'socket.io', 'express', 'fastify', 'hono', '@hono', 'koa', 'undici', 'axios'],
].flat()

/**
 * Picks the database, Redis and web libraries out of everything that an import has loaded.
 *
 * @param urls What was resolved: `file:` addresses and `node:` names.
 */
export function driversAmong(urls: readonly string[]): string[] {
  return urls.filter(
    (url) =>
      builtins.some((name) => url === `node:${name}` || url.startsWith(`node:${name}/`)) ||
      packages.some((name) => url.includes(`/node_modules/${name}/`)),
  )
}
