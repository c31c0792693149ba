import { printable } from '../../report/printable.ts'
import { readText } from '../../tree/read-text.ts'
import { resolveRoot } from '../../tree/root.ts'
import { walkTree } from '../../tree/walk.ts'
import { matchCode } from '../code/match.ts'
import { loadParser, sourceKind } from '../code/parse.ts'
import type { ScanOptions } from '../scan-input.ts'
import { collectScan, type ScanReport } from '../scan-report.ts'

/**
 * Parses every JavaScript and TypeScript file below `options.path` and matches the code rules against its syntax tree.
 * A file that does not parse is a listed skip with the parser's reason. One file is in memory at a time.
 * Throws what `resolveRoot` throws, and the signal's reason.
 */
export async function matchCodePatterns(options: ScanOptions, signal: AbortSignal): Promise<ScanReport> {
  const root = await resolveRoot(options.path)
  const parse = await loadParser()
  const scan = collectScan('code-patterns', options)
  for await (const item of walkTree(root, { gitignore: true, signal })) {
    if (item.kind === 'skip') scan.skip(item.skip)
    if (item.kind !== 'file') continue
    const kind = sourceKind(item.path)
    if (kind === undefined) continue
    const read = await readText(item.absolute, options.maxFileBytes)
    if (!read.ok) {
      scan.skip({ path: item.path, reason: read.reason, detail: read.detail })
      continue
    }
    const parsed = parse(read.text, kind)
    if (!parsed.ok) {
      scan.skip({ path: item.path, reason: 'unparsable', detail: printable(parsed.detail, 200) })
      continue
    }
    scan.examined()
    for (const finding of matchCode(parsed.program, item.path, read.text)) scan.find(finding)
  }
  return scan.report()
}
