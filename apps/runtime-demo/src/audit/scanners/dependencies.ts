import { posix } from 'node:path'
import { readText } from '../../tree/read-text.ts'
import { resolveRoot } from '../../tree/root.ts'
import { type TreeEntry, walkTree } from '../../tree/walk.ts'
import { findingOf } from '../finding.ts'
import { lockfileRules } from '../lockfile/dependency-rules.ts'
import { manifestFinder } from '../lockfile/installed-manifest.ts'
import { countLicences, judgeLockfile, type LockfileFacts } from '../lockfile/judge-lockfile.ts'
import type { LockedPackage } from '../lockfile/locked-package.ts'
import { lockfileFormat, readLockfile } from '../lockfile/lockfile.ts'
import type { ScanOptions } from '../scan-input.ts'
import { collectScan, type LockfileSummary, type ScanCollector, type ScanReport } from '../scan-report.ts'

interface Audit {
  readonly root: string
  readonly options: ScanOptions
  readonly signal: AbortSignal
  readonly scan: ScanCollector
}

/** Completes what the lockfile says with what the installed manifests say, where there are any. */
async function withManifests(
  locked: readonly LockedPackage[],
  entry: TreeEntry,
  { root, signal }: Audit,
): Promise<LockfileFacts['packages']> {
  const find = await manifestFinder(root, posix.dirname(entry.absolute))
  const known: LockfileFacts['packages'][number][] = []
  for (const one of locked) {
    signal.throwIfAborted()
    const isComplete = one.licence !== undefined && one.installScript !== undefined
    const manifest = isComplete || one.source.kind === 'path' ? undefined : await find(one)
    known.push({
      ...one,
      licence: one.licence ?? manifest?.licence,
      installScript: one.installScript ?? manifest?.installScript,
      isInstalled: manifest !== undefined,
    })
  }
  return known
}

async function auditLockfile(
  format: LockfileSummary['format'],
  entry: TreeEntry,
  audit: Audit,
): Promise<void> {
  const { scan, options } = audit
  const file = entry.path
  const content = await readText(entry.absolute, options.maxLockfileBytes)
  if (!content.ok) {
    scan.skip({ path: file, reason: content.reason, detail: content.detail })
    return
  }
  scan.examined()
  const read = await readLockfile(format, content.text)
  if (!read.ok) {
    const rule = lockfileRules[read.reason]
    const message = `${rule.title}: ${read.detail}`
    scan.find(findingOf(rule, { file, line: read.line ?? 1, subject: '', message }))
    return
  }
  const packages = await withManifests(read.packages, entry, audit)
  const directory = posix.dirname(file)
  const allowedLicences = new Set(options.allowedLicences)
  for (const finding of judgeLockfile({ file, directory, packages, allowedLicences })) scan.find(finding)
  scan.lockfile({ file, format, packages: packages.length, licences: countLicences(packages) })
}

/**
 * Reads every lockfile below `options.path` (npm, pnpm, yarn) and judges the packages in it: where they come from,
 * checksums, install scripts, duplicates, licences. Licences that the lockfile does not tell are read from installed
 * manifests inside the tree. A lockfile that cannot be parsed is a finding. Nothing is fetched.
 * Throws what `resolveRoot` throws, and the signal's reason.
 */
export async function auditDependencies(options: ScanOptions, signal: AbortSignal): Promise<ScanReport> {
  const root = await resolveRoot(options.path)
  const scan = collectScan('dependencies', options)
  for await (const item of walkTree(root, { gitignore: true, signal })) {
    if (item.kind === 'skip') scan.skip(item.skip)
    if (item.kind !== 'file') continue
    const format = lockfileFormat(posix.basename(item.path))
    if (format !== undefined) await auditLockfile(format, item, { root, options, signal, scan })
  }
  return scan.report()
}
