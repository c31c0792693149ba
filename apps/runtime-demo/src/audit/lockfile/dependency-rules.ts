import { posix } from 'node:path'
import { printable } from '../../report/printable.ts'
import type { Rule } from '../rule.ts'
import type { LockedPackage } from './locked-package.ts'

/** What a dependency rule knows of its surroundings. */
export interface DependencyAround {
  /** The lockfile's directory relative to the audited root, `.` for the root itself. */
  readonly directory: string
}

/** A rule about one locked package: gives the end of the message (after the package's name) when it applies. */
export interface DependencyRule extends Rule {
  readonly explain: (locked: LockedPackage, around: DependencyAround) => string | undefined
}

/** A URL as a report may show it: without user, password, query and fragment. */
function shownUrl(url: string): string {
  const plain = url.replace(/[?#].*$/s, '').replace(/^([a-z+]+:\/\/)[^/]*@/i, '$1')
  return printable(plain, 150)
}

/** Whether a path in a lockfile leads out of the audited root. */
function leadsOut(path: string, directory: string): boolean {
  if (posix.isAbsolute(path) || /^[a-z]:[\\/]/i.test(path)) return true
  const resolved = posix.normalize(posix.join(directory, path.replaceAll('\\', '/')))
  return resolved === '..' || resolved.startsWith('../')
}

/** Every rule about one locked package. */
export const dependencyRules: readonly DependencyRule[] = [
  {
    id: 'dependency-outside-tree',
    level: 'warning',
    weight: 60,
    title: 'A dependency on a path outside the audited tree',
    help: 'Move the code into the tree, or publish it and depend on a version.',
    cwe: 'CWE-829',
    explain: ({ source }, { directory }) =>
      source.kind === 'path' && leadsOut(source.path, directory)
        ? `comes from ${printable(source.path, 150)}, outside the audited tree`
        : undefined,
  },
  {
    id: 'dependency-from-git',
    level: 'warning',
    weight: 55,
    title: 'A dependency fetched from a git repository',
    help: 'Depend on a published version, which has a checksum and cannot be moved.',
    cwe: 'CWE-829',
    explain: ({ source }) =>
      source.kind === 'git' ? `is fetched from git (${shownUrl(source.from)})` : undefined,
  },
  {
    id: 'dependency-from-url',
    level: 'warning',
    weight: 55,
    title: 'A dependency fetched from a URL that is no registry',
    help: 'Depend on a published version from a registry.',
    cwe: 'CWE-829',
    explain: ({ source }) => (source.kind === 'url' ? `is fetched from ${shownUrl(source.from)}` : undefined),
  },
  {
    id: 'dependency-plain-http',
    level: 'error',
    weight: 65,
    title: 'A dependency downloaded over plain HTTP',
    help: 'Set the registry to https and write the lockfile anew.',
    cwe: 'CWE-319',
    explain: ({ url, source }) => {
      const from = url ?? (source.kind === 'git' || source.kind === 'url' ? source.from : '')
      return /^(git\+)?http:/i.test(from) ? `is downloaded over plain HTTP (${shownUrl(from)})` : undefined
    },
  },
  {
    id: 'dependency-no-integrity',
    level: 'warning',
    weight: 50,
    title: 'A dependency without a checksum in the lockfile',
    help: 'Remove its entry from the lockfile and install again, so that the checksum is written.',
    cwe: 'CWE-353',
    explain: ({ integrity }) => (integrity === undefined ? 'has no checksum in the lockfile' : undefined),
  },
  {
    id: 'dependency-weak-integrity',
    level: 'note',
    weight: 30,
    title: 'A dependency whose only checksum is SHA-1',
    help: 'Remove its entry from the lockfile and install again with a current package manager.',
    cwe: 'CWE-328',
    explain: ({ integrity }) =>
      integrity?.startsWith('sha1-') === true && !/sha(256|384|512)-/.test(integrity)
        ? 'has only a SHA-1 checksum'
        : undefined,
  },
  {
    id: 'dependency-install-script',
    level: 'warning',
    weight: 40,
    title: 'A dependency that runs a script when it is installed',
    help: 'Read the script; allow it by name and forbid all others (pnpm does by default, npm with ignore-scripts).',
    cwe: 'CWE-829',
    explain: ({ installScript }) =>
      installScript === true ? 'runs a script when it is installed' : undefined,
  },
]

/** Rules about a lockfile as a whole, and about licences. */
export const lockfileRules = {
  broken: {
    id: 'lockfile-broken',
    level: 'error',
    weight: 70,
    title: 'A lockfile that cannot be read',
    help: 'Resolve the conflict or write it anew with the package manager; until then its dependencies are not audited.',
  },
  unsupported: {
    id: 'lockfile-unsupported',
    level: 'note',
    weight: 25,
    title: 'A lockfile in an old format that is not audited',
    help: 'Install once with a current version of the package manager, which rewrites it.',
  },
  duplicate: {
    id: 'dependency-duplicate',
    level: 'note',
    weight: 10,
    title: 'A dependency that is locked in several versions',
    help: 'Let the package manager deduplicate, or update who asks for the older versions.',
  },
  licenceCopyleft: {
    id: 'licence-copyleft',
    level: 'warning',
    weight: 35,
    title: 'A dependency under a copyleft licence',
    help: 'Check that you may ship it under its terms, or replace it; add its SPDX id to the allowed ones once checked.',
  },
  licenceProprietary: {
    id: 'licence-proprietary',
    level: 'warning',
    weight: 35,
    title: 'A dependency that grants no licence (UNLICENSED)',
    help: 'Ask its owner for a licence, or replace it.',
  },
  licenceReview: {
    id: 'licence-review',
    level: 'note',
    weight: 15,
    title: 'A dependency under a licence that is not on the list of allowed ones',
    help: 'Read the licence, then add its SPDX id to the allowed ones.',
  },
  licenceUnknown: {
    id: 'licence-unknown',
    level: 'note',
    weight: 15,
    title: 'A dependency without a licence that can be recognised',
    help: 'Look into its files, and ask its authors to declare an SPDX expression.',
  },
  licencesUnread: {
    id: 'licence-not-installed',
    level: 'note',
    weight: 5,
    title: 'Licences that are not known because the packages are not installed',
    help: 'Install the dependencies, then audit again.',
  },
} as const satisfies Record<string, Rule>
