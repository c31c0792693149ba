import { printable, quoted } from '../../report/printable.ts'
import { type Finding, findingOf } from '../finding.ts'
import type { Rule } from '../rule.ts'
import { dependencyRules, lockfileRules } from './dependency-rules.ts'
import { judgeLicence, type LicenceVerdict } from './licence.ts'
import type { LockedPackage } from './locked-package.ts'

/** A lockfile with what is known of its packages, manifests included. */
export interface LockfileFacts {
  /** The lockfile's path, relative to the audited root. */
  readonly file: string
  readonly directory: string
  readonly packages: readonly (LockedPackage & { readonly isInstalled: boolean })[]
  readonly allowedLicences: ReadonlySet<string>
}

type Known = LockfileFacts['packages'][number]

const verdictRules: Readonly<Record<LicenceVerdict, Rule | undefined>> = {
  allowed: undefined,
  copyleft: lockfileRules.licenceCopyleft,
  proprietary: lockfileRules.licenceProprietary,
  review: lockfileRules.licenceReview,
  unknown: lockfileRules.licenceUnknown,
}

function label({ name, version }: Known): string {
  return quoted(version === '' ? name : `${name}@${version}`)
}

function finding(facts: LockfileFacts, rule: Rule, locked: Known, end: string): Finding {
  const message = `${label(locked)} ${end}`
  return findingOf(rule, { file: facts.file, line: locked.line, subject: locked.key, message })
}

function judgePackage(facts: LockfileFacts, locked: Known): Finding[] {
  return dependencyRules.flatMap((rule) => {
    const end = rule.explain(locked, facts)
    return end === undefined ? [] : [finding(facts, rule, locked, end)]
  })
}

/** Code of one's own has no licence to judge; nor has what is not installed, which is told once for all. */
function hasLicenceToJudge(locked: Known): boolean {
  return locked.source.kind !== 'path' && (locked.licence !== undefined || locked.isInstalled)
}

function judgePackageLicence(facts: LockfileFacts, locked: Known): Finding[] {
  if (!hasLicenceToJudge(locked)) return []
  const rule = verdictRules[judgeLicence(locked.licence, facts.allowedLicences)]
  if (rule === undefined) return []
  const declared = locked.licence === undefined ? 'no licence' : `licence ${quoted(locked.licence, 80)}`
  return [finding(facts, rule, locked, `declares ${declared}`)]
}

function judgeUnread(facts: LockfileFacts): Finding[] {
  const downloaded = facts.packages.filter(({ source }) => source.kind !== 'path')
  const unread = downloaded.filter((locked) => !hasLicenceToJudge(locked)).length
  if (unread === 0) return []
  const message = `The licences of ${unread} of ${downloaded.length} packages are not known: they are not installed in the tree`
  return [findingOf(lockfileRules.licencesUnread, { file: facts.file, line: 1, subject: '', message })]
}

function judgeDuplicates(facts: LockfileFacts): Finding[] {
  const downloaded = facts.packages.filter(({ source, version }) => source.kind !== 'path' && version !== '')
  return [...Map.groupBy(downloaded, ({ name }) => name)].flatMap(([name, locked]) => {
    const versions = [...new Set(locked.map(({ version }) => version))].sort()
    const [first] = locked
    if (versions.length < 2 || first === undefined) return []
    const message = `${quoted(name)} is locked in ${versions.length} versions: ${printable(versions.join(', '), 200)}`
    return [
      findingOf(lockfileRules.duplicate, { file: facts.file, line: first.line, subject: name, message }),
    ]
  })
}

/** Every finding about one lockfile's packages. Pure. */
export function judgeLockfile(facts: LockfileFacts): Finding[] {
  return [
    ...facts.packages.flatMap((locked) => [
      ...judgePackage(facts, locked),
      ...judgePackageLicence(facts, locked),
    ]),
    ...judgeDuplicates(facts),
    ...judgeUnread(facts),
  ]
}

/** How many packages declare each licence, most first. Packages of unknown licence count as `unknown`. */
export function countLicences(packages: LockfileFacts['packages']): { licence: string; packages: number }[] {
  const downloaded = packages.filter(({ source }) => source.kind !== 'path')
  const groups = Map.groupBy(downloaded, ({ licence }) => licence ?? 'unknown')
  return [...groups]
    .map(([licence, of]) => ({ licence: printable(licence, 80), packages: of.length }))
    .sort((a, b) => b.packages - a.packages || (a.licence < b.licence ? -1 : 1))
    .slice(0, MAX_LICENCES)
}

/** A lockfile with more licences than this is made to fill the report. */
const MAX_LICENCES = 200
