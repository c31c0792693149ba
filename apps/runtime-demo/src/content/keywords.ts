import { z } from 'zod'
import { citationSchema } from '../citation/citation.ts'
import type { KeyTerm } from './key-term.ts'
import type { Passage, Research } from './passage.ts'

/** What somebody may type to find the text. */
export const keywordSchema = z.object({
  keyword: z.string(),
  /** The topic itself, a word, a phrase, or a question that the sources answer. */
  kind: z.enum(['topic', 'word', 'phrase', 'question']),
  /** How often the sources have it. */
  count: z.number().int(),
  documents: z.number().int(),
  citation: citationSchema,
})

/** See {@link keywordSchema}. */
export type Keyword = z.infer<typeof keywordSchema>

const MAX_OF_KIND = 6
const QUESTION = /^(how|what|why|when|who|which|where|can|does|is|should)\b|\?$/i

/** The topic, words, phrases and questions, most useful first. Pure. */
export function findKeywords(research: Research, terms: readonly KeyTerm[]): Keyword[] {
  const ofKind = (kind: 'word' | 'phrase', wanted: (term: string) => boolean): Keyword[] =>
    terms
      .filter(({ term }) => wanted(term))
      .slice(0, MAX_OF_KIND)
      .map(({ term, count, documents, citation }) => ({ keyword: term, kind, count, documents, citation }))
  return [
    ofTopic(research),
    ...ofKind('word', (term) => !term.includes(' ')),
    ...ofKind('phrase', (term) => term.includes(' ')),
    ...questionsOf(research.passages),
  ]
}

function ofTopic({ topic, passages, documents }: Research): Keyword {
  const { citation } = passages[0]!.sentences[0]!
  return { keyword: topic, kind: 'topic', count: passages.length, documents: documents.length, citation }
}

/** Headings that ask. */
function questionsOf(passages: readonly Passage[]): Keyword[] {
  const questions = new Map<string, Keyword>()
  for (const { section, heading } of passages) {
    const keyword = section.at(-1)
    if (keyword === undefined || heading === null || !QUESTION.test(keyword)) continue
    const known = questions.get(keyword)
    if (known !== undefined) known.count += 1
    else questions.set(keyword, { keyword, kind: 'question', count: 1, documents: 1, citation: heading })
  }
  return [...questions.values()].slice(0, MAX_OF_KIND)
}
