import { describe, expect, it } from 'vitest'
import { proseOf, textOf } from './document.ts'
import { loadMarkdown, readMarkdown } from './markdown.ts'

const parse = await loadMarkdown()
const read = (text: string) => readMarkdown('docs/a.md', text, parse)

describe('readMarkdown', () => {
  it('knows each block, its headings and the line of the innermost', () => {
    const { blocks, title } = read('# One\n\n## Two\n\nText.\n\n- item\n\n## Three\n\n> quoted\n')
    expect(title).toBe('One')
    expect(blocks.map(({ kind, section, headingLine }) => [kind, section.join('/'), headingLine])).toEqual([
      ['heading', '', undefined],
      ['heading', 'One', 1],
      ['paragraph', 'One/Two', 3],
      ['item', 'One/Two', 3],
      ['heading', 'One', 1],
      ['paragraph', 'One/Three', 9],
    ])
  })

  it('takes the title from the front matter, which is no text', () => {
    const { title, blocks } = read('---\ntitle: "Of pawls"\n---\n\nText here.\n')
    expect(title).toBe('Of pawls')
    expect(blocks.map(textOf)).toEqual(['Text here.'])
  })

  it('falls back on the path where there is no heading', () => {
    expect(read('Text.\n').title).toBe('docs/a.md')
  })

  it('keeps code out of the text, and tells where it begins', () => {
    const { blocks, examples } = read('Before.\n\n```ts\nconst a = 1\n```\n')
    expect(blocks.map(textOf)).toEqual(['Before.'])
    expect(examples).toEqual([4])
  })

  it('puts a short word in the place of names in code, for who judges language', () => {
    const [block] = read('Call `openStateStore({ path })` first.\n').blocks
    expect(textOf(block!)).toBe('Call openStateStore({ path }) first.')
    expect(proseOf(block!)).toBe('Call X first.')
  })
})
