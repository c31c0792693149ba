import type { Invocation, Location, Log, Notification, ReportingDescriptor, Result, Run } from 'sarif'
import type { Finding } from '../audit/finding.ts'
import type { Review } from '../audit/review.ts'
import { cweUrl, type Rule } from '../audit/rule.ts'
import { ruleOf } from '../audit/rule-catalog.ts'
import { type Skip, type SkipReason, skipReasons } from '../tree/skip.ts'
import { printable, visible } from './printable.ts'

/** What a report says about the run that it is of. */
export interface ReportIdentity {
  readonly runId: string
  /** The audited path as it was given. */
  readonly path: string
  /** When the audit ended, as an ISO 8601 UTC time; left out of the reports when not given. */
  readonly at?: string | undefined
}

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'
const HOME = 'https://github.com/pawl-dev/pawl'
const BASE_ID = 'SRCROOT'

/**
 * A plain message in SARIF may still hold links `[text](target)` and placeholders `{0}` (§3.11.5, §3.11.6 of the
 * standard); text from the audited tree must not make any.
 */
function sarifText(text: string): string {
  return text.replace(/[[\]]/g, '\\$&').replace(/[{}]/g, '$&$&')
}

/** A relative path as a URI reference: every byte outside the unreserved ones is percent-encoded. */
export function pathToUri(path: string): string {
  if (path === '.') return './'
  return path
    .split('/')
    .map((segment) => encodeURIComponent(segment.toWellFormed()))
    .join('/')
}

function locationOf(path: string, line?: number, column?: number): Location {
  const region = { startLine: line ?? 1, ...(column === undefined ? {} : { startColumn: column }) }
  return {
    physicalLocation: {
      artifactLocation: { uri: pathToUri(path), uriBaseId: BASE_ID },
      ...(line === undefined ? {} : { region }),
    },
  }
}

function descriptorOf(rule: Rule): ReportingDescriptor {
  const cwe = rule.cwe === undefined ? [] : [`external/cwe/${rule.cwe.toLowerCase()}`, rule.cwe]
  return {
    id: rule.id,
    shortDescription: { text: rule.title },
    help: { text: rule.help },
    ...(rule.cwe === undefined ? {} : { helpUri: cweUrl(rule.cwe) }),
    defaultConfiguration: { level: rule.level },
    properties: { tags: ['security', ...cwe] },
  }
}

function resultOf(finding: Finding, ruleIndex: number): Result {
  return {
    ruleId: finding.ruleId,
    ruleIndex,
    level: finding.level,
    message: { text: sarifText(finding.message) },
    locations: [locationOf(finding.file, finding.line, finding.column)],
    partialFingerprints: { 'pawlFinding/v1': finding.fingerprint },
  }
}

/** A link or a picture is no surprise; what could hide a finding is. */
const QUIET: ReadonlySet<SkipReason> = new Set(['symlink', 'binary', 'special', 'unsupported'])

function skipNotification({ path, reason, detail }: Skip): Notification {
  return {
    descriptor: { id: `skip-${reason}` },
    level: QUIET.has(reason) ? 'note' : 'warning',
    message: { text: sarifText(`${printable(path)}: ${skipReasons[reason]} (${visible(detail)})`) },
    locations: [locationOf(path)],
  }
}

function omissionNotifications(scans: Review['scans']): Notification[] {
  return scans
    .filter(({ omitted }) => omitted.findings + omitted.skips > 0)
    .map(({ scan, omitted }) => ({
      descriptor: { id: 'omitted' },
      level: 'warning',
      message: {
        text: `${scan}: ${omitted.findings} findings and ${omitted.skips} skipped paths are over the limit and left out`,
      },
    }))
}

function invocationOf(review: Review, at: string | undefined): Invocation {
  return {
    executionSuccessful: true,
    ...(at === undefined ? {} : { endTimeUtc: at }),
    toolExecutionNotifications: [
      ...review.skips.map(skipNotification),
      ...omissionNotifications(review.scans),
    ],
  }
}

function notificationKinds(review: Review): ReportingDescriptor[] {
  const reasons = [...new Set(review.skips.map(({ reason }) => reason))].sort()
  const skips = reasons.map((reason) => ({
    id: `skip-${reason}`,
    shortDescription: { text: skipReasons[reason] },
  }))
  return [...skips, { id: 'omitted', shortDescription: { text: 'over the limits of the audit' } }]
}

/**
 * The review as one SARIF 2.1.0 log with one run. Pure: the same review and identity give the same log. Paths are
 * relative to `SRCROOT`, which is left to the reader, so that no machine's directories are in the log.
 */
export function toSarif(review: Review, identity: ReportIdentity): Log {
  const rules = [...new Map(review.findings.map((finding) => [finding.ruleId, ruleOf(finding)])).values()]
  const indexes = new Map(rules.map((rule, index) => [rule.id, index]))
  const run: Run = {
    tool: {
      driver: {
        name: 'Pawl security audit',
        informationUri: HOME,
        rules: rules.map(descriptorOf),
        notifications: notificationKinds(review),
      },
    },
    automationDetails: { id: `security-audit/${identity.runId}` },
    originalUriBaseIds: { [BASE_ID]: { description: { text: 'The audited directory.' } } },
    columnKind: 'utf16CodeUnits',
    invocations: [invocationOf(review, identity.at)],
    results: review.findings.map((finding) => resultOf(finding, indexes.get(finding.ruleId) ?? -1)),
  }
  return { $schema: SCHEMA, version: '2.1.0', runs: [run] }
}
