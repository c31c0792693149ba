import { compareBytes } from '../byte-order.ts'
import type { Finding } from './finding.ts'
import { levels } from './rule.ts'
import { ruleOf } from './rule-catalog.ts'

function compare(a: Finding, b: Finding): number {
  return (
    levels.indexOf(a.level) - levels.indexOf(b.level) ||
    ruleOf(b).weight - ruleOf(a).weight ||
    compareBytes(a.file, b.file) ||
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0) ||
    compareBytes(a.ruleId, b.ruleId) ||
    compareBytes(a.fingerprint, b.fingerprint)
  )
}

/** Findings without repetitions (same fingerprint), worst first: level, rule weight, file, line. Pure. */
export function rankFindings(findings: readonly Finding[]): Finding[] {
  const first = new Map<string, Finding>()
  for (const finding of findings) if (!first.has(finding.fingerprint)) first.set(finding.fingerprint, finding)
  return [...first.values()].sort(compare)
}
