import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One citation of a report, as a reader of the raw Markdown finds it. */
interface Cited {
  readonly file: string
  readonly line: number
  readonly quote: string
}

/** Every `file:line` in backticks that a quote in backticks follows. */
export function citationsIn(markdown: string): Cited[] {
  return [...markdown.matchAll(/`([^`\n]+):(\d+)`: (`+)(.+?)(?<!`)\3(?!`)/g)].map(
    ([, file, line, , shown]) => {
      const quote = /^ .*`|` $/.test(shown!) ? shown!.replace(/^ | $/g, '') : shown!
      return { file: file!, line: Number(line), quote }
    },
  )
}

/** The citations of a report whose line below `root` does not hold the quote. */
export async function wrongCitations(markdown: string, root: string): Promise<Cited[]> {
  const wrong: Cited[] = []
  for (const cited of citationsIn(markdown)) {
    const text = await readFile(join(root, cited.file), 'utf8').catch(() => '')
    if (!text.split(/\r\n|\r|\n/)[cited.line - 1]?.includes(cited.quote)) wrong.push(cited)
  }
  return wrong
}
