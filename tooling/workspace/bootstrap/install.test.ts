import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ensureInstalled, withoutCaller, workspaceNode } from './install.mjs'

/** Stands in for npm: notes its arguments, then either lays down both Nodes or complains and fails. */
const fakeNpm = `
  const { appendFileSync, existsSync, mkdirSync, writeFileSync } = require('node:fs')
  appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n')
  if (existsSync('broken')) {
    console.error('ERR_SOMETHING the registry is gone')
    process.exit(1)
  }
  for (const home of ['.', 'apps/runtime-demo']) {
    mkdirSync(home + '/node_modules/node/bin', { recursive: true })
    writeFileSync(home + '/node_modules/node/bin/' + (process.platform === 'win32' ? 'node.exe' : 'node'), '')
  }
`

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pawl-install-'))
  mkdirSync(join(root, 'npm'))
  writeFileSync(join(root, 'npm/npm-cli.js'), fakeNpm)
  writeFileSync(join(root, 'package.json'), JSON.stringify({ packageManager: 'pnpm@1.2.3' }))
  writeFileSync(join(root, 'pnpm-lock.yaml'), 'lockfileVersion: 1\n')
  vi.stubEnv('npm_execpath', join(root, 'npm/npm-cli.js'))
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  rmSync(root, { recursive: true, force: true })
})

function calls(): string[] {
  const file = join(root, 'calls')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
}

test('installs with the pinned pnpm and a frozen lockfile, once', async () => {
  await ensureInstalled(root, 'all')
  await ensureInstalled(root, 'all')
  expect(calls()).toHaveLength(1)
  expect(calls()[0]).toMatch(/^exec --yes -- pnpm@1\.2\.3 install --frozen-lockfile /)
})

test('two at the same time install once', async () => {
  await Promise.all([ensureInstalled(root, 'all'), ensureInstalled(root, 'all')])
  expect(calls()).toHaveLength(1)
})

test('a new lockfile is installed', async () => {
  await ensureInstalled(root, 'all')
  appendFileSync(join(root, 'pnpm-lock.yaml'), 'more: true\n')
  await ensureInstalled(root, 'all')
  expect(calls()).toHaveLength(2)
})

test('a Node that is gone is installed', async () => {
  await ensureInstalled(root, 'all')
  rmSync(workspaceNode(root, 'all'))
  await ensureInstalled(root, 'all')
  expect(calls()).toHaveLength(2)
})

test('the demo installs what it needs alone, and a later task completes it', async () => {
  await ensureInstalled(root, 'demo')
  expect(calls()[0]).toContain('--prod --filter-prod @pawl/runtime-demo...')
  await ensureInstalled(root, 'all')
  expect(calls()).toHaveLength(2)
  expect(calls()[1]).not.toContain('--filter')
})

test('a full install satisfies the demo, and stays full when the lockfile changes', async () => {
  await ensureInstalled(root, 'all')
  await ensureInstalled(root, 'demo')
  expect(calls()).toHaveLength(1)
  appendFileSync(join(root, 'pnpm-lock.yaml'), 'more: true\n')
  await ensureInstalled(root, 'demo')
  expect(calls()[1]).not.toContain('--filter')
})

test('a failure shows what pnpm said and what to do, and the next try starts again', async () => {
  writeFileSync(join(root, 'broken'), '')
  await expect(ensureInstalled(root, 'demo')).rejects.toThrow(
    /ERR_SOMETHING the registry is gone[\s\S]*Check that the npm registry can be reached/,
  )
  rmSync(join(root, 'broken'))
  await ensureInstalled(root, 'demo')
  expect(calls()).toHaveLength(2)
  expect(calls()[1]).toContain('--filter')
})

test('a machine without npm is told so', async () => {
  vi.stubEnv('npm_execpath', '')
  vi.stubEnv('PATH', root)
  await expect(ensureInstalled(root, 'all')).rejects.toThrow(
    /npm could not be started[\s\S]*Install Node 20 or newer/,
  )
})

test('what npm says about its own call goes no further, and the settings of the user do', () => {
  expect(
    withoutCaller({
      npm_package_name: 'pawl-workspace',
      npm_lifecycle_event: 'demo',
      npm_config_local_prefix: 'here',
      npm_config_registry: 'https://registry.example',
      HOME: 'home',
    }),
  ).toEqual({ npm_config_registry: 'https://registry.example', HOME: 'home' })
})
