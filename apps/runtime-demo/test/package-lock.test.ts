import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { lines, lockfileAudits, sha } from './lockfile-audit.ts'
import { scanner } from './run-audit.ts'

const { audit, tree } = lockfileAudits()

const from = (name: string) => `https://registry.example/${name}/-/${name}-1.0.0.tgz`
const good = (name: string) => ({ version: '1.0.0', resolved: from(name), integrity: sha, license: 'MIT' })
const npmLock = (packages: Record<string, object>) =>
  JSON.stringify(
    { name: 'app', lockfileVersion: 3, requires: true, packages: { '': {}, ...packages } },
    null,
    2,
  )

/** The line of the first row that holds `text`. */
const lineOf = (content: string, text: string): number =>
  content.split('\n').findIndex((row) => row.includes(text)) + 1

describe('package-lock.json', () => {
  test('a clean one has no finding, and its licences are counted', async () => {
    const report = await audit({ 'package-lock.json': npmLock({ 'node_modules/a': good('a') }) })
    expect(report.findings).toEqual([])
    expect(report.lockfiles).toEqual([
      { file: 'package-lock.json', format: 'npm', packages: 1, licences: [{ licence: 'MIT', packages: 1 }] },
    ])
  })

  test('each risk is found at the line of its package', async () => {
    const risks: Record<string, [string, object]> = {
      git: [
        'dependency-from-git',
        { version: '1.0.0', resolved: 'git+ssh://git@github.com/a/git.git#abc', license: 'MIT' },
      ],
      url: ['dependency-from-url', { ...good('url'), resolved: 'https://example.com/url.tgz' }],
      plain: [
        'dependency-plain-http',
        { ...good('plain'), resolved: from('plain').replace('https', 'http') },
      ],
      unchecked: ['dependency-no-integrity', { ...good('unchecked'), integrity: undefined }],
      old: ['dependency-weak-integrity', { ...good('old'), integrity: 'sha1-aaaaaaaaaaaaaaaaaaaaaaaaaaa=' }],
      script: ['dependency-install-script', { ...good('script'), hasInstallScript: true }],
      outside: ['dependency-outside-tree', { resolved: '../outside', link: true }],
      tar: ['dependency-outside-tree', { ...good('tar'), resolved: 'file:../../tar.tgz' }],
      copyleft: ['licence-copyleft', { ...good('copyleft'), license: 'GPL-3.0-only' }],
      closed: ['licence-proprietary', { ...good('closed'), license: 'UNLICENSED' }],
      strange: ['licence-review', { ...good('strange'), license: 'Beerware' }],
      vague: ['licence-unknown', { ...good('vague'), license: 'do what you like' }],
    }
    const content = npmLock(
      Object.fromEntries(Object.entries(risks).map(([name, [, entry]]) => [`node_modules/${name}`, entry])),
    )
    const report = await audit({ 'app/package-lock.json': content })
    const expected = Object.entries(risks).map(
      ([name, [rule]]) => `${rule} app/package-lock.json:${lineOf(content, `"node_modules/${name}"`)}`,
    )
    // The lockfile is one directory down: `../outside` is still inside the tree, and so is no risk.
    expect(lines(report)).toEqual(
      expected.filter((line) => !line.endsWith(`:${lineOf(content, 'node_modules/outside')}`)),
    )
  })

  test('links inside the tree, bundled and aliased packages are no risk', async () => {
    const report = await audit({
      'package-lock.json': npmLock({
        'packages/a': { version: '1.0.0' },
        'node_modules/a': { resolved: 'packages/a', link: true },
        'node_modules/b/node_modules/c': { version: '1.0.0', inBundle: true, license: 'MIT' },
        'node_modules/alias': { ...good('real'), name: 'real' },
        'node_modules/@scope/d': {
          ...good('d'),
          resolved: 'https://registry.example/@scope%2fd/-/d-1.0.0.tgz',
        },
      }),
    })
    expect(report.findings).toEqual([])
  })

  test('several versions of a package are one note', async () => {
    const report = await audit({
      'package-lock.json': npmLock({
        'node_modules/a': good('a'),
        'node_modules/b/node_modules/a': { ...good('a'), version: '2.0.0' },
      }),
    })
    expect(report.findings).toMatchObject([
      { ruleId: 'dependency-duplicate', level: 'note', message: '"a" is locked in 2 versions: 1.0.0, 2.0.0' },
    ])
  })

  test('credentials in a URL are not shown', async () => {
    const login = ['user', 'hunter2'].join(':')
    const report = await audit({
      'package-lock.json': npmLock({
        'node_modules/a': { ...good('a'), resolved: `http://${login}@example.com/a.tgz?token=hunter2` },
      }),
    })
    expect(lines(report)).toHaveLength(2)
    expect(JSON.stringify(report)).not.toContain('hunter2')
    expect(report.findings[0]?.message).toContain('http://example.com/a.tgz')
  })

  test.each([
    ['[]', 'lockfile-broken'],
    ['{"lockfileVersion": 3}', 'lockfile-broken'],
    ['{"lockfileVersion": 1, "dependencies": {}}', 'lockfile-unsupported'],
    ['', 'lockfile-broken'],
    ['['.repeat(100_000), 'lockfile-broken'],
    ['{"lockfileVersion": 3, "packages": {"node_modules/a": null, "node_modules/b": 7}}', undefined],
    ['{"lockfileVersion": 3, "packages": {"__proto__": {"node_modules/a": {}}}}', undefined],
  ])('hostile text %#: a finding at most, never a crash', async (content, ruleId) => {
    const report = await audit({ 'package-lock.json': content })
    expect(report.findings.map((finding) => finding.ruleId)).toEqual(ruleId === undefined ? [] : [ruleId])
  })

  test('a name in it cannot make us read outside the tree', async () => {
    const outside = await tree({ 'package.json': '{ "license": "GPL-3.0-only" }' })
    const up = `${'../'.repeat(20)}${outside.slice(1)}`
    const root = await tree({
      'package-lock.json': npmLock({
        [`node_modules/${up}`]: { integrity: sha },
        'node_modules/link': { integrity: sha },
      }),
      'node_modules/.keep': '',
    })
    await symlink(outside, join(root, 'node_modules', 'link'))
    const report = await scanner('dependencies')({ path: root })
    expect(lines(report)).toEqual(['licence-not-installed package-lock.json:1'])
  })
})

test('a lockfile over its limit is a skip, and a larger limit reads it', async () => {
  const content = npmLock({ 'node_modules/a': good('a') })
  const root = await tree({ 'package-lock.json': content })
  const small = await scanner('dependencies')({ path: root, maxLockfileBytes: 10 })
  expect(small.skips).toMatchObject([{ path: 'package-lock.json', reason: 'too-large' }])
  const large = await scanner('dependencies')({ path: root, maxFileBytes: 10 })
  expect(large.lockfiles).toHaveLength(1)
})

test('an allowed licence is no finding', async () => {
  const files = { 'package-lock.json': npmLock({ 'node_modules/a': { ...good('a'), license: 'MPL-2.0' } }) }
  expect(lines(await audit(files))).toEqual(['licence-copyleft package-lock.json:7'])
  expect(lines(await audit(files, { allowedLicences: ['MPL-2.0'] }))).toEqual([])
})
