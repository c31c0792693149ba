import { describe, expect, test } from 'vitest'
import { lines, lockfileAudits, sha } from './lockfile-audit.ts'

const { audit } = lockfileAudits()

describe('yarn.lock', () => {
  test('of Yarn 1', async () => {
    const content = [
      '# yarn lockfile v1',
      '',
      '"a@^1.0.0", "a@^1.1.0":',
      '  version "1.1.0"',
      '  resolved "https://registry.example/a/-/a-1.1.0.tgz#0000000000000000000000000000000000000000"',
      `  integrity ${sha}`,
      '',
      'b@^1.0.0:',
      '  version "1.0.0"',
      '  resolved "http://registry.example/b/-/b-1.0.0.tgz#0000000000000000000000000000000000000000"',
      '',
      'c@a/c:',
      '  version "1.0.0"',
      '  resolved "https://codeload.github.com/a/c/tar.gz/abc"',
      '',
      '"d@file:../../d":',
      '  version "1.0.0"',
      '',
    ].join('\n')
    const manifest = JSON.stringify({ version: '1.1.0', license: 'ISC', scripts: { install: 'x' } })
    const report = await audit({ 'yarn.lock': content, 'node_modules/a/package.json': manifest })
    expect(lines(report)).toEqual([
      'dependency-install-script yarn.lock:3',
      'dependency-plain-http yarn.lock:8',
      'dependency-weak-integrity yarn.lock:8',
      'dependency-from-git yarn.lock:12',
      'dependency-outside-tree yarn.lock:16',
      'licence-not-installed yarn.lock:1',
    ])
    expect(report.lockfiles[0]?.packages).toBe(4)
  })

  test('of Yarn 2 and later', async () => {
    const content = [
      '__metadata:',
      '  version: 8',
      '  cacheKey: 10c0',
      '',
      '"a@npm:^1.0.0, a@npm:^1.1.0":',
      '  version: 1.1.0',
      '  resolution: "a@npm:1.1.0"',
      '  checksum: 10c0/aaaa',
      '  languageName: node',
      '  linkType: hard',
      '',
      '"app@workspace:.":',
      '  version: 0.0.0-use.local',
      '  resolution: "app@workspace:."',
      '  linkType: soft',
      '',
      '"b@npm:1.0.0":',
      '  version: 1.0.0',
      '  resolution: "b@npm:1.0.0"',
      '  linkType: hard',
      '',
      '"c@https://example.com/c.git#commit=abc":',
      '  version: 1.0.0',
      '  resolution: "c@https://example.com/c.git#commit=abc"',
      '  linkType: hard',
      '',
      '"d@portal:../d::locator=app%40workspace%3A.":',
      '  version: 1.0.0',
      '  resolution: "d@portal:../d::locator=app%40workspace%3A."',
      '  linkType: soft',
      '',
    ].join('\n')
    expect(lines(await audit({ 'yarn.lock': content }))).toEqual([
      'dependency-no-integrity yarn.lock:17',
      'dependency-from-git yarn.lock:22',
      'dependency-outside-tree yarn.lock:27',
      'licence-not-installed yarn.lock:1',
    ])
  })

  test('with a merge conflict', async () => {
    const report = await audit({ 'yarn.lock': '# yarn lockfile v1\n\n<<<<<<< HEAD\na@1:\n  version "1"\n' })
    expect(report.findings.map(({ ruleId }) => ruleId)).toEqual(['lockfile-broken'])
  })
})
