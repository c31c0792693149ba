import { z } from 'zod'
import { type Citation, citationSchema } from '../citation/citation.ts'
import type { Audience } from './audience.ts'
import type { TermGroup } from './key-term.ts'
import type { Research } from './passage.ts'

/** A title, and the line of the sources that it rests on. */
export const titleSchema = z.object({
  title: z.string(),
  /** Whether search results show all of it. */
  fits: z.boolean(),
  citation: citationSchema,
})

/** See {@link titleSchema}. */
export type Title = z.infer<typeof titleSchema>

/** Search results cut titles at about this many characters. */
const SHOWN = 60

const FAILURE =
  /\b(fail|fails|failed|failure|crash|crashes|error|errors|lost|refused|broken|wrong|timeout)\b/i

const capitalized = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

/** Whether a phrase takes a verb in the plural, judged by its last letters. */
const isPlural = (phrase: string): boolean => /[^s]s$/i.test(phrase)

/** Titles that the sources can keep, those that fit first. Pure. */
export function proposeTitles(
  { topic, passages }: Research,
  groups: readonly TermGroup[],
  audiences: readonly Audience[],
): Title[] {
  const subject = capitalized(topic)
  const best = passages[0]!.sentences[0]!.citation
  const [one, two, three] = groups.map(({ name }) => name)
  const [ofOne = best, ofTwo = best] = groups.map(({ terms }) => terms[0]!.citation)
  const { reader, citations } = audiences[0]!
  const failure = passages.flatMap(({ sentences }) => sentences).find(({ text }) => FAILURE.test(text))
  const titles: [string, Citation][] = [
    [`How ${topic} ${isPlural(topic) ? 'work' : 'works'}`, best],
    [`${subject} for ${reader}`, citations[0] ?? best],
  ]
  if (failure !== undefined) titles.push([`${subject} when things go wrong`, failure.citation])
  if (two !== undefined) {
    titles.push([`${subject}: ${one} and ${two}`, ofOne])
    titles.push([`From ${one} to ${two}: a guide to ${topic}`, ofTwo])
  }
  if (three !== undefined) titles.push([`${subject}: ${one}, ${two} and ${three}`, ofOne])
  return titles
    .map(([title, citation]) => ({ title, fits: title.length <= SHOWN, citation }))
    .sort((a, b) => Number(b.fits) - Number(a.fits))
}
