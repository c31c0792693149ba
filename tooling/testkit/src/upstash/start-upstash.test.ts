import { Redis } from '@upstash/redis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type RedisServer, startRedis } from '../redis/index.ts'
import { startUpstash, type UpstashServer } from './start-upstash.ts'

let redis: RedisServer
let server: UpstashServer
let client: Redis
beforeAll(async () => {
  redis = await startRedis()
  server = await startUpstash({ redisUrl: redis.url })
  client = new Redis({ url: server.url, token: server.token, automaticDeserialization: false, retry: false })
})
afterAll(async () => {
  await server?.stop()
  await redis?.stop()
})
beforeEach(async () => {
  server.clearFaults()
  await client.flushall()
  server.resetCounts()
})

describe('through @upstash/redis', () => {
  test('single commands, with text that base64 and UTF-8 could hurt', async () => {
    for (const text of [
      'plain',
      'abcd',
      'OK',
      '',
      '"quoted"',
      'żółw 🐢',
      '\u0000 null',
      '12',
      'line\nbreak',
    ]) {
      await client.set('key', text)
      expect(await client.get('key')).toBe(text)
    }
    expect(await client.get('missing')).toBeNull()
    expect(await client.incr('count')).toBe(1)
    await client.hset('hash', { a: '1', b: '2' })
    expect(await client.hgetall('hash')).toEqual(['a', '1', 'b', '2'])
    expect(await client.lrange('missing', 0, -1)).toEqual([])
  })

  test('the same text when the client wants no base64', async () => {
    const plain = new Redis({
      url: server.url,
      token: server.token,
      automaticDeserialization: false,
      responseEncoding: false,
    })
    await plain.set('key', 'żółw')
    expect(await plain.get('key')).toBe('żółw')
  })

  test('what Redis refuses is an error with its words', async () => {
    await client.set('text', 'no number')
    await expect(client.incr('text')).rejects.toThrow(/ERR value is not an integer/)
    await expect(client.evalsha('f'.repeat(40), [], [])).rejects.toThrow(/NOSCRIPT/)
  })

  test('a pipeline executes every command, the ones after a failing one too', async () => {
    const pipeline = client.pipeline().set('a', 'text').incr('a').set('b', '2')
    await expect(pipeline.exec()).rejects.toThrow(/value is not an integer/)
    expect(await client.mget('a', 'b')).toEqual(['text', '2'])
    const replies = await client.pipeline().set('c', '3').get('c').lrange('none', 0, -1).exec()
    expect(replies).toEqual(['OK', '3', []])
  })

  test('a transaction executes all, or is discarded as a whole', async () => {
    expect(await client.multi().set('a', '1').incr('a').get('a').exec()).toEqual(['OK', 2, '2'])
    const response = await fetch(`${server.url}/multi-exec`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}` },
      body: JSON.stringify([
        ['SET', 'a', 'changed'],
        ['NOSUCHCOMMAND', 'x'],
      ]),
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: expect.stringMatching(/EXECABORT/) })
    expect(await client.get('a')).toBe('2')
  })

  test('transactions of several callers do not mix', async () => {
    await Promise.all(
      Array.from({ length: 50 }, () =>
        client
          .multi()
          .incr('n')
          .incr('n')
          .exec<[number, number]>()
          .then(([one, two]) => expect(two).toBe(one + 1)),
      ),
    )
    expect(await client.get('n')).toBe('100')
  })

  test('a script runs with keys and arguments, and answers in nested arrays', async () => {
    const script = `redis.call('set', KEYS[1], ARGV[1]); return { ARGV[1], { 1, redis.call('get', KEYS[1]) }, false }`
    expect(await client.eval(script, ['key'], ['value'])).toEqual(['value', [1, 'value'], null])
    const sha = await client.scriptLoad(script)
    expect(await client.evalsha(sha, ['key'], ['again'])).toEqual(['again', [1, 'again'], null])
  })

  test('what is published reaches subscriptions to the channel and to a pattern', async () => {
    const heard: unknown[] = []
    const channel = client.subscribe<string>('news')
    const pattern = client.psubscribe<string>('new*')
    channel.on('message', ({ message }) => heard.push(message))
    pattern.on('pmessage', (event) => heard.push(event))
    await expect.poll(() => client.publish('news', 'are we there?')).toBe(2)
    await client.publish('news', 'hello, world')
    await expect.poll(() => heard).toContainEqual('hello, world')
    await expect
      .poll(() => heard)
      .toContainEqual({ pattern: 'new*', channel: 'news', message: 'hello, world' })
    expect(server.streams).toBe(2)
    await channel.unsubscribe()
    await pattern.unsubscribe()
    await expect.poll(() => server.streams).toBe(0)
    await expect.poll(() => client.publish('news', 'nobody')).toBe(0)
  })
})

describe('over HTTP', () => {
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${server.url}${path}`, {
      headers: { authorization: `Bearer ${server.token}` },
      ...init,
    })
    return { status: response.status, body: (await response.json()) as unknown }
  }

  test('a command may stand in the path, and its last argument in the body', async () => {
    expect(await ask('/set/a%2Fb/1')).toEqual({ status: 200, body: { result: 'OK' } })
    expect(await ask('/get/a%2Fb')).toEqual({ status: 200, body: { result: '1' } })
    expect(await ask('/set/c?EX=100', { method: 'POST', body: '{"json":true}' })).toMatchObject({
      status: 200,
    })
    expect(await ask('/get/c')).toEqual({ status: 200, body: { result: '{"json":true}' } })
    expect(await ask('/ttl/c')).toEqual({ status: 200, body: { result: 100 } })
  })

  test('nobody comes in without the token', async () => {
    expect(await ask('/get/a', { headers: {} })).toMatchObject({ status: 401 })
    expect(await ask('/get/a', { headers: { authorization: 'Bearer other' } })).toMatchObject({ status: 401 })
    expect(await ask(`/get/a?_token=${server.token}`, { headers: {} })).toMatchObject({ status: 200 })
    expect(server.counts().commands).toEqual({ GET: 1 })
  })

  test('what Upstash does not take is refused', async () => {
    expect(await ask('/blpop/list/0')).toMatchObject({ status: 400 })
    expect(await ask('/xread/BLOCK/0/STREAMS/s/$')).toMatchObject({ status: 400 })
    expect(await ask('/', { method: 'POST', body: '["SET", "a", null]' })).toMatchObject({ status: 400 })
    expect(await ask('/', { method: 'POST', body: 'no json' })).toMatchObject({ status: 400 })
    expect(await ask('/get/a', { method: 'DELETE' })).toMatchObject({ status: 405 })
    const long = JSON.stringify(['SET', 'a', 'x'.repeat(1024 * 1024)])
    expect(await ask('/', { method: 'POST', body: long })).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/max request size exceeded/) },
    })
    expect(server.counts()).toEqual({ requests: 6, commands: {} })
  })
})

