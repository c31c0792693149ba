import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findPassages } from '../src/agents/researcher.ts'
import { citationsIn, wrongCitations } from './cited.ts'
import { makeTree, removeTree } from './fixture-tree.ts'
import { quietContext } from './quiet-context.ts'
import { runContent } from './run-content.ts'

const repository = fileURLToPath(new URL('../../..', import.meta.url))
const made: string[] = []
let out: string

async function tree(files: Parameters<typeof makeTree>[0]): Promise<string> {
  const root = await makeTree(files)
  made.push(root)
  return root
}

beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'pawl-brief-'))
  made.push(out)
})
afterEach(async () => {
  for (const root of made.splice(0)) await removeTree(root)
})

const brief = async ({ written }: { written: { reports: { path: string }[] } }) =>
  readFile(written.reports[0]!.path, 'utf8')

test("a brief on this repository's documents is cited line by line, and the same in every run", async () => {
  const first = await runContent('durable workflows', repository, out)
  const text = await brief(first)
  expect(citationsIn(text).length).toBeGreaterThan(30)
  expect(await wrongCitations(text, repository)).toEqual([])
  const second = await runContent('durable workflows', repository, join(out, 'again'))
  expect(await brief(second)).toBe(text)
  expect(second.written.reports[0]!.sha256).toBe(first.written.reports[0]!.sha256)
}, 60_000)

describe('on a few documents', () => {
  const documents = {
    'guide.md':
      '# The pawl\n\nA pawl is a catch that keeps a ratchet from slipping back. It falls into a tooth.\n\n' +
      '## What can go wrong\n\nA worn pawl slips when the spring is lost. Use a new spring:\n\n```sh\nfit --spring\n```\n',
    'history.txt': 'Of pawls\n\nEvery ratchet has a pawl. Clocks had a ratchet and a pawl in 1280.\n',
    'other.md': '# Bread\n\nFlour and water make a dough.\n',
  }

  test('says who it is for, what to call it, by which words it is found, and what is missing', async () => {
    const found = await runContent('pawls of bronze', await tree(documents), out)
    expect(found.research.documents.map(({ file }) => file)).toEqual(['guide.md', 'history.txt'])
    expect(found.research.missing).toEqual(['bronz'])
    expect(found.groups.flatMap(({ terms }) => terms.map(({ term }) => term))).toContain('ratchet')
    expect(found.titles.map(({ title }) => title)).toContain('Pawls of bronze when things go wrong')
    expect(found.keywords.map(({ kind }) => kind)).toContain('question')
    expect(found.outline.opening?.text).toBe('A pawl is a catch that keeps a ratchet from slipping back.')
    expect(found.outline.gaps.join(' ')).toContain('bronz')
    const shown = found.outline.sections.flatMap(({ points }) => points.map(({ text }) => text))
    expect(new Set(shown).size).toBe(shown.length)
    expect(found.readability.map(({ file }) => file)).toContain('guide.md')
  })

  test('no document can put markup into the brief', async () => {
    const evil = {
      'evil.md':
        '# Pawl <img src=x>\n\nThe pawl <script>alert(1)</script> has a [link](javascript:x) and `a|b`.\n',
    }
    const text = await brief(await runContent('pawl', await tree({ ...documents, ...evil }), out))
    expect(await wrongCitations(text, made.at(-1)!)).toEqual([])
    // Outside backticks nothing of it is left as it was.
    expect(text.replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, '')).not.toMatch(/<script|<img|\]\(javascript/)
  })

  test('what cannot be read is listed with its reason, and the rest is', async () => {
    const root = await tree({
      ...documents,
      'picture.md': Uint8Array.from([0x89, 0x50, 0, 0, 1]),
      'big.md': `pawl ${'x'.repeat(2 * 1024 * 1024)}`,
      '.gitignore': 'hidden.md\n',
      'hidden.md': 'A pawl is hidden here.\n',
      '.notes/a.md': 'A pawl in a hidden folder.\n',
    })
    await symlink('.', join(root, 'loop'))
    await symlink('guide.md', join(root, 'link.md'))
    const { research, written } = await runContent('pawl', root, out)
    expect(research.documents.map(({ file }) => file)).toEqual(['guide.md', 'history.txt'])
    expect(research.skips.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
      'big.md too-large',
      'link.md symlink',
      'picture.md binary',
    ])
    expect(await brief({ written })).toContain('## Skipped')
  })
})

describe('bad input', () => {
  const find = (topic: string, sources: string, limits = {}) =>
    findPassages.run({ topic, sources, ...limits }, quietContext())

  test('is told by a code, with what to do', async () => {
    const root = await tree({ 'a.md': 'A pawl stops a wheel.\n' })
    const empty = await tree({ 'a.js': 'pawl()' })
    const binary = await tree({ 'a.md': Uint8Array.from([0, 1, 2]) })
    await symlink('two', join(empty, 'one'))
    await symlink('one', join(empty, 'two'))
    await expect(find('pawl', join(root, 'absent'))).rejects.toMatchObject({ code: 'PATH_UNREADABLE' })
    await expect(find('pawl', join(root, 'a.md'))).rejects.toMatchObject({ code: 'PATH_NOT_DIRECTORY' })
    await expect(find('pawl', join(empty, 'one'))).rejects.toMatchObject({
      message: expect.stringContaining('ELOOP'),
    })
    await expect(find('pawl', empty)).rejects.toMatchObject({ code: 'NOTHING_TO_READ' })
    await expect(find('pawl', binary)).rejects.toMatchObject({
      code: 'NOTHING_TO_READ',
      message: expect.stringContaining('"a.md" is binary'),
    })
    await expect(find('xylophone', root)).rejects.toMatchObject({
      code: 'NO_MATCH',
      message: expect.stringContaining('They are about: pawl'),
      retriable: false,
    })
    await expect(find('of the', root)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  test('the limits are kept, and what is past them is told', async () => {
    const root = await tree({ 'a.md': 'A pawl.\n', 'b.md': 'A pawl too.\n', 'c.md': 'One more pawl.\n' })
    const { corpus, skips } = await find('pawl', root, { maxDocuments: 2 })
    expect(corpus.documents).toBe(2)
    expect(skips).toMatchObject([{ path: 'c.md', reason: 'over-limit' }])
    expect((await find('pawl', root, { maxBytes: 10 })).corpus.documents).toBe(1)
  })

  test('an abort ends the reading with its reason', async () => {
    const reason = new Error('lost the lease')
    const root = await tree({ 'a.md': 'A pawl.\n' })
    const run = findPassages.run({ topic: 'pawl', sources: root }, quietContext(AbortSignal.abort(reason)))
    await expect(run).rejects.toBe(reason)
    await rm(root, { recursive: true })
  })
})
