import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countRepetitions, type Finding, findingOf } from './finding.ts'
import { rankFindings } from './rank.ts'
import { reviewScans } from './review.ts'
import type { Rule } from './rule.ts'
import { ruleOf } from './rule-catalog.ts'
import type { ScanReport } from './scan-report.ts'

const rule = (id: string): Rule => {
  const probe = { ruleId: id, level: 'note', message: '', file: '', fingerprint: '', help: '' } as const
  return ruleOf(probe)
}

const at = (id: string, file: string, line?: number): Finding =>
  findingOf(rule(id), { file, line, subject: String(line) })

const anyFinding = fc
  .record({
    id: fc.constantFrom(
      'code-eval',
      'code-regexp-variable',
      'mode-setuid',
      'secret-aws-access-key-id',
      'licence-copyleft',
    ),
    file: fc.constantFrom('a.js', 'b/c.js', 'b-c.js', 'é.js'),
    line: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ id, file, line }) => at(id, file, line))

test('level first, then weight, then file, then line', () => {
  const expected = [
    at('secret-aws-access-key-id', 'z', 9),
    at('code-eval', 'a', 1),
    at('code-eval', 'a', 2),
    at('code-eval', 'a', 10),
    at('code-eval', 'b', 1),
    at('code-new-function', 'a', 1),
    at('code-regexp-variable', 'a', 1),
  ]
  expect(rankFindings([...expected].reverse())).toEqual(expected)
})

test('the order of what comes in does not matter, and ranking twice changes nothing', () => {
  fc.assert(
    fc.property(fc.array(anyFinding), (findings) => {
      const ranked = rankFindings(findings)
      expect(rankFindings([...findings].reverse())).toEqual(ranked)
      expect(rankFindings([...ranked, ...findings])).toEqual(ranked)
      expect(new Set(ranked.map(({ fingerprint }) => fingerprint)).size).toBe(ranked.length)
    }),
  )
})

test('fingerprints depend on rule, file and subject, not on the line', () => {
  const base = { file: 'a', line: 1, subject: 's' }
  const one = findingOf(rule('code-eval'), base).fingerprint
  expect(findingOf(rule('code-eval'), { ...base, line: 2 }).fingerprint).toBe(one)
  expect(findingOf(rule('code-eval'), { ...base, file: 'b' }).fingerprint).not.toBe(one)
  expect(findingOf(rule('code-eval'), { ...base, subject: 't' }).fingerprint).not.toBe(one)
  expect(findingOf(rule('code-vm-run'), base).fingerprint).not.toBe(one)
})

test('a finding says what its rule finds, unless it has words of its own', () => {
  const evil = rule('code-eval')
  expect(findingOf(evil, { file: 'a', subject: '' }).message).toBe(evil.title)
  expect(findingOf(evil, { file: 'a', subject: '', message: 'own' }).message).toBe('own')
})

test('repetitions are counted by key', () => {
  const nth = countRepetitions()
  expect([nth('a'), nth('b'), nth('a'), nth('__proto__')]).toEqual([1, 1, 2, 1])
})

const report = (scan: ScanReport['scan'], parts: Partial<ScanReport>): ScanReport => ({
  scan,
  examined: 1,
  findings: [],
  skips: [],
  omitted: { findings: 0, skips: 0 },
  lockfiles: [],
  ...parts,
})

test('a review merges the scans: repeated findings and skips once, totals by level and rule', () => {
  const skip = { path: 'a', reason: 'symlink', detail: 'symbolic link' } as const
  const found = at('code-eval', 'a', 1)
  const reports = [
    report('code-patterns', { findings: [found, at('code-regexp-variable', 'a', 2)], skips: [skip] }),
    report('secrets', { findings: [found], skips: [skip, { ...skip, reason: 'binary' }] }),
  ]
  const review = reviewScans(reports)
  expect(review).toMatchObject({
    totals: { error: 1, warning: 0, note: 1 },
    rules: [
      { ruleId: 'code-eval', level: 'error', findings: 1 },
      { ruleId: 'code-regexp-variable', level: 'note', findings: 1 },
    ],
    skips: [{ reason: 'binary' }, { reason: 'symlink' }],
    scans: [{ scan: 'secrets' }, { scan: 'code-patterns', findings: 2 }],
  })
  expect(reviewScans([...reports].reverse())).toEqual(review)
})
