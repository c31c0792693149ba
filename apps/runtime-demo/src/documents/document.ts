/** A stretch of text that stands on one line of the source. */
export interface Segment {
  readonly text: string
  /** 1-based. */
  readonly line: number
  /** Whether it is code in the middle of prose. */
  readonly isCode: boolean
}

/** A paragraph, an item, a table's row or a heading. */
export interface Block {
  readonly kind: 'heading' | 'paragraph' | 'item' | 'row'
  /** The headings above it, outermost first. */
  readonly section: readonly string[]
  /** The line of the innermost of them; nothing before the first heading. */
  readonly headingLine: number | undefined
  /** In order; between segments of different lines stands a space. */
  readonly segments: readonly Segment[]
}

/** A text document, read whole. */
export interface Document {
  /** Relative to the directory of the sources, with `/`. */
  readonly path: string
  readonly title: string
  readonly lines: readonly string[]
  readonly blocks: readonly Block[]
  /** The lines where examples in code begin. */
  readonly examples: readonly number[]
}

/** Words as a reader sees them: code in prose too. */
export function textOf({ segments }: Block): string {
  return segments
    .map(({ text, line }, index) => (index > 0 && segments[index - 1]!.line !== line ? ` ${text}` : text))
    .join('')
}

/** What is left of a block for somebody who judges its language: a name in code is just one short word. */
export function proseOf({ segments, ...block }: Block): string {
  const plain = segments.map((segment) => (segment.isCode ? { ...segment, text: 'X' } : segment))
  return textOf({ ...block, segments: plain })
}
