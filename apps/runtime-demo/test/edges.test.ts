import { chmod, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { rankFindings } from '../src/agents/analyst.ts'
import { scanTree } from '../src/agents/security-auditor.ts'
import { writeAudit } from '../src/agents/writer.ts'
import type { Review } from '../src/audit/review.ts'
import { makeTree, planted, removeTree } from './fixture-tree.ts'
import { quietContext } from './quiet-context.ts'
import { runAudit, scanner } from './run-audit.ts'

const made: string[] = []

async function tree(files: Record<string, string>): Promise<string> {
  const root = await makeTree(files)
  made.push(root)
  return root
}

afterEach(async () => {
  for (const root of made.splice(0)) await removeTree(root)
})

const [scanSecrets, scanFileModes, scanCodePatterns, scanDependencies] = [
  scanner('secrets'),
  scanner('file-modes'),
  scanner('code-patterns'),
  scanner('dependencies'),
]
const scans = [scanSecrets, scanFileModes, scanCodePatterns, scanDependencies]

/** Root may read everything, so as root the reads are made as an ordinary user. */
async function asOrdinaryUser<T>(run: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0 || process.seteuid === undefined) return run()
  process.seteuid(65_534)
  try {
    return await run()
  } finally {
    process.seteuid(0)
  }
}

test('a path that is missing is a typed error that names the path and the next action', async () => {
  const path = join(await tree({}), 'missing')
  for (const scan of scans) {
    await expect(scan({ path }, quietContext())).rejects.toMatchObject({
      code: 'PATH_UNREADABLE',
      retriable: false,
      message: expect.stringMatching(/missing" \(ENOENT\): check the spelling/),
    })
  }
})

test('a path that is a file is a typed error', async () => {
  const path = join(await tree({ 'a.txt': '' }), 'a.txt')
  await expect(scanSecrets({ path }, quietContext())).rejects.toMatchObject({
    code: 'PATH_NOT_DIRECTORY',
  })
})

test.runIf(process.platform !== 'win32')('a directory that may not be listed is a typed error', async () => {
  const root = await tree({ 'locked/a.js': '' })
  await chmod(root, 0o755)
  await chmod(join(root, 'locked'), 0o000)
  const path = join(root, 'locked')
  const scan = asOrdinaryUser(() => scanFileModes({ path }, quietContext()))
  await expect(scan).rejects.toMatchObject({
    code: 'PATH_UNREADABLE',
    message: expect.stringContaining('EACCES'),
  })
  await chmod(path, 0o700)
})

test.runIf(process.platform !== 'win32')(
  'an unreadable file or directory inside is a skip, the rest goes on',
  async () => {
    const root = await tree({ 'closed.js': 'eval(a)', 'locked/a.js': 'eval(b)', 'open.js': 'eval(c)' })
    await chmod(root, 0o755)
    await chmod(join(root, 'open.js'), 0o644)
    await chmod(join(root, 'closed.js'), 0o000)
    await chmod(join(root, 'locked'), 0o000)
    const report = await asOrdinaryUser(() => scanCodePatterns({ path: root }, quietContext()))
    expect(report.findings.map(({ file }) => file)).toEqual(['open.js'])
    expect(report.skips).toEqual([
      { path: 'closed.js', reason: 'unreadable', detail: 'EACCES' },
      { path: 'locked', reason: 'unreadable', detail: 'EACCES' },
    ])
    await chmod(join(root, 'locked'), 0o700)
  },
)

test('an empty tree gives an empty review and both reports', async () => {
  const root = await tree({})
  const out = await tree({})
  const { review, written } = await runAudit(root, out)
  expect(review.findings).toEqual([])
  expect(review.skips).toEqual([])
  expect(review.totals).toEqual({ error: 0, warning: 0, note: 0 })
  expect(written.reports.map(({ format }) => format)).toEqual(['sarif', 'markdown'])
})

test('an aborted signal ends every agent with its reason', async () => {
  const path = await tree({ 'a.js': '', 'b.js': '' })
  const reason = new Error('lost the lease')
  const context = quietContext(AbortSignal.abort(reason))
  for (const scan of scans) await expect(scan({ path }, context)).rejects.toBe(reason)
  await expect(rankFindings.run({ reports: [] }, context)).rejects.toBe(reason)
})

test('an abort in the middle ends a scan before it is through', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 400 }, (_, index) => [`f${index}.js`, `f(${index})\n`]),
  )
  const path = await tree(files)
  const controller = new AbortController()
  const scan = scanSecrets({ path }, quietContext(controller.signal))
  setTimeout(() => controller.abort(new Error('stop')), 5)
  await expect(scan).rejects.toThrow('stop')
})

test('findings and skips over the limit are counted, not kept', async () => {
  const path = await tree({ 'a.js': 'eval(a)\neval(b)\neval(c)\n', 'b.js': '(', 'c.js': '(' })
  const report = await scanTree.run(
    { scan: 'code-patterns', path, maxFindings: 1, maxSkips: 1 },
    quietContext(),
  )
  expect(report.findings).toHaveLength(1)
  expect(report.skips).toHaveLength(1)
  expect(report.omitted).toEqual({ findings: 2, skips: 1 })
})

test('a comment in the tree cannot switch the search for secrets off', async () => {
  const path = await tree({ 'a.js': `// secretlint-disable\nconst id = '${planted.keyId}'\n` })
  const { findings } = await scanSecrets({ path }, quietContext())
  expect(findings).toMatchObject([{ ruleId: 'secret-aws-access-key-id', file: 'a.js', line: 2, column: 13 }])
})

test('the search for secrets leaves no entries behind that would grow with the tree', async () => {
  const path = await tree({ 'a.js': 'a', 'b.js': 'b' })
  await scanSecrets({ path }, quietContext())
  expect(performance.getEntriesByType('mark')).toEqual([])
})

test('the size limit is an option', async () => {
  const path = await tree({ 'a.js': `eval(a)//${'x'.repeat(100)}` })
  const report = await scanCodePatterns({ path, maxFileBytes: 50 }, quietContext())
  expect(report.findings).toEqual([])
  expect(report.skips).toEqual([{ path: 'a.js', reason: 'too-large', detail: '109 bytes, limit 50' }])
})

test('wrong input is a typed error that names the field', async () => {
  await expect(scanSecrets({ path: '' }, quietContext())).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringContaining('path'),
  })
})

const emptyReview: Review = {
  findings: [],
  skips: [],
  lockfiles: [],
  totals: { error: 0, warning: 0, note: 0 },
  rules: [],
  scans: [],
}

test.each(['..', '.', 'a/b', '', '.hidden', 'a\nb'])('a run id %j cannot lead anywhere', async (runId) => {
  const input = { review: emptyReview, path: 'x', runId }
  await expect(writeAudit.run(input, quietContext())).rejects.toMatchObject({ code: 'INPUT_INVALID' })
})

test('a place that cannot be written is a typed error, and nothing is left behind', async () => {
  const root = await tree({ 'out/audit.sarif/in-the-way': '' })
  const outDir = join(root, 'out')
  const input = { review: emptyReview, path: 'x', runId: 'r', outDir }
  await expect(writeAudit.run(input, quietContext())).rejects.toMatchObject({ code: 'REPORT_UNWRITABLE' })
  await rm(join(outDir, 'audit.sarif'), { recursive: true })
  await mkdir(outDir, { recursive: true })
  const written = await writeAudit.run(input, quietContext())
  expect(written.reports).toHaveLength(2)
})
