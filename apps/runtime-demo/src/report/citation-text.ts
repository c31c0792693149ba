import type { Citation } from '../citation/citation.ts'
import { code } from './markdown-text.ts'

/**
 * `text` unchanged inside backticks, however many of them it takes: nothing in there is markup. Not for tables, which
 * would split at a bar.
 */
export function verbatim(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  const padding = text.startsWith('`') || text.endsWith('`') ? ' ' : ''
  return `${fence}${padding}${text}${padding}${fence}`
}

/** A citation on one line: `docs/a.md:12` and the quote. */
export function citationText({ file, line, quote }: Citation): string {
  return `${code(`${file}:${line}`)}: ${verbatim(quote)}`
}
