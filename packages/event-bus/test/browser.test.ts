import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'
import { createEventBus, openOutput, type WorkflowEvents } from '@pawl/event-bus'
import { createSseBridge } from '@pawl/event-bus/sse'
import { byToken, createWebSocketBridge } from '@pawl/event-bus/websocket'
import { type Browser, type Page, startChromium } from '@pawl/testkit/chromium'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cuttingProxy } from './cutting-proxy.ts'
import { serve } from './serve.ts'

// The client in a real Chromium, against the real bridges. The browser loads the client's sources as modules, with
// their types stripped, so that an import of Node or of a package would fail here.

const SOURCES = fileURLToPath(new URL('../src/', import.meta.url))
const TOKEN = 'a-token-of-alice'

/** A page that follows a job and keeps what it sees where the test can look. */
const PAGE = `<!doctype html><meta charset="utf-8"><p id="text"></p><script type="module">
import { createEventClient, isGap, Outputs } from '/src/client/index.ts'
const query = new URLSearchParams(location.search)
const client = createEventClient({
  ...(query.has('webSocket') && { webSocket: query.get('webSocket') }),
  ...(query.has('sse') && { sse: query.get('sse') }),
  token: async () => query.get('token'),
  backoff: { minMs: 5, maxMs: 20 },
})
const seen = (window.seen = [])
window.client = client
const outputs = new Outputs()
try {
  for await (const event of client.subscribe(query.get('job'))) {
    seen.push(isGap(event) ? 'gap' : event.seq)
    const output = outputs.take(event)
    if (output) document.querySelector('#text').textContent = output.text
  }
} catch (error) {
  window.failed = error.code
}
</script>`

/** Serves the page and the client's sources. */
async function pageAndSources(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://host')
  if (pathname === '/') {
    response.setHeader('content-type', 'text/html').end(PAGE)
  } else if (pathname.startsWith('/src/') && !pathname.includes('..')) {
    const source = await readFile(SOURCES + pathname.slice('/src/'.length), 'utf8')
    response.setHeader('content-type', 'text/javascript').end(stripTypeScriptTypes(source))
  } else response.writeHead(404).end()
}

let browser: Browser
beforeAll(async () => {
  browser = await startChromium()
}, 120_000)
afterAll(() => browser?.close())

async function open() {
  const bus = createEventBus<WorkflowEvents & { tick: number }>({ replay: 10_000 })
  const authorize = byToken({ alice: TOKEN })
  const webSocket = createWebSocketBridge(bus, { authorize, heartbeatMs: 1_000 })
  const sse = createSseBridge(bus, { authorize, heartbeatMs: 1_000 })
  const served = await serve({ webSocket, sse }, (request, response) => {
    pageAndSources(request, response).catch(() => void response.writeHead(404).end())
  })
  const proxy = await cuttingProxy(served.host)
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  const visit = (query: Record<string, string>) =>
    page.goto(`http://${proxy.host}/?${new URLSearchParams({ token: TOKEN, job: 'job', ...query })}`)
  return {
    bus,
    served,
    proxy,
    page,
    visit,
    errors,
    async [Symbol.asyncDispose]() {
      await page.close()
      await proxy[Symbol.asyncDispose]()
      await served[Symbol.asyncDispose]()
    },
  }
}

const BOTH = { webSocket: '/ws/progress', sse: '/sse/progress' }
const seenOn = (page: Page) => page.evaluate(() => (globalThis as unknown as { seen: unknown[] }).seen)
const stateOf = (page: Page) =>
  page.evaluate(() => {
    const { client } = globalThis as unknown as { client: { state: string; transport: string } }
    return `${client.state} ${client.transport}`
  })
/** Resolves when the page has seen so many events. */
const sees = (page: Page, count: number) =>
  page.waitForFunction(
    (wanted) => (globalThis as unknown as { seen: unknown[] }).seen.length >= wanted,
    count,
  )

describe('the client in Chromium', () => {
  it.each([
    ['websocket', { webSocket: '/ws/progress' }],
    ['sse', { sse: '/sse/progress' }],
  ])(
    'gets every event once, in order, over %s, with its token and over cuts',
    async (transport, query) => {
      await using trial = await open()
      const { bus, page, proxy } = trial
      bus.emit('tick', 0, { jobId: 'job' })
      await trial.visit(query as Record<string, string>)
      await sees(page, 1)
      expect(await stateOf(page)).toBe(`open ${transport}`)
      for (let round = 0; round < 20; round++) {
        for (let n = 0; n < 25; n++) bus.emit('tick', n, { jobId: n % 5 ? 'job' : 'another' })
        if (round % 2) proxy.cut()
        else await new Promise((resolve) => setTimeout(resolve, 20))
      }
      const expected = bus.replay('**').filter(({ meta }) => meta.jobId === 'job')
      await sees(page, expected.length)
      expect(await seenOn(page)).toEqual(expected.map(({ seq }) => seq))
      expect(proxy.cuts).toBeGreaterThan(5)
      expect(trial.errors).toEqual([])
    },
    60_000,
  )

  it('falls back to SSE, and shows a text once over cuts and a second attempt', async () => {
    await using trial = await open()
    const { bus, page, proxy, served } = trial
    served.server.removeAllListeners('upgrade')
    await trial.visit({ ...BOTH, job: 'run' })
    await page.waitForFunction(
      () => (globalThis as unknown as { client: { state: string } }).client.state === 'open',
    )
    expect(await stateOf(page)).toBe('open sse')
    const first = openOutput(bus, { runId: 'run', step: 'write', flushMs: 0 })
    for (const word of ['This ', 'is ', 'given ', 'up']) first.write(word)
    const second = openOutput(bus, { runId: 'run', step: 'write', attempt: 2, flushMs: 0 })
    for (const word of ['Each ', 'word ', 'stands ', 'here ', 'once.']) {
      second.write(word)
      proxy.cut()
      await new Promise((resolve) => setTimeout(resolve, 15))
    }
    second.end()
    await sees(page, bus.lastSeq)
    expect(await page.locator('#text').textContent()).toBe('Each word stands here once.')
    expect(trial.errors).toEqual([])
  }, 60_000)

  it('is told when its token is wrong', async () => {
    await using trial = await open()
    await trial.visit({ ...BOTH, token: 'not-a-token-of-alice' })
    await trial.page.waitForFunction(() => 'failed' in globalThis)
    expect(await trial.page.evaluate(() => (globalThis as unknown as { failed: string }).failed)).toBe(
      'EVENT_BUS_REFUSED',
    )
  }, 60_000)

  it('is refused from a page of another origin', async () => {
    await using trial = await open()
    await using elsewhere = await open()
    const { port } = new URL(`http://${trial.served.host}`)
    const far = {
      webSocket: `ws://127.0.0.1:${port}/ws/progress`,
      sse: `http://127.0.0.1:${port}/sse/progress`,
    }
    await elsewhere.visit(far)
    trial.bus.emit('tick', 1, { jobId: 'job' })
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(await seenOn(elsewhere.page)).toEqual([])
    expect(await stateOf(elsewhere.page)).not.toMatch(/^open/)
  }, 60_000)
})
