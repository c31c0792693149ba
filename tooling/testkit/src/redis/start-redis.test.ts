import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access } from 'node:fs/promises'
import process from 'node:process'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { startRedis } from './start-redis.ts'
import { redisUrl } from './vitest.ts'

async function ask<Answer>(url: string, question: (redis: Redis) => Promise<Answer>): Promise<Answer> {
  const redis = new Redis(url, { retryStrategy: null, maxRetriesPerRequest: 0 })
  redis.on('error', () => {})
  try {
    return await question(redis)
  } finally {
    redis.disconnect()
  }
}

test('what was written before SIGKILL is there after a start, if the log is on', async () => {
  await using redis = await startRedis({ appendonly: true, appendfsync: 'always' })
  await ask(redis.url, (client) => client.set('key', 'kept'))
  const before = redis.pid()
  await redis.kill()
  await expect(ask(redis.url, (client) => client.get('key'))).rejects.toThrow()
  await redis.start()
  expect(redis.pid()).not.toBe(before)
  expect(await ask(redis.url, (client) => client.get('key'))).toBe('kept')
})

test('without the log a start is empty', async () => {
  await using redis = await startRedis()
  await ask(redis.url, (client) => client.set('key', 'lost'))
  await redis.kill()
  await redis.start()
  expect(await ask(redis.url, (client) => client.get('key'))).toBeNull()
})

test('memory and other settings are as asked for', async () => {
  // Less than the server itself takes.
  await using redis = await startRedis({ maxmemory: '100kb', settings: { 'notify-keyspace-events': 'KEA' } })
  await expect(ask(redis.url, (client) => client.set('key', 'x'))).rejects.toThrow(/OOM/)
  expect(await ask(redis.url, (client) => client.config('GET', 'notify-keyspace-events'))).toEqual([
    'notify-keyspace-events',
    'AKE',
  ])
})

test('a test file reaches the Redis of the run', async () => {
  expect(await ask(redisUrl(), (client) => client.ping())).toBe('PONG')
})

test('a program that waits for nothing else gets through a kill and a start', async () => {
  const program = `
    import { startRedis } from ${JSON.stringify(new URL('./start-redis.ts', import.meta.url).href)}
    const redis = await startRedis()
    await redis.kill()
    await redis.start()
    await redis.stop()
    console.log('through')`
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--no-warnings',
    '--experimental-strip-types',
    '--input-type=module',
    '-e',
    program,
  ])
  expect(stdout.trim()).toBe('through')
})

test('the server and its folder go when the process that wanted it is killed', async () => {
  const program = `
    import { startRedis } from ${JSON.stringify(new URL('./start-redis.ts', import.meta.url).href)}
    console.log((await startRedis()).url)
    setInterval(() => {}, 1_000)`
  const child = spawn(
    process.execPath,
    ['--no-warnings', '--experimental-strip-types', '--input-type=module', '-e', program],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const url = String(line).trim()
  const [, folder] = await ask(url, (client) => client.config('GET', 'dir') as Promise<string[]>)
  child.kill('SIGKILL')
  await expect
    .poll(() =>
      ask(url, (client) => client.ping()).then(
        () => 'there',
        () => 'gone',
      ),
    )
    .toBe('gone')
  await expect
    .poll(() =>
      access(folder!).then(
        () => 'there',
        () => 'gone',
      ),
    )
    .toBe('gone')
})
