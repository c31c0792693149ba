import { z } from 'zod'
import { audienceSchema } from '../content/audience.ts'
import { termGroupSchema } from '../content/key-term.ts'
import { keywordSchema } from '../content/keywords.ts'
import { outlineSchema } from '../content/outline.ts'
import { researchSchema } from '../content/passage.ts'
import { readabilitySchema } from '../content/readability.ts'
import { titleSchema } from '../content/titles.ts'
import { skipReasons } from '../tree/skip.ts'
import { citationText } from './citation-text.ts'
import { counted } from './counted.ts'
import { code, message, prose, table } from './markdown-text.ts'

/** All that the brief is written from. */
export const briefSchema = z.object({
  research: researchSchema,
  groups: z.array(termGroupSchema),
  audiences: z.array(audienceSchema).min(1),
  titles: z.array(titleSchema),
  keywords: z.array(keywordSchema),
  outline: outlineSchema,
  readability: z.array(readabilitySchema),
  /** The directory of the documents, as the brief should name it. */
  sources: z.string(),
})

/** See {@link briefSchema}. */
type Brief = z.infer<typeof briefSchema>

const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n')

function head({ research, sources }: Brief): string {
  const { corpus, passages, documents, topic } = research
  return `# Content brief: ${prose(topic)}

Made from ${counted(passages.length, 'passage')} of ${counted(documents.length, 'document')}; ${counted(corpus.documents, 'document')} of ${counted(corpus.words, 'word')} were read in ${code(sources)}. Places are files below it with a line, and what stands there.`
}

function audience({ audiences }: Brief): string {
  const items = audiences.map(({ reader, wants, sentences, cues, citations }, index) => {
    const why =
      cues.length === 0 ? '' : ` ${counted(sentences, 'sentence')} speak to them: ${cues.join(', ')}.`
    const cited = citations.map((citation) => `\n  - ${citationText(citation)}`).join('')
    return `${index === 0 ? `**${reader}**` : reader} want to know ${wants}.${why}${cited}`
  })
  return `## Audience\n\n${list(items)}`
}

function titles({ titles: proposed }: Brief): string {
  const items = proposed.map(({ title, fits, citation }) => {
    const long = fits ? '' : ' (long for a search result)'
    return `**${prose(title)}**${long}\n  - ${citationText(citation)}`
  })
  return `## Titles\n\n${list(items)}`
}

function keywords({ keywords: found }: Brief): string {
  const items = found.map(
    ({ keyword, kind, count, documents, citation }) =>
      `**${prose(keyword)}** (${kind}, ${count} × in ${counted(documents, 'document')})\n  - ${citationText(citation)}`,
  )
  return `## Keywords\n\n${list(items)}`
}

function groups({ groups: found }: Brief): string {
  const items = found.map(({ name, terms }) => {
    const counted = terms.map(({ term, count }) => `${prose(term)} ${count}`).join(', ')
    return `**${prose(name)}**: ${counted}`
  })
  const body =
    items.length === 0 ? 'None stood out.' : `Terms that occur together, with their counts.\n\n${list(items)}`
  return `## Key terms\n\n${body}`
}

/** A sentence that the quote holds as it is need not be said twice. */
const point = ({ text, citation }: NonNullable<Brief['outline']['opening']>): string =>
  citation.quote === text ? citationText(citation) : `${prose(text, 400)}\n  - ${citationText(citation)}`

function outline({ outline: { opening, sections } }: Brief): string {
  const start = opening === null ? '' : `\n\n### Opening\n\n${list([point(opening)])}`
  const parts = sections.map(({ heading, intent, points, example }) => {
    const shown = example === null ? [] : [`Example:\n  - ${citationText(example)}`]
    return `\n\n### ${prose(heading)}\n\n${intent}\n\n${list([...points.map(point), ...shown])}`
  })
  return `## Outline${start}${parts.join('')}`
}

function readability({ readability: judged }: Brief): string {
  const rows = judged.map(({ file, words, sentences, ease, verdict }) => [
    code(file),
    String(words),
    String(sentences),
    String(ease),
    verdict,
  ])
  const long = judged.flatMap(({ longest }) =>
    longest === null ? [] : [`${longest.words} words: ${citationText(longest.citation)}`],
  )
  const apart =
    long.length === 0 ? '' : `\n\nSentences to take apart before they are reused:\n\n${list(long)}`
  const how =
    "Flesch's reading ease: 60 is a newspaper, 30 a contract. Names in code count as one short word."
  return `## Readability\n\n${how}\n\n${table(['text', 'words', 'sentences', 'ease', 'verdict'], rows)}${apart}`
}

function gaps({ outline: { gaps: open } }: Brief): string {
  return `## What the sources leave open\n\n${open.length === 0 ? 'Nothing was noticed.' : list(open.map((gap) => prose(gap)))}`
}

function sources({ research: { documents, skips, skipsOmitted } }: Brief): string {
  const rows = documents.map(({ file, title, passages }) => [code(file), prose(title), String(passages)])
  const skipped = skips.map(({ path, reason, detail }) => [code(path), skipReasons[reason], message(detail)])
  const more = skipsOmitted === 0 ? '' : `\n\n${skipsOmitted} more were skipped.`
  const rest =
    skipped.length === 0 ? '' : `\n\n## Skipped\n\n${table(['path', 'why', 'detail'], skipped)}${more}`
  return `## Sources\n\n${table(['document', 'title', 'passages'], rows)}${rest}`
}

/** The brief as a Markdown page. Pure; text from the sources is inert in it. */
export function briefMarkdown(brief: Brief): string {
  const sections = [head, audience, titles, keywords, groups, outline, readability, gaps, sources]
  return `${sections.map((section) => section(brief)).join('\n\n')}\n`
}
