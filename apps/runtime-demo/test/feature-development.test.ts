import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { surveyRequest } from '../src/agents/architect.ts'
import { citationsIn, wrongCitations } from './cited.ts'
import { makeTree, removeTree } from './fixture-tree.ts'
import { quietContext } from './quiet-context.ts'
import { runFeature } from './run-feature.ts'

const packages = fileURLToPath(new URL('../../../packages', import.meta.url))
const installed = fileURLToPath(new URL('../node_modules', import.meta.url))
const made: string[] = []
let out: string

async function tree(files: Parameters<typeof makeTree>[0]): Promise<string> {
  const root = await makeTree(files)
  made.push(root)
  return root
}

beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'pawl-plan-'))
  made.push(out)
})
afterEach(async () => {
  for (const root of made.splice(0)) await removeTree(root)
})

const plan = async ({ written }: { written: { reports: { path: string }[] } }) =>
  readFile(written.reports[0]!.path, 'utf8')

test('a plan for a package of this repository is cited line by line, checked, and the same in every run', async () => {
  const repo = join(packages, 'resilience')
  const before = await readdir(repo)
  const first = await runFeature('let urgent calls pass the queue of a bulkhead', repo, out)
  const text = await plan(first)
  expect(first.survey.touched[0]!.path).toBe('src/bulkhead.ts')
  expect(first.survey.missing).toContain('urgent')
  expect(first.typeCheck).toMatchObject({ status: 'passed', errors: 0 })
  expect(citationsIn(text).length).toBeGreaterThan(30)
  expect(await wrongCitations(text, repo)).toEqual([])
  expect(
    await plan(await runFeature('let urgent calls pass the queue of a bulkhead', repo, join(out, '2'))),
  ).toBe(text)
  expect(await readdir(repo)).toEqual(before)
}, 60_000)

test.each(['ignore', 'minisearch', 'pg'])(
  'a plan for the installed package %s is cited',
  async (name) => {
    const repo = join(installed, name)
    const text = await plan(await runFeature('limit the number of rules, results or clients', repo, out))
    expect(citationsIn(text).length).toBeGreaterThan(3)
    expect(await wrongCitations(text, repo)).toEqual([])
  },
  60_000,
)

