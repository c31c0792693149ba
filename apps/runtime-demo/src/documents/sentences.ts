import { type Citation, cite } from '../citation/citation.ts'
import type { Block, Document, Segment } from './document.ts'

/** A sentence of a block, and the line of the source that holds its beginning, or most of it. */
export interface Sentence {
  readonly text: string
  readonly citation: Citation
}

interface Placed extends Segment {
  /** Where the segment begins in the block's text. */
  readonly start: number
}

/** This many characters of a sentence are enough to find it by. */
const ENOUGH = 30

const MARKS: ReadonlySet<string> = new Set('`*_~')

// The sentence boundaries of Unicode (UAX 29), which come with Node.
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })

function placed(segments: readonly Segment[]): { readonly text: string; readonly parts: readonly Placed[] } {
  const parts: Placed[] = []
  let text = ''
  for (const segment of segments) {
    if (parts.length > 0 && parts.at(-1)!.line !== segment.line) text += ' '
    parts.push({ ...segment, start: text.length })
    text += segment.text
  }
  return { text, parts }
}

/** The part of a line that a stretch of the text covers, from the first segment's place to the last one's. */
function span(line: string, parts: readonly Placed[], from: number, to: number) {
  let start = Number.POSITIVE_INFINITY
  let end = 0
  let searchFrom = 0
  for (const part of parts) {
    const at = line.indexOf(part.text, searchFrom)
    // Written with an escape or an entity: its place is not known.
    if (at < 0) return { start: 0, end: line.length }
    searchFrom = at + part.text.length
    const first = Math.max(from, part.start) - part.start
    const last = Math.min(to, part.start + part.text.length) - part.start
    if (first >= last) continue
    start = Math.min(start, at + first)
    end = Math.max(end, at + last)
  }
  return withMarks(line, Math.min(start, line.length), end)
}

/** With the marks that stand right around it, so that no emphasis is torn apart. */
function withMarks(line: string, from: number, to: number) {
  let [start, end] = [from, to]
  while (start > 0 && MARKS.has(line[start - 1]!)) start -= 1
  while (end < line.length && MARKS.has(line[end]!)) end += 1
  return { start, end }
}

/** Cites the first line that holds enough of the text between `from` and `to` to be known again, or else the most. */
function citeSpan(document: Document, parts: readonly Placed[], from: number, to: number) {
  const covered = new Map<number, number>()
  for (const { line, start, text } of parts) {
    const length = Math.min(to, start + text.length) - Math.max(from, start)
    if (length > 0) covered.set(line, (covered.get(line) ?? 0) + length)
  }
  const most = Math.max(...covered.values())
  const [line] = [...covered].find(([, length]) => length >= Math.min(most, ENOUGH)) ?? [0]
  const onLine = parts.filter((part) => part.line === line)
  const { start, end } = span(document.lines[line - 1] ?? '', onLine, from, to)
  return cite(document.path, document.lines, line, start, end)
}

/** The block's sentences in order, each with its citation; those that cannot be quoted are left out. */
export function sentencesOf(document: Document, { kind, segments }: Block): Sentence[] {
  const { text, parts } = placed(segments)
  const sentences: Sentence[] = []
  // A row of a table is one statement, whatever its cells hold.
  const pieces = kind === 'row' ? [{ segment: text, index: 0 }] : segmenter.segment(text)
  for (const { segment, index } of pieces) {
    const trimmed = segment.trim()
    if (!/\p{L}/u.test(trimmed)) continue
    const citation = citeSpan(document, parts, index, index + segment.trimEnd().length)
    if (citation !== undefined) sentences.push({ text: trimmed, citation })
  }
  return sentences
}
