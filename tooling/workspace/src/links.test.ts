import { globSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { linksOf, wrongWith } from './links.ts'
import { root } from './workspace.ts'

const PAGES = globSync(['*.md', 'docs/**/*.md', 'packages/*/*.md', 'apps/*/*.md', 'tooling/*/*.md'], {
  cwd: root,
})

test.each(PAGES)('%s links to what there is', (page) => {
  const wrong = linksOf(join(root, page)).map(wrongWith)
  expect(wrong.filter((one) => one !== undefined)).toEqual([])
})

test('a link to nothing, and to a test that is not there, is found', () => {
  const page = '[a](nowhere.ts) [of another file](workspace.test.ts) [b](https://x.org)\n```\n[c](d)\n```\n'
  expect(linksOf(import.meta.filename, page).map(wrongWith)).toEqual([
    expect.stringContaining('leads to nothing'),
    expect.stringContaining("has no test 'of another file'"),
  ])
})
