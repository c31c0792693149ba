import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cite, distinct } from './citation.ts'

const at = (line: string, start?: number, end?: number) => cite('a.md', [line], 1, start, end)

describe('cite', () => {
  it('quotes a line, or a part of it, without the spaces around', () => {
    expect(at('  one two  ')).toEqual({ file: 'a.md', line: 1, quote: 'one two' })
    expect(at('one two three', 4, 7)?.quote).toBe('two')
  })

  it('cuts a long line at a word', () => {
    const { quote } = at('word '.repeat(60))!
    expect(quote).toMatch(/^word( word)+$/)
    expect(quote.length).toBeLessThanOrEqual(120)
  })

  it('quotes nothing where nothing is, or where something is hidden', () => {
    expect(at('   ')).toBeUndefined()
    expect(cite('a.md', ['x'], 2)).toBeUndefined()
    expect(at('safe \u202e not')).toBeUndefined()
  })

  it('gives a part of the very line, whatever it holds', () => {
    const anyLine = fc.string({ unit: 'binary', maxLength: 300 })
    const property = fc.property(anyLine, fc.nat(300), fc.nat(300), (line, start, end) => {
      const citation = at(line, start, end)
      return citation === undefined || (citation.quote !== '' && line.includes(citation.quote))
    })
    fc.assert(property)
  })
})

describe('distinct', () => {
  it('keeps the first citation of each place', () => {
    const [one, two, three] = [at('a b')!, at('b', 0)!, { ...at('c')!, line: 2 }]
    expect(distinct([one, two, three])).toEqual([one, three])
  })
})
