import type { Block, Document } from './document.ts'

const MAX_TITLE = 80

/** A text without markup: paragraphs are what blank lines part. A short first line is the title. */
export function readPlainText(path: string, text: string): Document {
  const lines = text.split(/\r\n|\r|\n/)
  const blocks: Block[] = []
  let paragraph: Block['segments'][number][] = []
  const close = () => {
    if (paragraph.length > 0)
      blocks.push({ kind: 'paragraph', section: [], headingLine: undefined, segments: paragraph })
    paragraph = []
  }
  for (const [index, line] of lines.entries()) {
    const trimmed = line.trim()
    if (trimmed === '') close()
    else paragraph.push({ text: trimmed, line: index + 1, isCode: false })
  }
  close()
  const first = lines.find((line) => line.trim() !== '')?.trim() ?? ''
  const title = first !== '' && first.length <= MAX_TITLE ? first : path
  return { path, title, lines, blocks, examples: [] }
}
