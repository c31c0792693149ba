import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** A link of a page to a file of the project. */
export interface Link {
  readonly text: string
  readonly file: string
}

/** The relative links of a Markdown page, outside fences of code. */
export function linksOf(path: string, page = readFileSync(path, 'utf8')): readonly Link[] {
  const prose = page.replaceAll(/^( *)(```|~~~)[\s\S]*?^\1\2/gm, '')
  return [...prose.matchAll(/\[([^\]]+)\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
    .map(([, text, target]) => ({ text: text!, file: target! }))
    .filter(({ file }) => !/^[a-z]+:/.test(file))
    .map(({ text, file }) => ({ text, file: resolve(dirname(path), file) }))
}

/** What is wrong with a link: nothing there, or, of one to a test, no test of that name in it. */
export function wrongWith({ text, file }: Link): string | undefined {
  if (!existsSync(file)) return `[${text}] leads to nothing: ${file}`
  if (!file.endsWith('.test.ts') || text.endsWith('.test.ts')) return undefined
  return readFileSync(file, 'utf8').includes(text) ? undefined : `${file} has no test '${text}'`
}