describe('on a small repository', () => {
  const files = {
    'package.json': '{"name":"clock","exports":{".":"./dist/index.js"},"scripts":{"test":"vitest run"}}',
    'src/index.ts':
      "export { wind as windUp, type WindOptions } from './spring.ts'\nexport * from './hand.ts'\n",
    'src/spring.ts':
      "import { windWheel } from './wheel.ts'\n\n/** How to wind. */\nexport interface WindOptions {\n  readonly turns?: number\n  readonly signal?: AbortSignal\n}\n\n" +
      '/** Winds the spring. Rejects with SPRING_BROKEN. */\nexport async function wind(options: WindOptions): Promise<void> {\n  windWheel(options.turns ?? 1)\n}\n',
    'src/wheel.ts':
      '/** Turns the wheel on the spring, to wind it. */\nexport const windWheel = (turns: number): void => eval(String(turns))\n',
    'src/hand.ts':
      "import type { WindOptions } from './spring.ts'\nexport const point = (options: WindOptions) => options\n",
    'src/spring.test.ts': "import { wind } from './spring.ts'\nit('winds the spring', () => wind({}))\n",
    'README.md': '# Clock\n\nCall `windUp` to wind the spring.\n',
    'CHANGELOG.md': '# 1\n',
  }

  test('finds what is touched, what users get of it, and who depends on it', async () => {
    const { survey } = await runFeature('wind the spring backwards', await tree(files), out)
    const [spring, ...others] = survey.touched
    expect([spring!.path, ...others.map(({ path }) => path)]).toEqual(['src/spring.ts', 'src/wheel.ts'])
    expect(spring!.exports.map(({ name, publicAs }) => [name, publicAs?.specifier, publicAs?.name])).toEqual([
      ['WindOptions', 'clock', 'WindOptions'],
      ['wind', 'clock', 'windUp'],
    ])
    expect(spring!.reach).toBe(2)
    expect(spring!.importers.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'src/hand.ts:1',
      'src/index.ts:1',
    ])
    expect(spring!.uses.map(({ file, line }) => `${file}:${line}`)).toEqual(['src/hand.ts:2'])
    expect(spring!.tests).toMatchObject([{ path: 'src/spring.test.ts', isOwn: true, titles: [{ line: 2 }] }])
    expect(survey.mentions).toMatchObject([{ file: 'README.md', line: 3 }])
  })

  test('plans in the order of the imports, and proposes cases from types and comments', async () => {
    const {
      plan: planned,
      cases,
      risks,
    } = await runFeature('wind the spring backwards', await tree(files), out)
    expect(planned.steps.map(({ title }) => title.replace(/:.*/, ''))).toEqual([
      'See whether it concerns src/wheel.ts',
      'Make the change in src/spring.ts',
      'Hand on what is new',
      'Tell about it',
    ])
    expect(planned.steps.at(-1)!.points.at(-1)!.text).toBe('Tell users in CHANGELOG.md.')
    const tested = cases[0]!.tested.find(({ name }) => name === 'wind')!.cases
    expect(tested).toContain('ends with SPRING_BROKEN, as its comment says')
    expect(cases[0]!.tested[0]!.cases).toEqual([
      'the request itself: wind the spring backwards',
      'without turns',
      'turns of 0, below 0, NaN and Infinity',
      'without signal',
      'signal aborted before the call, and in the middle of it',
    ])
    expect(cases.map(({ testFile, isNew }) => [testFile, isNew])).toEqual([
      ['src/spring.test.ts', false],
      ['src/wheel.test.ts', true],
    ])
    expect(risks[0]).toMatchObject({ grade: 'high' })
    expect(risks.map(({ risk }) => risk).join('\n')).toMatch(/already today/)
  })

  test('a cycle of imports and an import that leads nowhere are risks', async () => {
    const root = await tree({
      'a.js': "import { b } from './b.js'\nexport const spring = b\n",
      'b.js': "import { spring } from './a.js'\nimport './absent.js'\nexport const b = () => spring\n",
    })
    const { survey, risks } = await runFeature('spring', root, out)
    expect(survey.touched[0]!.cycle).toEqual(['a.js', 'b.js', 'a.js'])
    expect(survey.repository.unresolved).toMatchObject([{ file: 'b.js', line: 2 }])
    expect(risks.map(({ risk }) => risk).join('\n')).toMatch(/imports itself[\s\S]*lead nowhere/)
  })
})

describe('bad input', () => {
  const survey = (request: string, repo: string) => surveyRequest.run({ request, repo }, quietContext())

  test('is told by a code, with what to do', async () => {
    const python = await tree({ 'a.py': 'print(1)', 'dist/a.js': 'export const a = 1' })
    const broken = await tree({ 'a.ts': 'export const = 1', 'b.ts': Uint8Array.from([0, 1]) })
    const root = await tree({ 'a.js': 'export const spring = 1\n' })
    await expect(survey('spring', join(root, 'absent'))).rejects.toMatchObject({ code: 'PATH_UNREADABLE' })
    await expect(survey('spring', python)).rejects.toMatchObject({
      code: 'NOTHING_TO_READ',
      message: expect.stringContaining('no TypeScript or JavaScript module'),
    })
    await expect(survey('spring', broken)).rejects.toMatchObject({
      code: 'NOTHING_TO_READ',
      message: expect.stringMatching(/"a.ts" is unparsable.*"b.ts" is binary/),
    })
    await expect(survey('zebra', root)).rejects.toMatchObject({
      code: 'NO_MATCH',
      message: expect.stringContaining('They export, among others: spring.'),
    })
    await expect(survey('the', root)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  test('a repository of JavaScript gets its plan without a type check', async () => {
    const { typeCheck } = await runFeature('spring', await tree({ 'a.js': 'export const spring = 1\n' }), out)
    expect(typeCheck).toMatchObject({
      status: 'not-run',
      detail: expect.stringContaining('neither a tsconfig.json'),
    })
  })
})
