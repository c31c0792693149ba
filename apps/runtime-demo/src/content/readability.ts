import { z } from 'zod'
import { citationSchema } from '../citation/citation.ts'
import { type Document, proseOf } from '../documents/document.ts'
import { sentencesOf } from '../documents/sentences.ts'
import type { English } from '../language/english.ts'

/** How hard a text is, and its longest sentence. */
export const readabilitySchema = z.object({
  /** The document, or what else was judged. */
  file: z.string(),
  words: z.number().int(),
  sentences: z.number().int(),
  /** Flesch's reading ease. */
  ease: z.number(),
  verdict: z.string(),
  /** The longest sentence, if it is long. */
  longest: z.object({ words: z.number().int(), citation: citationSchema }).nullable(),
})

/** See {@link readabilitySchema}. */
export type ReadabilityOf = z.infer<typeof readabilitySchema>

/** Flesch's own table, "How to Write Plain English" (1979), with fewer steps. */
const VERDICTS: readonly (readonly [least: number, verdict: string])[] = [
  [80, 'easy'],
  [60, 'plain'],
  [50, 'fairly difficult'],
  [30, 'difficult'],
  [Number.NEGATIVE_INFINITY, 'very difficult'],
]

/** A sentence of more words than this is worth taking apart. */
const LONG = 30

/** Below this the formula says nothing. */
const FEWEST_WORDS = 30

const countWords = (text: string): number => text.match(/\p{L}[\p{L}\p{M}'’-]*/gu)?.length ?? 0

const verdictOf = (words: number, ease: number): string =>
  words < FEWEST_WORDS ? 'too short to say' : VERDICTS.find(([least]) => ease >= least)![1]

/** Judges running text. */
export function judgeText(file: string, text: string, english: English): ReadabilityOf {
  const { words, sentences, ease } = english.readability(text)
  return { file, words, sentences, ease, verdict: verdictOf(words, ease), longest: null }
}

/** Judges a document's prose: neither headings nor tables, and names in code are one short word. */
export function judgeDocument(document: Document, english: English): ReadabilityOf {
  const blocks = document.blocks.filter(({ kind }) => kind === 'paragraph' || kind === 'item')
  const text = blocks.map(proseOf).join('\n\n')
  const longest = blocks
    .flatMap((block) => sentencesOf(document, block))
    .map(({ text: sentence, citation }) => ({ words: countWords(sentence), citation }))
    .filter(({ words }) => words > LONG)
    .reduce<ReadabilityOf['longest']>((most, one) => (one.words > (most?.words ?? 0) ? one : most), null)
  return { ...judgeText(document.path, text, english), longest }
}
