import { execFile } from 'node:child_process'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { readText } from '../src/tree/read-text.ts'
import { makeTree, removeTree } from './fixture-tree.ts'

const run = promisify(execFile)
const made: string[] = []

afterEach(async () => {
  for (const root of made.splice(0)) await removeTree(root)
})

async function fileWith(content: string | Uint8Array): Promise<string> {
  const root = await makeTree({ file: content })
  made.push(root)
  return join(root, 'file')
}

test('text of exactly the limit is read, one byte more is not', async () => {
  const path = await fileWith('12345')
  expect(await readText(path, 5)).toEqual({ ok: true, text: '12345' })
  expect(await readText(path, 4)).toEqual({ ok: false, reason: 'too-large', detail: '5 bytes, limit 4' })
})

test.each([
  ['UTF-8 with a mark', Buffer.from('\ufeffé'), 'é'],
  ['UTF-16, little end first', Buffer.from('\ufeffé', 'utf16le'), 'é'],
  ['UTF-16, big end first', Buffer.from('\ufeffé', 'utf16le').swap16(), 'é'],
  ['invalid UTF-8', Buffer.from([0x61, 0xff]), 'a\ufffd'],
  ['nothing', Buffer.alloc(0), ''],
])('%s', async (_, bytes, text) => {
  expect(await readText(await fileWith(bytes), 100)).toEqual({ ok: true, text })
})

test('a NUL near the start means binary', async () => {
  expect(await readText(await fileWith('a\0b'), 100)).toMatchObject({ ok: false, reason: 'binary' })
})

test('a link, a directory and a missing file are results', async () => {
  const path = await fileWith('x')
  await symlink('file', `${path}-link`)
  if (process.platform !== 'win32') {
    expect(await readText(`${path}-link`, 9)).toEqual({ ok: false, reason: 'unreadable', detail: 'ELOOP' })
    expect(await readText(join(path, '..'), 9)).toMatchObject({ ok: false, reason: 'special' })
  }
  expect(await readText(`${path}-none`, 9)).toEqual({ ok: false, reason: 'unreadable', detail: 'ENOENT' })
})

test.runIf(process.platform !== 'win32')('a pipe without a writer does not hang', async () => {
  const path = `${await fileWith('')}-pipe`
  await run('mkfifo', [path])
  expect(await readText(path, 9)).toMatchObject({ ok: false, reason: 'special' })
})
