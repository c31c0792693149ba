import { expect, test } from 'vitest'
import { findingOf } from '../audit/finding.ts'
import { reviewScans } from '../audit/review.ts'
import type { Rule } from '../audit/rule.ts'
import type { ScanReport } from '../audit/scan-report.ts'
import { quoted } from './printable.ts'
import { pathToUri, toSarif } from './sarif.ts'

const rule: Rule = {
  id: 'from-a-later-version',
  level: 'warning',
  weight: 1,
  title: 'T',
  help: 'H',
  cwe: 'CWE-1',
}

const report = (parts: Partial<ScanReport>): ScanReport => ({
  scan: 'secrets',
  examined: 0,
  findings: [],
  skips: [],
  omitted: { findings: 0, skips: 0 },
  lockfiles: [],
  ...parts,
})

const runOf = (parts: Partial<ScanReport>, at?: string) =>
  toSarif(reviewScans([report(parts)]), { runId: 'r', path: 'p', at }).runs[0]

test.each([
  ['a/b c.ts', 'a/b%20c.ts'],
  ['a:b', 'a%3Ab'],
  ['100%?#', '100%25%3F%23'],
  ['é\n\\', '%C3%A9%0A%5C'],
  ['\ud800', '%EF%BF%BD'],
  ['.', './'],
])('the path %j is the URI %s', (path, uri) => {
  expect(pathToUri(path)).toBe(uri)
})

test('text from the tree makes no link and no placeholder in a message', () => {
  const message = `${quoted('[click](http://example.com) {0}')} is odd`
  const finding = findingOf(rule, { file: 'a', subject: '', message })
  expect(runOf({ findings: [finding] })?.results?.[0]?.message.text).toBe(
    '"\\[click\\](http://example.com) {{0}}" is odd',
  )
})

test('a finding of a rule that this version does not know keeps its level, help and weakness', () => {
  const run = runOf({ findings: [findingOf(rule, { file: 'a', subject: '' })] })
  expect(run?.tool.driver.rules).toMatchObject([
    {
      id: rule.id,
      help: { text: 'H' },
      helpUri: 'https://cwe.mitre.org/data/definitions/1.html',
      defaultConfiguration: { level: 'warning' },
    },
  ])
})

test('what was left out over the limits is told', () => {
  const notifications = runOf({ omitted: { findings: 3, skips: 4 } })?.invocations?.[0]
    ?.toolExecutionNotifications
  expect(notifications).toMatchObject([
    {
      level: 'warning',
      message: { text: expect.stringMatching(/^secrets: 3 findings and 4 skipped paths/) },
    },
  ])
})

test('the only time is the given one', () => {
  expect(runOf({})?.invocations?.[0]).not.toHaveProperty('endTimeUtc')
  expect(runOf({}, '2026-01-02T03:04:05Z')?.invocations?.[0]?.endTimeUtc).toBe('2026-01-02T03:04:05Z')
})
