import fc from 'fast-check'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { expect, it } from 'vitest'
import { citationText, verbatim } from './citation-text.ts'

it('keeps a text as it is inside backticks, whatever it holds', () => {
  const text = fc
    .string({ minLength: 1 })
    .map((one) => one.trim())
    .filter((one) => one !== '')
  const backticks = fc
    .array(fc.constantFrom('`', '``', 'a', ' b', '|', '<i>'), { minLength: 1 })
    .map((all) => all.join('').trim())
  const property = fc.property(fc.oneof(text, backticks), (one) => {
    fc.pre(one !== '' && !/[\r\n]/.test(one))
    const [paragraph] = fromMarkdown(`x ${verbatim(one)}`).children
    const [, code] = paragraph?.type === 'paragraph' ? paragraph.children : []
    return code?.type === 'inlineCode' && code.value === one
  })
  fc.assert(property)
})

it('names the place, then quotes', () => {
  expect(citationText({ file: 'docs/a.md', line: 3, quote: 'one `two`' })).toBe(
    '`docs/a.md:3`: `` one `two` ``',
  )
})
