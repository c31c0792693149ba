import { posix } from 'node:path'
import { readText } from '../../tree/read-text.ts'
import { resolveRoot } from '../../tree/root.ts'
import { walkTree } from '../../tree/walk.ts'
import { countRepetitions, type Finding, findingOf } from '../finding.ts'
import type { ScanOptions } from '../scan-input.ts'
import { collectScan, type ScanReport } from '../scan-report.ts'
import { secretRule } from './secret-rule.ts'

type SearchText = (path: string, text: string) => Promise<Finding[]>

const RULE_PREFIX = '@secretlint/secretlint-rule-'

/**
 * The rule that honours `secretlint-disable` comments: a comment in the audited tree must not switch the search off.
 * Left out by hand, since the core (13.0) does not heed `disabled` on a rule inside a preset.
 */
const COMMENT_FILTER = `${RULE_PREFIX}filter-comments`

/** Access key ids are off by default in secretlint; here they are searched. */
const ruleOptions: Readonly<Record<string, object>> = { [`${RULE_PREFIX}aws`]: { enableIDScanRule: true } }

/** secretlint would open a `.p12` file by itself, past our size limit: such a file is searched as text alone. */
function extensionFor(path: string): string {
  const extension = posix.extname(path)
  return extension === '.p12' ? '' : extension
}

/** Loads secretlint (some 20 ms) and gives a function that searches one text. */
async function loadSecretSearch(): Promise<SearchText> {
  const [{ lintSource }, preset, { secretLintProfiler }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
    import('@secretlint/profiler'),
  ])
  // The profiler keeps an entry per rule and file for ever: a large tree would fill the memory with them.
  secretLintProfiler.setEnabled(false)
  const rules = preset.rules
    .filter((rule) => rule.meta.id !== COMMENT_FILTER)
    .map((rule) => ({ id: rule.meta.id, rule, options: ruleOptions[rule.meta.id] ?? {} }))
  const config = { rules }
  return async (path, content) => {
    const result = await lintSource({
      source: { filePath: path, content, ext: extensionFor(path), contentType: 'text' },
      options: { config, noPhysicFilePath: true },
    })
    const nth = countRepetitions()
    return result.messages.map((message) => {
      const rule = secretRule(message.ruleId.replace(RULE_PREFIX, ''), message.messageId)
      // Never secretlint's own text, which quotes the secret.
      return findingOf(rule, {
        file: path,
        line: message.loc.start.line,
        column: message.loc.start.column + 1,
        subject: String(nth(rule.id)),
      })
    })
  }
}

/**
 * Searches every text file below `options.path` for credentials with secretlint's recommended rules. A finding says
 * the kind and the place; the secret itself is in no part of the report. Files are read one at a time.
 * Throws what `resolveRoot` throws, and the signal's reason.
 */
export async function searchSecrets(options: ScanOptions, signal: AbortSignal): Promise<ScanReport> {
  const root = await resolveRoot(options.path)
  const search = await loadSecretSearch()
  const scan = collectScan('secrets', options)
  for await (const item of walkTree(root, { gitignore: true, signal })) {
    if (item.kind === 'skip') scan.skip(item.skip)
    if (item.kind !== 'file') continue
    const read = await readText(item.absolute, options.maxFileBytes)
    if (!read.ok) {
      scan.skip({ path: item.path, reason: read.reason, detail: read.detail })
      continue
    }
    scan.examined()
    for (const finding of await search(item.path, read.text)) scan.find(finding)
  }
  return scan.report()
}