test('requests and commands are counted, those of a pipeline one by one', async () => {
  await client.set('a', '1')
  await client.pipeline().get('a').get('b').exec()
  await client.multi().incr('a').exec()
  expect(server.counts()).toEqual({ requests: 3, commands: { SET: 1, GET: 2, INCR: 1 } })
})

describe('faults', () => {
  test('a status, without or with execution', async () => {
    server.fault({ status: 429, times: 2 })
    await expect(client.incr('n')).rejects.toThrow(/limit exceeded/)
    await expect(client.incr('n')).rejects.toThrow(/limit exceeded/)
    expect(await client.incr('n')).toBe(1)
    server.fault({ status: 500, executed: true })
    await expect(client.incr('n')).rejects.toThrow(/500/)
    expect(await client.incr('n')).toBe(3)
  })

  test('an answer that breaks off: the command was executed', async () => {
    server.fault({ cut: 'half', containing: 'incr' })
    expect(await client.get('n')).toBeNull()
    await expect(client.incr('n')).rejects.toThrow()
    // This client asks once more after an error of the network, even with `retry: false`.
    server.fault({ cut: 'whole', times: 2 })
    await expect(client.incr('n')).rejects.toThrow()
    expect(await client.get('n')).toBe('3')
  })

  test('Redis dies and comes back: an error in between, and subscriptions end', async () => {
    const subscription = client.subscribe('news')
    subscription.on('message', () => {})
    await expect.poll(() => client.publish('news', 'x')).toBe(1)
    await redis.kill()
    await expect(client.get('a')).rejects.toThrow()
    await expect.poll(() => server.streams).toBe(0)
    await redis.start()
    await expect.poll(() => client.ping().catch(() => 'away')).toBe('PONG')
    await subscription.unsubscribe()
  })

  test('subscriptions end when their time is up, or all at once', async () => {
    await using brief = await startUpstash({ redisUrl: redis.url, streamLifetimeMs: 50 })
    const open = () =>
      fetch(`${brief.url}/subscribe/news`, { headers: { authorization: `Bearer ${brief.token}` } })
    expect(await (await open()).text()).toBe('data: subscribe,news,1\n\n')
    const dropped = (await open()).text()
    brief.dropStreams()
    await expect(dropped).rejects.toThrow()
  })
})
