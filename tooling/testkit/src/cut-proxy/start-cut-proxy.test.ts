import { createServer, type Server } from 'node:http'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../postgres/index.ts'
import { type CutProxy, startCutProxy } from './start-cut-proxy.ts'

describe('before Postgres', () => {
  let postgres: PostgresServer
  let proxy: CutProxy
  let direct: pg.Client
  let through: pg.Pool
  let table = 0

  beforeAll(async () => {
    postgres = await startPostgres()
    direct = new pg.Client({ connectionString: postgres.url })
    await direct.connect()
  })
  afterAll(async () => {
    await direct?.end()
    await postgres?.stop()
  })
  beforeEach(async () => {
    proxy = await startCutProxy({ target: postgres.url })
    through = new pg.Pool({ connectionString: proxy.urlFor(postgres.url), max: 1 })
    through.on('error', () => {})
    table += 1
    await through.query(`create table t${table} (i int)`)
  })
  afterEach(async () => {
    await proxy.stop()
    await through.end()
  })

  const insert = (i: number) => through.query(`insert into t${table} values ($1) returning i`, [i])
  const rows = async () =>
    (await direct.query<{ i: number }>(`select i from t${table} order by i`)).rows.map((row) => row.i)

  test('what is not cut passes, in both directions and at any size', async () => {
    const text = 'x'.repeat(3_000_000)
    const { rows: back } = await through.query<{ text: string }>('select $1::text as text', [text])
    expect(back[0]?.text).toBe(text)
    expect(proxy.counts.connections).toBe(1)
    expect(proxy.counts.requestBytes).toBeGreaterThan(3_000_000)
    expect(proxy.counts.answerBytes).toBeGreaterThan(3_000_000)
    expect(proxy.open).toBe(1)
  })

  test('a statement whose answer is lost was executed, and the caller gets an error', async () => {
    const cut = proxy.cutAfterRequest()
    await expect(insert(1)).rejects.toThrow(/ECONNRESET|terminated/)
    await cut.happened
    expect(await rows()).toEqual([1])
    expect(proxy.counts.cuts).toBe(1)
    await insert(2)
    expect(await rows()).toEqual([1, 2])
  })

  test('a statement that writes more answer than any buffer holds was executed too', async () => {
    proxy.cutAfterRequest({ containing: 'generate_series' })
    await expect(
      through.query(
        `insert into t${table} select i from generate_series(1, 200000) i returning i, repeat('x', 100)`,
      ),
    ).rejects.toThrow(/ECONNRESET|terminated/)
    await expect.poll(async () => (await rows()).length).toBe(200_000)
  })

  test('a commit whose answer is lost is on disk', async () => {
    const client = await through.connect()
    client.on('error', () => {})
    await client.query('begin')
    await client.query(`insert into t${table} values (7)`)
    proxy.cutAfterRequest({ containing: 'commit' })
    await expect(client.query('commit')).rejects.toThrow(/ECONNRESET|terminated/)
    client.release(true)
    expect(await rows()).toEqual([7])
  })

  test('half an answer', async () => {
    proxy.cutAfterRequest({ answerBytes: 10 })
    const before = proxy.counts.answerBytes
    await expect(insert(1)).rejects.toThrow(/ECONNRESET|terminated/)
    expect(proxy.counts.answerBytes - before).toBeLessThanOrEqual(10)
    expect(await rows()).toEqual([1])
  })

  test('the nth request, counted among those with the text', async () => {
    const cut = proxy.cutAfterRequest({ nth: 2, containing: 'insert' })
    await insert(1)
    await through.query('select 1')
    await expect(insert(2)).rejects.toThrow(/ECONNRESET|terminated/)
    await cut.happened
    expect(await rows()).toEqual([1, 2])
  })

  test('a request that is lost was not executed', async () => {
    const cut = proxy.cutBeforeRequest()
    await expect(insert(1)).rejects.toThrow(/ECONNRESET|terminated/)
    await cut.happened
    expect(await rows()).toEqual([])
  })

  test('a plan can be taken back', async () => {
    proxy.cutBeforeRequest().cancel()
    await insert(1)
    expect(await rows()).toEqual([1])
  })

  test('all connections are cut at once', async () => {
    const sleeping = through.query('select pg_sleep(30)')
    const refused = expect(sleeping).rejects.toThrow(/ECONNRESET|terminated/)
    await expect.poll(() => proxy.counts.requests).toBeGreaterThan(1)
    expect(proxy.cut()).toBe(1)
    await refused
    await insert(1)
  })

  test('new connections are refused, and accepted again', async () => {
    await proxy.refuse(true)
    await insert(1)
    proxy.cut()
    await expect
      .poll(() => insert(2).catch((error: unknown) => error))
      .toMatchObject({ code: 'ECONNREFUSED' })
    await proxy.refuse(false)
    await insert(3)
    expect(await rows()).toEqual([1, 3])
  })
})

describe('before HTTP', () => {
  let server: Server
  let proxy: CutProxy
  const handled: string[] = []
  beforeAll(async () => {
    server = createServer((request, response) => {
      handled.push(request.url ?? '')
      response.end(JSON.stringify({ path: request.url, filling: 'y'.repeat(1_000) }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    proxy = await startCutProxy({ target: { host: '127.0.0.1', port } })
  })
  afterAll(async () => {
    await proxy?.stop()
    server?.close()
  })
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${proxy.port}${path}`)).json()

  test('the handler ran, and the answer is lost or broken off', async () => {
    expect(await get('/whole')).toMatchObject({ path: '/whole' })
    proxy.cutAfterRequest({ containing: '/lost' })
    await expect(get('/lost')).rejects.toThrow()
    proxy.cutAfterRequest({ containing: '/half', answerBytes: 300 })
    await expect(get('/half')).rejects.toThrow()
    proxy.cutBeforeRequest({ containing: '/never' })
    await expect(get('/never')).rejects.toThrow()
    expect(handled).toEqual(['/whole', '/lost', '/half'])
  })
})
