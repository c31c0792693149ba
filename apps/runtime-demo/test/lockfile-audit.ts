import { afterEach } from 'vitest'
import type { ScanReport } from '../src/audit/scan-report.ts'
import { makeTree, removeTree, type TreeFiles } from './fixture-tree.ts'
import { scanner } from './run-audit.ts'

/** A SHA-512 checksum as lockfiles write it. */
export const sha = `sha512-${'A'.repeat(86)}==`

/** What the scan of dependencies finds in a tree of `files`, and such trees to work on; all are removed after each test. */
export function lockfileAudits() {
  const made: string[] = []
  afterEach(async () => {
    for (const root of made.splice(0)) await removeTree(root)
  })
  const tree = async (files: TreeFiles): Promise<string> => {
    const root = await makeTree(files)
    made.push(root)
    return root
  }
  const audit = async (files: TreeFiles, input: { allowedLicences?: string[] } = {}): Promise<ScanReport> =>
    scanner('dependencies')({ path: await tree(files), ...input })
  return { tree, audit }
}

/** Each finding as `rule file:line`. */
export const lines = (report: ScanReport): string[] =>
  report.findings.map(({ ruleId, file, line }) => `${ruleId} ${file}:${line}`)
