import { describe, expect, it } from 'vitest'
import { loadEnglish } from '../language/english.ts'
import type { KeyTerm } from './key-term.ts'
import { keyTerms } from './key-terms.ts'
import type { Research } from './passage.ts'
import { groupTerms } from './term-groups.ts'

const english = await loadEnglish()

/** Research that found these passages, one for each text. */
function found(topic: string, texts: readonly string[]): Research {
  const stems = new Set(texts.flatMap((text) => english.stems(text)))
  const passages = texts.map((text, index) => ({
    file: `${index % 2}.md`,
    title: 'T',
    section: [],
    heading: null,
    prose: text,
    sentences: [{ text, citation: { file: `${index % 2}.md`, line: index + 1, quote: text } }],
    score: 1,
  }))
  return {
    topic,
    stems: english.stems(topic),
    missing: [],
    passages,
    documents: [],
    corpus: { documents: 2, words: 10, passages: 20, frequencies: [...stems].map((stem) => [stem, 2]) },
    skips: [],
    skipsOmitted: 0,
  }
}

const names = (terms: readonly KeyTerm[]) => terms.map(({ term }) => term)

describe('keyTerms', () => {
  it('takes nouns and phrases, one form for one and many, and the topic not', () => {
    const terms = keyTerms(
      found('brakes', ['The dead letter waits for brakes.', 'Two dead letters wait.']),
      english,
    )
    expect(terms[0]).toMatchObject({ term: 'dead letter', count: 2, documents: 2, passages: [0, 1] })
    expect(names(terms)).not.toContain('brake')
  })

  it('keeps a name as it is written, and puts other words in lower case', () => {
    const terms = keyTerms(
      found('x1', ['A store on SQLite keeps Steps.', 'SQLite is a store of steps.']),
      english,
    )
    expect(names(terms)).toContain('SQLite')
    expect(names(terms)).toContain('step')
  })

  it('lets no table of names outweigh the prose', () => {
    const terms = keyTerms(
      found('x1', [
        `Column ${'bigint, '.repeat(40)}end.`,
        'A lease ends.',
        'The lease was lost.',
        'No lease, no write.',
      ]),
      english,
    )
    expect(names(terms).indexOf('lease')).toBeLessThan(names(terms).indexOf('bigint'))
  })

  it('cites a line that has the term', () => {
    const terms = keyTerms(
      found('x1', ['The circuit breaker opens.', 'A circuit breaker closes again.']),
      english,
    )
    for (const { term, citation } of terms)
      expect(citation.quote.toLowerCase()).toContain(term.toLowerCase().slice(0, 4))
  })
})

describe('groupTerms', () => {
  const term = (name: string, passages: number[], weight: number): KeyTerm => ({
    term: name,
    count: 1,
    documents: 1,
    passages,
    weight,
    citation: { file: 'a.md', line: 1, quote: name },
  })

  it('puts together what occurs together, the weightiest first', () => {
    const groups = groupTerms([
      term('a', [1, 2], 1),
      term('b', [1, 2], 2),
      term('c', [8], 9),
      term('d', [9], 1),
    ])
    expect(groups.map(({ terms }) => names(terms))).toEqual([['c'], ['b', 'a'], ['d']])
    expect(groups[1]!.name).toBe('b')
  })

  it('fills no group beyond what a section can hold', () => {
    const groups = groupTerms(Array.from({ length: 20 }, (_, index) => term(`t${index}`, [1], 1)))
    for (const { terms } of groups) expect(terms.length).toBeLessThanOrEqual(6)
  })
})
