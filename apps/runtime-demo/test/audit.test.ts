import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SkipReason } from '../src/tree/skip.ts'
import { makeHostileTree, planted, plantedAt, removeTree } from './fixture-tree.ts'
import { runAudit } from './run-audit.ts'

let root: string
let audit: Awaited<ReturnType<typeof runAudit>>

beforeAll(async () => {
  root = await makeHostileTree()
  audit = await runAudit(root, join(root, 'node_modules', 'out'))
})

afterAll(() => removeTree(root))

const found = (ruleId: string) =>
  audit.review.findings
    .filter((finding) => finding.ruleId === ruleId)
    .map(({ file, line }) => ({ file, line }))

const skipped = (path: string): SkipReason[] =>
  audit.review.skips.filter((skip) => skip.path === path).map(({ reason }) => reason)

const output = (name: string): Promise<string> => readFile(join(audit.written.directory, name), 'utf8')

describe('what a hostile tree gives', () => {
  test('the planted AWS key, id and secret, each on its line', () => {
    const { file, keyIdLine, secretLine } = plantedAt.env
    expect(found('secret-aws-access-key-id')).toEqual([{ file, line: keyIdLine }])
    expect(found('secret-aws-secret-access-key')).toEqual([{ file, line: secretLine }])
  })

  test('no secret in any output, log line or report', async () => {
    const all = [JSON.stringify(audit), await output('audit.sarif'), await output('audit.md')].join('\n')
    expect(all).not.toContain(planted.keyId)
    expect(all).not.toContain(planted.secret)
    expect(all).toContain('secret-aws-access-key-id')
  })

  test('eval of user input on its line, also in files with strange names, not in what is left out', () => {
    expect(found('code-eval')).toEqual([
      { file: plantedAt.bidi, line: 1 },
      { file: plantedAt.newline, line: 1 },
      plantedAt.evil,
    ])
  })

  test.runIf(process.platform !== 'win32')('permission bits', () => {
    const only = (...files: string[]) => files.map((file) => ({ file, line: undefined }))
    expect(found('mode-world-writable-file')).toEqual(only(plantedAt.writableIgnored, plantedAt.writable))
    expect(found('mode-setuid')).toEqual(only('bin/tool'))
    expect(found('mode-env-world-readable')).toEqual(only('.env'))
    expect(found('mode-private-key-readable')).toEqual(only('keys/id_rsa'))
  })

  test('the broken lockfile, at the line of the conflict', () => {
    expect(found('lockfile-broken')).toEqual([{ file: 'package-lock.json', line: 3 }])
  })

  test('what was skipped is listed with the reason', () => {
    expect(skipped('src/loop')).toEqual(['symlink'])
    expect(skipped('outside')).toEqual(['symlink'])
    expect(skipped('src/logo.png')).toEqual(['binary'])
    expect(skipped('src/broken.ts')).toEqual(['unparsable'])
    expect(skipped(plantedAt.big)).toEqual(['too-large'])
  })

  test('nothing in the reports can end a line or a cell, hide text or bring in HTML', async () => {
    const markdown = await output('audit.md')
    expect(markdown).not.toContain('\u202e')
    expect(markdown).not.toContain('<img')
    expect(markdown).toContain('src/new\\\\nline.js'.replace('\\\\n', '&#92;n'))
    const rows = markdown.split('\n').filter((line) => line.startsWith('|'))
    expect(rows.length).toBeGreaterThan(10)
    for (const row of rows) expect(row.endsWith(' |')).toBe(true)
  })

  test('file names are percent-encoded in SARIF', async () => {
    const sarif = await output('audit.sarif')
    expect(sarif).toContain('"uri": "src/new%0Aline.js"')
    expect(sarif).toContain('"uri": "src/a%7C%60%3Cimg%20src%3Dx%3E%60%E2%80%AE.js"')
  })

  test('a second audit gives the same outputs, and its reports the same bytes', async () => {
    const before = [await output('audit.sarif'), await output('audit.md')]
    const again = await runAudit(root, audit.written.directory)
    expect(again.review).toEqual(audit.review)
    expect(again.reports).toEqual(audit.reports)
    expect(again.written).toEqual(audit.written)
    expect([await output('audit.sarif'), await output('audit.md')]).toEqual(before)
    expect((await readdir(audit.written.directory)).sort()).toEqual(['audit.md', 'audit.sarif'])
  })

  test('the reports are readable by their owner alone', async () => {
    const { mode } = await stat(join(audit.written.directory, 'audit.sarif'))
    if (process.platform !== 'win32') expect(mode & 0o777).toBe(0o600)
    expect(mode).toBeGreaterThan(0)
  })

  test('every output survives JSON unchanged', () => {
    expect(JSON.parse(JSON.stringify(audit))).toEqual(audit)
  })
})
