import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { sleep } from '../../test/watched-client.ts'
import { EventStream } from './event-stream.ts'
import { createUpstashMessageBus } from './index.ts'

it('does not ask again and again for a stream that ends at once', async () => {
  let asked = 0
  const server = createServer((_, response) => {
    asked++
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const bus = createUpstashMessageBus({ url: `http://127.0.0.1:${port}`, token: 'x' })
  await expect(bus.subscribe('t', () => {})).rejects.toMatchObject({ code: 'MESSAGE_BROKER_UNAVAILABLE' })
  await sleep(300)
  expect(asked).toBe(1)
  await bus.close()
  server.close()
})

it('pauses before it opens a stream again that was heard and ended at once', async () => {
  let opened = 0
  const server = createServer((_, response) => {
    opened++
    response.end('data: subscribe,c,1\n\n')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stream = new EventStream({ url: `http://127.0.0.1:${port}`, token: 't' }, 'c', () => {})
  await stream.opened
  await sleep(1000)
  expect(opened).toBeLessThan(5)
  stream.close()
  server.close()
})
