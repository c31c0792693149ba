import { z } from 'zod'
import { citationSchema } from '../citation/citation.ts'
import { counted } from '../report/counted.ts'
import type { TermGroup } from './key-term.ts'
import type { Passage, Research } from './passage.ts'

/** A sentence of the sources to build on. */
const pointSchema = z.object({ text: z.string(), citation: citationSchema })

/** See {@link pointSchema}. */
type Point = z.infer<typeof pointSchema>

/** What a section is to do for its reader. */
const INTENTS = {
  define: 'Say what it is, in the first sentence.',
  warn: 'Say what can go wrong, and what happens then.',
  show: 'Show how it is done, with the example.',
  explain: 'Say why it matters, then how it hangs together.',
} as const

/** A part of the text to write. */
const sectionSchema = z.object({
  heading: z.string(),
  intent: z.string(),
  points: z.array(pointSchema),
  /** The nearest example in code. */
  example: citationSchema.nullable(),
})

/** The text to write, in order, and what its sources leave open. */
export const outlineSchema = z.object({
  /** A sentence that says what the topic is, or the best one that was found. */
  opening: pointSchema.nullable(),
  sections: z.array(sectionSchema),
  gaps: z.array(z.string()),
})

/** See {@link outlineSchema}. */
export type Outline = z.infer<typeof outlineSchema>

type Section = Outline['sections'][number]

const MAX_POINTS = 3
/** A sentence outside these many characters is no point: a fragment, or a paragraph. */
const LENGTH = { least: 30, most: 320 }
/** An example this many lines below a point belongs to it. */
const NEAR_LINES = 40

const WARNS = /\b(not|never|no longer|fail\w*|crash\w*|error\w*|lost|refused|wrong|limit\w*|timeout)\b/i
const SHOWS = /\b(run|call|use|pass|install|type|add|set|write|give|start|open)s?\b/i
const DEFINES = /\b(is|are|means?)\b (a|an|the|what|one)\b/i

const capitalized = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

const has = (text: string, term: string): boolean => text.toLowerCase().includes(term.toLowerCase())

/** Sentences that can stand alone, with how well their passage fits the topic. */
function pointsOf(passages: readonly Passage[]): (Point & { readonly fit: number })[] {
  return passages.flatMap(({ sentences, score }) =>
    sentences
      .filter(({ text }) => text.length >= LENGTH.least && text.length <= LENGTH.most)
      .map(({ text, citation }) => ({ text, citation, fit: score })),
  )
}

/** The best sentences for a group of terms that no other section has, of different documents where there are some. */
function choosePoints(group: TermGroup, research: Research, used: Set<string>): Point[] {
  const heaviest = group.terms[0]!.weight || 1
  const scored = pointsOf(research.passages)
    .filter(({ text }) => !used.has(text))
    .map(({ fit, ...point }) => {
      const terms = group.terms.filter(({ term }) => has(point.text, term))
      const weight = terms.reduce((sum, term) => sum + term.weight, 0) / heaviest
      return { point, score: weight === 0 ? 0 : weight + fit }
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ point }) => point)
  const firsts = [...Map.groupBy(scored, ({ citation }) => citation.file).values()].map(([first]) => first!)
  const points = new Map<string, Point>()
  for (const point of [...firsts.slice(0, MAX_POINTS - 1), ...scored]) {
    if (points.size < MAX_POINTS) points.set(point.text, point)
  }
  for (const text of points.keys()) used.add(text)
  return [...points.values()]
}

function intentOf(points: readonly Point[], example: Section['example']): keyof typeof INTENTS {
  const texts = points.map(({ text }) => text)
  if (texts.filter((text) => WARNS.test(text)).length * 2 > texts.length) return 'warn'
  if (example !== null && texts.some((text) => SHOWS.test(text))) return 'show'
  return texts.some((text) => DEFINES.test(text)) ? 'define' : 'explain'
}

/** The first example that follows one of the points closely. */
function exampleFor(points: readonly Point[], { documents }: Research): Section['example'] {
  for (const { citation } of points) {
    const examples = documents.find(({ file }) => file === citation.file)?.examples ?? []
    const near = examples.find(({ line }) => line > citation.line && line - citation.line <= NEAR_LINES)
    if (near !== undefined) return near
  }
  return null
}

function sectionOf(group: TermGroup, research: Research, used: Set<string>): Section | undefined {
  const points = choosePoints(group, research, used)
  if (points.length === 0) return undefined
  const [first, ...others] = group.terms.slice(0, 3).map(({ term }) => term)
  const heading = others.length === 0 ? first! : `${first}: ${others.join(' and ')}`
  const example = exampleFor(points, research)
  return { heading: capitalized(heading), intent: INTENTS[intentOf(points, example)], points, example }
}

/** A sentence that begins with the topic and says what it is; else the best sentence. */
function openingOf({ passages, topic }: Research): Point | null {
  const points = pointsOf(passages)
  const head = topic.toLowerCase().split(/\s+/).at(-1)!.replace(/s$/, '')
  const defines = points.find(({ text }) => has(text.slice(0, 60), head) && DEFINES.test(text))
  const opening = defines ?? points[0]
  return opening === undefined ? null : { text: opening.text, citation: opening.citation }
}

function gapsOf(research: Research, groups: readonly TermGroup[], sections: readonly Section[]): string[] {
  const { documents, passages, missing } = research
  const texts = sections.flatMap(({ points }) => points.map(({ text }) => text))
  const lonely = groups.filter(({ terms }) => terms.every((term) => term.documents === 1))
  const gaps = missing.map((stem) => `No document has the word “${stem}…” of the topic.`)
  if (documents.length === 1) gaps.push('All of this rests on one document: find a second source.')
  else
    for (const { name } of lonely) gaps.push(`Only one document speaks of “${name}”: find a second source.`)
  if (!texts.some((text) => DEFINES.test(text))) gaps.push('No sentence says what it is: write a definition.')
  if (!texts.some((text) => WARNS.test(text)))
    gaps.push('Nothing says what can go wrong, or where the limits are.')
  if (!documents.some(({ examples }) => examples.length > 0))
    gaps.push('There is no example in code in the documents found.')
  if (passages.length < 5) gaps.push(`The evidence is thin: ${counted(passages.length, 'passage')}.`)
  return gaps
}

/** A section for each group of terms, each point a sentence of the sources that no other section has. Pure. */
export function outlineOf(research: Research, groups: readonly TermGroup[]): Outline {
  const opening = openingOf(research)
  const used = new Set(opening === null ? [] : [opening.text])
  const sections = groups
    .map((group) => sectionOf(group, research, used))
    .filter((section) => section !== undefined)
  return { opening, sections, gaps: gapsOf(research, groups, sections) }
}
