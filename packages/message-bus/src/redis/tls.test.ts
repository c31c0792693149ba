import { makeTlsFiles, startRedis } from '@pawl/testkit/redis'
import { Redis } from 'ioredis'
import { expect, it, vi } from 'vitest'
import { createRedisMessageBus } from './index.ts'

it('speaks TLS with an authority of the caller, on both of its connections', async () => {
  await using files = await makeTlsFiles()
  await using server = await startRedis({
    settings: {
      'tls-cert-file': files.certificate,
      'tls-key-file': files.key,
      'tls-auth-clients': 'no',
      requirepass: 'a password',
    },
  })
  const plain = new Redis(server.url, { password: 'a password' })
  const tlsPort = await withTls(plain)
  const redisUrl = `rediss://:a%20password@localhost:${tlsPort}`
  await using bus = createRedisMessageBus({ redisUrl, redisOptions: { tls: { ca: files.authority } } })
  const seen: unknown[] = []
  await bus.consume('q', ({ payload }) => seen.push(payload))
  await bus.send('q', 1)
  await vi.waitFor(() => expect(seen).toEqual([1]))
  const lines = String(await plain.client('LIST'))
    .trim()
    .split('\n')
  expect(lines.filter((line) => line.includes(`laddr=127.0.0.1:${tlsPort}`))).toHaveLength(2)
  plain.disconnect()

  await using wary = createRedisMessageBus({ redisUrl })
  await expect(wary.send('q', 2)).rejects.toMatchObject({
    code: 'MESSAGE_BROKER_UNAVAILABLE',
    message: expect.stringMatching(/certificate/),
  })
}, 30_000)

/** The first free port at which the server takes TLS from now on. */
async function withTls(redis: Redis): Promise<number> {
  const taken = redis.options.port as number
  for (let port = taken + 1; ; port++) {
    const answer = await redis.config('SET', 'tls-port', port).catch((error: unknown) => error)
    if (answer === 'OK') return port
  }
}
