import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { publicPackages, root } from './workspace.ts'

function json(file: string) {
  return JSON.parse(readFileSync(join(root, file), 'utf8'))
}

test('the pnpm that installs is the pnpm that turbo finds on the PATH', () => {
  const { packageManager, devDependencies } = json('package.json')
  expect(packageManager).toBe(`pnpm@${devDependencies.pnpm}`)
})

test('every public package is built', () => {
  const built = json('tsconfig.json').references.map(({ path }: { path: string }) => path)
  expect(built.sort()).toEqual(
    publicPackages().map(({ folder }) => relative(root, folder).replaceAll('\\', '/')),
  )
})

test('every public package is tested on every Node of the matrix', () => {
  const matrix = /package: \[(?<names>[^\]]+)\]/.exec(
    readFileSync(join(root, '.github/workflows/test.yml'), 'utf8'),
  )
  const names = matrix?.groups?.names?.split(', ').map((name) => `@pawl/${name}`)
  expect(names?.sort()).toEqual(
    publicPackages()
      .map(({ manifest }) => manifest.name)
      .sort(),
  )
})
