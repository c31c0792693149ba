import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Document } from './document.ts'
import { loadMarkdown, readMarkdown } from './markdown.ts'
import { readPlainText } from './plain-text.ts'
import { sentencesOf } from './sentences.ts'

const parse = await loadMarkdown()

const allOf = (document: Document) => document.blocks.flatMap((block) => sentencesOf(document, block))

const shown = (text: string) =>
  allOf(readMarkdown('a.md', text, parse)).map(({ text: one, citation }) => [
    one,
    citation.line,
    citation.quote,
  ])

describe('sentencesOf', () => {
  it('finds the line of each sentence', () => {
    expect(shown('# Head\n\nOne is here. Two is\nhere.\n')).toEqual([
      ['Head', 1, 'Head'],
      ['One is here.', 3, 'One is here.'],
      ['Two is here.', 3, 'Two is'],
    ])
  })

  it('quotes the first line that has enough of a long sentence', () => {
    const text = 'Short. This\nsentence goes on for quite a while here\nand then it ends.\n'
    expect(shown(text)[1]?.slice(1)).toEqual([2, 'sentence goes on for quite a while here'])
  })

  it('quotes marks with what they mark', () => {
    expect(shown('Then `run()` *it* now. Next.\n')[0]).toEqual([
      'Then run() it now.',
      1,
      'Then `run()` *it* now.',
    ])
  })

  it('takes a row as one statement and quotes the whole line', () => {
    const text = '| call | does |\n| --- | --- |\n| `a(b?)` | waits. Then goes |\n'
    expect(shown(text)).toEqual([['a(b?): waits. Then goes', 3, '| `a(b?)` | waits. Then goes |']])
  })

  it('quotes the line as it is where an entity or an escape stands for a character', () => {
    expect(shown('Fish &amp; chips \\* here.\n')).toEqual([
      ['Fish & chips * here.', 1, 'Fish &amp; chips \\* here.'],
    ])
  })

  it('knows paragraphs of a plain text, and its title', () => {
    const document = readPlainText('a.txt', 'A title\n\nFirst line\nsecond line.\r\n\r\nLast.')
    expect(document.title).toBe('A title')
    expect(allOf(document).map(({ citation }) => citation.line)).toEqual([1, 4, 6])
  })

  it('quotes a part of the very line it names, whatever the Markdown is', () => {
    const piece = fc.constantFrom(
      ...[
        'One two. ',
        'Three `four` five! ',
        '\n',
        '\r\n',
        '\n\n',
        '* ',
        '> ',
        '| a | b |\n| - | - |\n| c. d | e |\n',
      ],
      ...[
        '# ',
        '**bold** ',
        '&lt; ',
        '\\_ ',
        '[link](x) ',
        '```\ncode\n```\n',
        '  ',
        '\t',
        '日本。',
        '😀 ',
        '---\n',
      ],
    )
    const text = fc
      .array(fc.oneof(piece, fc.string({ maxLength: 8 })), { maxLength: 25 })
      .map((all) => all.join(''))
    const property = fc.property(text, (one) => {
      const document = readMarkdown('a.md', one, parse)
      return allOf(document).every(({ citation }) =>
        document.lines[citation.line - 1]?.includes(citation.quote),
      )
    })
    fc.assert(property, { numRuns: 300 })
  })
})
