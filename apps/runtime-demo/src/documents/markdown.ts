import type { Heading, Nodes, Parents, Root } from 'mdast'
import type { Block, Document, Segment } from './document.ts'

/** Parses Markdown with GitHub's tables and front matter into a syntax tree with positions. */
export type ParseMarkdown = (text: string) => Root

/** Loads the parser (some 100 ms). */
export async function loadMarkdown(): Promise<ParseMarkdown> {
  const [{ fromMarkdown }, { gfm }, { gfmFromMarkdown }, { frontmatter }, { frontmatterFromMarkdown }] =
    await Promise.all([
      import('mdast-util-from-markdown'),
      import('micromark-extension-gfm'),
      import('mdast-util-gfm'),
      import('micromark-extension-frontmatter'),
      import('mdast-util-frontmatter'),
    ])
  return (text) =>
    fromMarkdown(text, {
      extensions: [gfm(), frontmatter()],
      mdastExtensions: [gfmFromMarkdown(), frontmatterFromMarkdown()],
    })
}

/** Each leaf's text, one segment for every line that it stands on. */
function segmentsOf(node: Nodes): Segment[] {
  if ('children' in node) return node.children.flatMap(segmentsOf)
  const line = node.position?.start.line ?? 1
  if (node.type === 'inlineCode') return [{ text: node.value, line, isCode: true }]
  if (node.type !== 'text') return []
  return node.value
    .split(/\r\n|\r|\n/)
    .map((text, index) => ({ text, line: line + index, isCode: false }))
    .filter(({ text }) => text !== '')
}

/** A row as one text, its cells parted by a colon and commas: `run: one execution of a workflow`. */
function rowSegments(cells: readonly Nodes[]): Segment[] {
  const filled = cells.map(segmentsOf).filter((cell) => cell.length > 0)
  return filled.flatMap((cell, index) =>
    index === 0 ? cell : [{ text: index === 1 ? ': ' : ', ', line: cell[0]!.line, isCode: false }, ...cell],
  )
}

class BlockReader {
  readonly blocks: Block[] = []
  readonly examples: number[] = []
  title: string | undefined
  readonly #headings: { readonly depth: number; readonly text: string; readonly line: number }[] = []

  read(node: Nodes, isItem = false): void {
    switch (node.type) {
      case 'yaml':
        this.title ??= /^title:\s*["']?(.+?)["']?\s*$/m.exec(node.value)?.[1]
        return
      case 'heading':
        this.#heading(node)
        return
      case 'paragraph':
        this.#add(isItem ? 'item' : 'paragraph', segmentsOf(node))
        return
      case 'code':
        this.examples.push((node.position?.start.line ?? 0) + 1)
        return
      case 'table':
        // The first row names the columns.
        for (const row of node.children.slice(1)) this.#add('row', rowSegments(row.children))
        return
      default:
        if ('children' in node) this.#readAll(node, isItem || node.type === 'listItem')
    }
  }

  #readAll({ children }: Parents, isItem: boolean): void {
    for (const child of children) this.read(child, isItem)
  }

  #heading(node: Heading): void {
    const segments = segmentsOf(node)
    while ((this.#headings.at(-1)?.depth ?? 0) >= node.depth) this.#headings.pop()
    this.#add('heading', segments)
    const text = segments.map((segment) => segment.text).join(' ')
    this.title ??= text
    this.#headings.push({ depth: node.depth, text, line: node.position?.start.line ?? 1 })
  }

  #add(kind: Block['kind'], segments: readonly Segment[]): void {
    if (!segments.some(({ text }) => /[\p{L}\p{N}]/u.test(text))) return
    const section = this.#headings.map(({ text }) => text)
    this.blocks.push({ kind, section, headingLine: this.#headings.at(-1)?.line, segments })
  }
}

/** Reads one Markdown text. Its title is the front matter's, or the first heading. */
export function readMarkdown(path: string, text: string, parse: ParseMarkdown): Document {
  const reader = new BlockReader()
  reader.read(parse(text))
  const lines = text.split(/\r\n|\r|\n/)
  const { blocks, examples, title } = reader
  return { path, title: title ?? path, lines, blocks, examples }
}
