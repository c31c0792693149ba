import { expect, test } from 'vitest'
import { tarballProblems } from './tarball-rules.ts'
import type { Manifest } from './workspace.ts'

const files = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts']
const manifest: Manifest = {
  name: '@pawl/example',
  version: '1.0.0',
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
  },
  dependencies: { other: '^1.0.0' },
}

test('a tarball as it should be', () => {
  expect(tarballProblems(manifest, files)).toEqual([])
})

test.each(['workspace:^', 'catalog:', 'link:../other', 'file:../other'])('the range %s', (range) => {
  expect(tarballProblems({ ...manifest, dependencies: { other: range } }, files)).toEqual([
    `depends on other at "${range}", which npm does not understand`,
  ])
})

test('exports of sources, also below conditions', () => {
  const exports = { '.': { types: './src/index.ts', default: './dist/index.js' } }
  expect(tarballProblems({ ...manifest, exports }, files)).toEqual([
    'exports ./src/index.ts, which is not built',
  ])
})

test('files that are missing and files too many', () => {
  const packed = ['package.json', 'LICENSE', 'src/bus.test.ts', 'dist/.tsbuildinfo', 'dist/bus.test.js']
  expect(tarballProblems(manifest, packed)).toEqual([
    'has no README.md',
    'contains src/bus.test.ts',
    'contains dist/.tsbuildinfo',
    'contains dist/bus.test.js',
  ])
})
