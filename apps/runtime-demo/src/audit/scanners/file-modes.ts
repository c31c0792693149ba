import { posix } from 'node:path'
import { readText } from '../../tree/read-text.ts'
import { resolveRoot } from '../../tree/root.ts'
import { type TreeEntry, walkTree } from '../../tree/walk.ts'
import { findingOf } from '../finding.ts'
import type { ScanOptions } from '../scan-input.ts'
import { collectScan, type ScanReport } from '../scan-report.ts'
import { looksLikeKeyFile, modeRules } from './file-mode-rules.ts'

const isPrivateKeyText = (text: string): boolean => /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)

/** Whether the entry holds a private key; only files named like one are opened. */
async function holdsPrivateKey(entry: TreeEntry, maxBytes: number): Promise<boolean> {
  if (entry.kind !== 'file' || !looksLikeKeyFile(posix.basename(entry.path))) return false
  const read = await readText(entry.absolute, maxBytes)
  return read.ok && isPrivateKeyText(read.text)
}

/** Windows keeps no such bits: Node makes up a mode there, and a finding about it would be noise. */
const platformHasModes = process.platform !== 'win32'

/**
 * Looks at the permission bits of every file and directory below `options.path`, the ones in .gitignore included:
 * `.env` and key files are usually ignored by git, and are what the bits have to protect.
 * Throws what `resolveRoot` throws, and the signal's reason.
 */
export async function checkFileModes(options: ScanOptions, signal: AbortSignal): Promise<ScanReport> {
  const root = await resolveRoot(options.path)
  const scan = collectScan('file-modes', options)
  if (!platformHasModes) {
    scan.skip({ path: '.', reason: 'unsupported', detail: 'permission bits on Windows' })
    return scan.report()
  }
  for await (const item of walkTree(root, { gitignore: false, signal })) {
    if (item.kind === 'skip') {
      scan.skip(item.skip)
      continue
    }
    scan.examined()
    const privateKey = await holdsPrivateKey(item, options.maxFileBytes)
    for (const rule of modeRules) {
      if (!rule.matches({ ...item, name: posix.basename(item.path), privateKey })) continue
      const mode = item.mode.toString(8).padStart(4, '0')
      scan.find(
        findingOf(rule, { file: item.path, subject: item.kind, message: `${rule.title} (mode ${mode})` }),
      )
    }
  }
  return scan.report()
}
