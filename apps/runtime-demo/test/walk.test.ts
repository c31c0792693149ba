import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { type TreeItem, walkTree } from '../src/tree/walk.ts'
import { makeTree, removeTree, type TreeFiles } from './fixture-tree.ts'

const made: string[] = []
const { signal } = new AbortController()

afterEach(async () => {
  for (const root of made.splice(0)) await removeTree(root)
})

async function tree(files: TreeFiles): Promise<string> {
  const root = await makeTree(files)
  made.push(root)
  return root
}

async function filesIn(root: string, gitignore = true): Promise<string[]> {
  const files: string[] = []
  for await (const item of walkTree(root, { gitignore, signal }))
    if (item.kind === 'file') files.push(item.path)
  return files
}

const noContent = (paths: readonly string[]): TreeFiles => Object.fromEntries(paths.map((path) => [path, '']))

test('files come in the byte order of their whole paths', async () => {
  const paths = ['a-b', 'a.c', 'a/b', 'a/b-c/d', 'a0', 'B', 'é', '\u{1f600}', '\uffee']
  const byBytes = [...paths].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  expect(await filesIn(await tree(noContent(paths)))).toEqual(byBytes)
})

test('any tree comes in the byte order of its paths', async () => {
  const name = fc.string({
    unit: fc.constantFrom('a', 'b', '-', '.', '0', '~', 'é', ' '),
    minLength: 1,
    maxLength: 3,
  })
  const safe = name.filter((part) => !/^\.+$/.test(part) && part.normalize() === part)
  const path = fc
    .array(
      safe.map((part) => `x${part}`),
      { minLength: 1, maxLength: 3 },
    )
    .map((parts) => parts.join('/'))
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(path, { maxLength: 8 }), async (paths) => {
      // A path that is another's directory cannot be a file too.
      const files = paths.filter((one) => !paths.some((other) => other.startsWith(`${one}/`)))
      const root = await makeTree(noContent(files))
      try {
        const walked = await filesIn(root)
        expect(walked).toEqual([...files].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
      } finally {
        await removeTree(root)
      }
    }),
    { numRuns: 25 },
  )
})

test('.gitignore files count as in git: nested ones, exceptions, directories, case', async () => {
  const root = await tree({
    '.gitignore': '*.log\nbuild/\n/only-top.txt\n!important.log\n',
    'a.log': '',
    'A.LOG': '',
    'important.log': '',
    'build/x.js': '',
    'sub/build': '',
    'only-top.txt': '',
    'sub/only-top.txt': '',
    'sub/.gitignore': '!b.log\nlocal\n',
    'sub/b.log': '',
    'sub/c.log': '',
    'sub/local/x': '',
    local: '',
  })
  expect(await filesIn(root)).toEqual([
    '.gitignore',
    'A.LOG',
    'important.log',
    'local',
    'sub/.gitignore',
    'sub/b.log',
    'sub/build',
    'sub/only-top.txt',
  ])
  expect(await filesIn(root, false)).toContain('build/x.js')
})

test('a .gitignore that is a link is not followed', async () => {
  const root = await tree({ 'rules.txt': 'a.js\n', 'a.js': '' })
  await symlink('rules.txt', join(root, '.gitignore'))
  expect(await filesIn(root)).toContain('a.js')
})

test('what is never audited is left out at any depth, but a file of such a name is not', async () => {
  const paths = ['.git/a', 'b/node_modules/c/d', 'e/dist/f', '.pawl/g', 'h/dist', 'distance/i']
  expect(await filesIn(await tree(noContent(paths)), false)).toEqual(['distance/i', 'h/dist'])
})

test('a very deep tree is walked to its end or its depth is reported, never a crash', async () => {
  const root = await tree({})
  const deep = Array.from({ length: 400 }, () => 'abc').join('/')
  await mkdir(join(root, deep), { recursive: true })
  await writeFile(join(root, deep, 'end'), '')
  expect(await filesIn(root)).toEqual([`${deep}/end`])
})

test.runIf(process.platform === 'linux')(
  'a name that is not UTF-8 is a skip that shows its bytes',
  async () => {
    const root = await tree({ ok: '' })
    await writeFile(Buffer.concat([Buffer.from(`${root}/bad`), Buffer.from([0xff, 0x5c])]), '')
    const items: TreeItem[] = []
    for await (const item of walkTree(root, { gitignore: true, signal })) items.push(item)
    expect(items.filter(({ kind }) => kind === 'skip')).toEqual([
      {
        kind: 'skip',
        skip: { path: 'bad\\xff\\x5c', reason: 'name-not-utf8', detail: 'rename it, then run this again' },
      },
    ])
    expect(items.filter(({ kind }) => kind === 'file')).toHaveLength(1)
  },
)
