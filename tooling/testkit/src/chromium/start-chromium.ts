import process from 'node:process'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'
import { onPath } from '../keeper/on-path.ts'
import { chromiumFolder } from './chromium-folder.ts'

/**
 * A headless browser, with the API of Playwright: on Linux with an x64 processor from npm, else the Chromium, Chrome or
 * Edge that is installed. Rejects with how to get one. It goes with `close()`, with `await using`, and when this
 * process dies without a word.
 */
export async function startChromium(): Promise<Browser> {
  if (process.platform === 'linux' && process.arch === 'x64') return fromNpm()
  for (const installed of await installedBrowsers()) {
    const browser = await chromium.launch(installed).catch(() => undefined)
    if (browser !== undefined) return browser
  }
  throw new Error(
    `There is no browser for ${process.platform} on ${process.arch}: the one from npm is for Linux on x64, and no ` +
      'Chromium, Chrome or Edge is installed where it is looked for. Install Google Chrome, or Chromium so that ' +
      '`chromium` is on the PATH (`sudo apt-get install -y chromium` on Debian).',
  )
}

async function fromNpm(): Promise<Browser> {
  const { executablePath, fonts, libraries } = await chromiumFolder()
  const env = { ...process.env, FONTCONFIG_FILE: fonts }
  try {
    return await chromium.launch({ executablePath, env })
  } catch (cause) {
    if (!/error while loading shared libraries/.test(String(cause))) throw cause
    return chromium.launch({ executablePath, env: { ...env, LD_LIBRARY_PATH: libraries } })
  }
}

async function installedBrowsers(): Promise<LaunchOptions[]> {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'microsoft-edge']
  const paths = (await Promise.all(names.map(onPath))).filter((path) => path !== undefined)
  return [
    ...paths.map((executablePath) => ({ executablePath })),
    { channel: 'chrome' },
    { channel: 'msedge' },
  ]
}
