import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import AjvDraft04 from 'ajv-draft-04'
import addFormats from 'ajv-formats'
import type { Log } from 'sarif'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeHostileTree, removeTree } from './fixture-tree.ts'
import { runAudit } from './run-audit.ts'

/** The schema of the standard's editors, as Microsoft's package ships it (title: "… Version 2.1.0-rtm.5 …"). */
const schemaPath = createRequire(import.meta.url).resolve(
  '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
)

let root: string
let sarif: Log

beforeAll(async () => {
  root = await makeHostileTree()
  const { written } = await runAudit(root, join(root, 'node_modules', 'out'))
  sarif = JSON.parse(await readFile(join(written.directory, 'audit.sarif'), 'utf8'))
})

afterAll(() => removeTree(root))

async function validator() {
  // The schema's pattern for languages has a stray bracket, which only the older syntax of patterns accepts.
  const ajv = new AjvDraft04.default({ allErrors: true, strict: false, unicodeRegExp: false })
  addFormats.default(ajv)
  return ajv.compile(JSON.parse(await readFile(schemaPath, 'utf8')))
}

test('the SARIF file is valid by the official 2.1.0 schema', async () => {
  const validate = await validator()
  expect(validate(sarif), JSON.stringify(validate.errors)).toBe(true)
})

test('the validation is a real one: broken logs are refused', async () => {
  const validate = await validator()
  expect(validate({ ...sarif, version: '2.0.0' })).toBe(false)
  expect(validate({ ...sarif, extra: 1 })).toBe(false)
  expect(validate({ version: '2.1.0', runs: [{ results: [] }] })).toBe(false)
})

test('rules, results and skips are where readers of SARIF look for them', () => {
  expect(sarif).toMatchObject({
    runs: [
      {
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true }],
        automationDetails: { id: 'security-audit/run-1' },
      },
    ],
  })
  const [run] = sarif.runs
  const rules = run?.tool.driver.rules ?? []
  const results = run?.results ?? []
  expect(results.length).toBeGreaterThan(5)
  for (const result of results) expect(rules[result.ruleIndex ?? -1]?.id).toBe(result.ruleId)
  const evil = results.find(
    ({ ruleId, locations }) => ruleId === 'code-eval' && JSON.stringify(locations).includes('src/run.js'),
  )
  expect(evil).toMatchObject({
    level: 'error',
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'src/run.js', uriBaseId: 'SRCROOT' },
          region: { startLine: 3, startColumn: 1 },
        },
      },
    ],
    partialFingerprints: { 'pawlFinding/v1': expect.stringMatching(/^[0-9a-f]{32}$/) },
  })
  expect(rules.find(({ id }) => id === 'code-eval')?.properties?.tags).toContain('CWE-95')
  const notified = run?.invocations?.[0]?.toolExecutionNotifications?.map(({ descriptor }) => descriptor?.id)
  expect(notified).toEqual(
    expect.arrayContaining(['skip-symlink', 'skip-binary', 'skip-too-large', 'skip-unparsable']),
  )
})
