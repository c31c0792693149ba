import { describe, expect, test } from 'vitest'
import { lines, lockfileAudits, sha } from './lockfile-audit.ts'

const { audit } = lockfileAudits()

describe('pnpm-lock.yaml', () => {
  const content = [
    "lockfileVersion: '9.0'",
    'importers:',
    '  packages/a:',
    '    dependencies:',
    '      near:',
    "        specifier: 'link:../b'",
    '        version: link:../b',
    '      far:',
    "        specifier: 'link:../../../far'",
    '        version: link:../../../far',
    'packages:',
    '  good@1.0.0:',
    `    resolution: {integrity: ${sha}}`,
    "  '@scope/script@1.0.0':",
    `    resolution: {integrity: ${sha}}`,
    '    requiresBuild: true',
    '  hub@https://codeload.github.com/a/hub/tar.gz/abc:',
    '    resolution: {tarball: https://codeload.github.com/a/hub/tar.gz/abc}',
    '    version: 1.0.0',
    '  unchecked@1.0.0:',
    '    resolution: {}',
    '  node@runtime:24.0.0:',
    '    resolution:',
    '      type: variations',
    '      variants:',
    `        - resolution: {integrity: ${sha}}`,
    '    version: 24.0.0',
    'snapshots:',
    '  good@1.0.0: {}',
    '',
  ].join('\n')

  const manifest = (name: string, extra: object) =>
    JSON.stringify({ name, version: '1.0.0', license: 'MIT', ...extra })

  test('risks by line; licences and install scripts from the installed manifests', async () => {
    const report = await audit({
      'pnpm-lock.yaml': content,
      'node_modules/.pnpm/good@1.0.0_peer@2.0.0/node_modules/good/package.json': manifest('good', {
        license: 'GPL-3.0-only',
        scripts: { postinstall: 'node x.js' },
      }),
      'node_modules/.pnpm/@scope+script@1.0.0/node_modules/@scope/script/package.json': manifest(
        '@scope/script',
        {},
      ),
    })
    expect(lines(report)).toEqual([
      'dependency-install-script pnpm-lock.yaml:12',
      'licence-copyleft pnpm-lock.yaml:12',
      'dependency-install-script pnpm-lock.yaml:14',
      'dependency-from-git pnpm-lock.yaml:17',
      'dependency-no-integrity pnpm-lock.yaml:20',
      'dependency-outside-tree pnpm-lock.yaml:10',
      'licence-not-installed pnpm-lock.yaml:1',
    ])
    expect(report.lockfiles[0]?.licences).toEqual([
      { licence: 'unknown', packages: 3 },
      { licence: 'GPL-3.0-only', packages: 1 },
      { licence: 'MIT', packages: 1 },
    ])
  })

  test('several documents in one file', async () => {
    const report = await audit({ 'pnpm-lock.yaml': `---\nlockfileVersion: '9.0'\n---\n${content}` })
    expect(report.lockfiles[0]?.packages).toBe(7)
  })

  test.each([
    ['a: [', 'lockfile-broken pnpm-lock.yaml:2'],
    ["lockfileVersion: '6.0'", 'lockfile-unsupported pnpm-lock.yaml:1'],
    ['just text', 'lockfile-broken pnpm-lock.yaml:1'],
    ['lockfileVersion: x', 'lockfile-broken pnpm-lock.yaml:1'],
    ['a: &a\n  b: *a\nlockfileVersion: 9', undefined],
  ])('hostile text %j', async (text, found) => {
    const report = await audit({ 'pnpm-lock.yaml': `${text}\n` })
    expect(lines(report)).toEqual(found === undefined ? [] : [found])
  })
})
