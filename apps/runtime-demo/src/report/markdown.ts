import type { Finding } from '../audit/finding.ts'
import type { Review } from '../audit/review.ts'
import { cweUrl, levels } from '../audit/rule.ts'
import { ruleOf } from '../audit/rule-catalog.ts'
import { prunedDirectories } from '../tree/ignore-rules.ts'
import { skipReasons } from '../tree/skip.ts'
import { code, message, prose, table } from './markdown-text.ts'
import type { ReportIdentity } from './sarif.ts'

/** Rows of the long tables; the SARIF file has everything. */
const MAX_FINDINGS = 50
const MAX_DEPENDENCIES = 100
const MAX_LICENCES = 30
const MAX_SKIPS = 200

function placeOf({ file, line }: Finding): string {
  return line === undefined ? code(file) : `${code(file)}:${line}`
}

function more(total: number, shown: number): string {
  return total > shown ? `\n\n${total - shown} more are in the SARIF file.` : ''
}

function summary(review: Review): string {
  const { totals } = review
  const rows = levels.map((level) => [level, String(totals[level])])
  const total = totals.error + totals.warning + totals.note
  const rules = review.rules.map(({ ruleId, level, findings }) => [level, code(ruleId), String(findings)])
  const byRule = rules.length === 0 ? '' : `\n\n${table(['level', 'rule', 'findings'], rules)}`
  return `## Summary\n\n${table(['level', 'findings'], [...rows, ['all', String(total)]])}${byRule}`
}

function topFindings({ findings }: Review): string {
  if (findings.length === 0) return '## Findings\n\nNone.'
  const shown = findings.slice(0, MAX_FINDINGS)
  const rows = shown.map((finding) => [
    finding.level,
    code(finding.ruleId),
    placeOf(finding),
    message(finding.message),
  ])
  return `## Findings, worst first\n\n${table(['level', 'rule', 'place', 'what'], rows)}${more(findings.length, shown.length)}`
}

function whatToDo({ findings }: Review): string {
  if (findings.length === 0) return ''
  const rules = [...new Map(findings.map((finding) => [finding.ruleId, ruleOf(finding)])).values()]
  const rows = rules.map(({ id, help, cwe }) => [
    code(id),
    message(help),
    cwe === undefined ? '' : `[${cwe}](${cweUrl(cwe)})`,
  ])
  return `## What to do\n\n${table(['rule', 'next step', 'weakness'], rows)}`
}

const isAboutDependencies = ({ ruleId }: Finding): boolean => /^(dependency|lockfile|licence)-/.test(ruleId)

function dependencies(review: Review): string {
  const { lockfiles } = review
  const locks = lockfiles.map(({ file, format, packages }) => [code(file), format, String(packages)])
  const licences = lockfiles.flatMap(({ file, licences: counts }) =>
    counts
      .slice(0, MAX_LICENCES)
      .map(({ licence, packages }) => [code(file), message(licence), String(packages)]),
  )
  const found = review.findings.filter(isAboutDependencies)
  const shown = found.slice(0, MAX_DEPENDENCIES)
  const rows = shown.map((finding) => [
    finding.level,
    code(finding.ruleId),
    placeOf(finding),
    message(finding.message),
  ])
  const parts = [
    locks.length === 0 ? 'No lockfile was read.' : table(['lockfile', 'format', 'packages'], locks),
    licences.length === 0 ? '' : table(['lockfile', 'licence', 'packages'], licences),
    rows.length === 0
      ? ''
      : `${table(['level', 'rule', 'place', 'what'], rows)}${more(found.length, shown.length)}`,
  ]
  return `## Dependencies and licences\n\n${parts.filter((part) => part !== '').join('\n\n')}`
}

function coverage({ scans }: Review): string {
  const rows = scans.map(({ scan, examined, findings, omitted }) => [
    scan,
    String(examined),
    String(findings),
    `${omitted.findings} findings, ${omitted.skips} skipped paths`,
  ])
  const never = [...prunedDirectories].map((name) => code(name)).join(', ')
  return `## What was examined\n\n${table(['scan', 'examined', 'findings', 'over the limit'], rows)}\n\nNot walked: ${never}, and what the tree's .gitignore files name (the file-modes scan looks at that too).`
}

function skips({ skips: skipped }: Review): string {
  if (skipped.length === 0) return '## Skipped\n\nNothing.'
  const shown = skipped.slice(0, MAX_SKIPS)
  const rows = shown.map(({ path, reason, detail }) => [code(path), skipReasons[reason], message(detail)])
  return `## Skipped\n\n${table(['path', 'why', 'detail'], rows)}${more(skipped.length, shown.length)}`
}

/**
 * The review as a Markdown page with GitHub's tables. Pure. Text from the audited tree is inert in it: no file name
 * or package name can break a table, make a link or bring in HTML.
 */
export function toMarkdown(review: Review, identity: ReportIdentity): string {
  const ended = identity.at === undefined ? '' : `, ended ${prose(identity.at)}`
  const head = `# Security audit\n\nRun ${code(identity.runId)} of ${code(identity.path)}${ended}.`
  const sections = [summary, topFindings, whatToDo, dependencies, coverage, skips].map((section) =>
    section(review),
  )
  return `${[head, ...sections].filter((section) => section !== '').join('\n\n')}\n`
}
