import { z } from 'zod'
import { citationSchema } from '../citation/citation.ts'
import type { English } from '../language/english.ts'
import type { Research } from './passage.ts'

/** A kind of reader, and what in the sources speaks to them. */
export const audienceSchema = z.object({
  /** In the plural, as titles address them. */
  reader: z.string(),
  /** What such a reader comes for. */
  wants: z.string(),
  /** Sentences that speak to them, of all that were found. */
  sentences: z.number().int(),
  /** The words that told, most frequent first. */
  cues: z.array(z.string()),
  citations: z.array(citationSchema),
})

/** See {@link audienceSchema}. */
export type Audience = z.infer<typeof audienceSchema>

interface Reader {
  readonly reader: string
  readonly wants: string
  readonly cues: string
}

/** Whom documents are written for, by the words that such documents use. */
const READERS: readonly Reader[] = [
  {
    reader: 'developers',
    wants: 'what to call, what comes back, and what happens when it fails',
    cues: 'code function api import package type typescript javascript library call module interface option error class parameter argument return test',
  },
  {
    reader: 'operators',
    wants: 'what to run, what to watch, and what to do when it stops',
    cues: 'deploy server database process crash restart monitor log lease memory disk backup migration connection production outage cluster queue health upgrade',
  },
  {
    reader: 'decision makers',
    wants: 'what it costs, what it replaces, and what the risks are',
    cues: 'cost price licence license risk compliance support vendor alternative team budget roadmap security promise customer market contract',
  },
  {
    reader: 'newcomers',
    wants: 'what it is, why it is there, and how to try it',
    cues: 'start guide tutorial learn example introduction beginner try install glossary explain mean question basics overview',
  },
]

const GENERAL: Audience = {
  reader: 'general readers',
  wants: 'what it is, and why it matters to them',
  sentences: 0,
  cues: [],
  citations: [],
}

const MAX_READERS = 3
const MAX_CITATIONS = 2
/** A reader to whom less than this share of the sentences speaks is not the one they were written for. */
const LEAST_SHARE = 0.1

/** Whom the sources speak to, first of all the one to whom most sentences do; never empty. */
export function findAudiences({ passages }: Research, english: English): Audience[] {
  const sentences = passages.flatMap((passage) => passage.sentences)
  const stems = sentences.map(({ text }) => new Set(english.stems(text)))
  const audiences = READERS.map(({ reader, wants, cues: words }) => {
    const cues = words.split(' ').map((word) => ({ word, stem: english.stems(word)[0] ?? word }))
    const spoken = stems.map((has) => cues.filter(({ stem }) => has.has(stem)).map(({ word }) => word))
    // The sentences with the most cues say best why.
    const telling = spoken
      .map((told, index) => ({ told, index }))
      .filter(({ told }) => told.length > 0)
      .sort((a, b) => b.told.length - a.told.length || a.index - b.index)
    return {
      reader,
      wants,
      sentences: telling.length,
      cues: mostFrequent(telling.flatMap(({ told }) => told)),
      citations: telling.slice(0, MAX_CITATIONS).map(({ index }) => sentences[index]!.citation),
    }
  })
  const found = audiences
    .filter((audience) => audience.sentences >= LEAST_SHARE * sentences.length)
    .sort((a, b) => b.sentences - a.sentences)
    .slice(0, MAX_READERS)
  return found.length === 0 ? [GENERAL] : found
}

function mostFrequent(words: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 6)
    .map(([word]) => word)
}
