import { cite } from '../citation/citation.ts'
import { CrewError } from '../crew-error.ts'
import { type Block, type Document, proseOf } from '../documents/document.ts'
import { type ReadDocuments, readDocuments } from '../documents/read-documents.ts'
import { sentencesOf } from '../documents/sentences.ts'
import { type English, loadEnglish } from '../language/english.ts'
import { counted } from '../report/counted.ts'
import { quoted } from '../report/printable.ts'
import { firstSkips } from '../tree/skip.ts'
import type { Passage, Research } from './passage.ts'
import { type Hit, PassageIndex } from './passage-index.ts'

/** How much is read and kept. Sizes are in bytes. The journal holds what is kept. */
export interface ResearchLimits {
  readonly maxFileBytes: number
  readonly maxDocuments: number
  readonly maxBytes: number
  readonly maxPassages: number
}

/** Passages that fit less well than this, compared with the best, are left out. */
const WEAKEST = 0.05
/** No document may fill the brief alone. */
const SHARE_OF_ONE = 0.4
const MAX_SENTENCES = 8
const MAX_PROSE = 1_200
const MAX_EXAMPLES = 20
const MAX_SKIPS = 100

/** Finds what the documents below `path` say about a topic. */
export async function research(
  topic: string,
  path: string,
  limits: ResearchLimits,
  signal: AbortSignal,
): Promise<Research> {
  const english = await loadEnglish()
  const stems = [...new Set(english.stems(topic))]
  if (stems.length === 0) {
    throw new CrewError('INPUT_INVALID', `${quoted(topic)} has no word to search for: name a topic`)
  }
  const read = await readDocuments(path, limits, signal)
  if (read.documents.length === 0) throw nothingToRead(path, read)
  const index = await PassageIndex.over(read.documents, english, signal)
  const hits = index.search(stems)
  if (hits.length === 0) throw noMatch(topic, read, english)
  const chosen = choose(hits, limits.maxPassages)
  const passages = chosen.map(passageOf).filter(({ sentences }) => sentences.length > 0)
  if (passages.length === 0) throw noMatch(topic, read, english)
  const found = new Set(chosen.flatMap(({ entry }) => entry.stems))
  const anywhere = new Set(
    hits.flatMap(({ entry }) => [...entry.stems, ...headStems(entry.document, english)]),
  )
  return {
    topic,
    stems,
    missing: stems.filter((stem) => !anywhere.has(stem)),
    passages,
    documents: documentsOf(passages, read.documents),
    corpus: {
      documents: read.documents.length,
      words: index.entries.reduce((sum, { stems: all }) => sum + all.length, 0),
      passages: index.entries.length,
      frequencies: index.frequencies(found),
    },
    skips: read.skips.slice(0, MAX_SKIPS),
    skipsOmitted: Math.max(0, read.skips.length - MAX_SKIPS),
  }
}

const headStems = ({ path, title }: Document, english: English): string[] => english.stems(`${title} ${path}`)

/** The best hits, no more of one document than its share. */
function choose(hits: readonly Hit[], maxPassages: number): Hit[] {
  const share = Math.max(4, Math.ceil(maxPassages * SHARE_OF_ONE))
  const taken = new Map<string, number>()
  const chosen: Hit[] = []
  for (const hit of hits) {
    const { path } = hit.entry.document
    const count = taken.get(path) ?? 0
    if (hit.score < WEAKEST || chosen.length >= maxPassages) break
    if (count >= share) continue
    taken.set(path, count + 1)
    chosen.push(hit)
  }
  return chosen
}

function passageOf({ entry: { document, block }, score }: Hit): Passage {
  return {
    file: document.path,
    title: document.title,
    section: [...block.section],
    heading: headingOf(document, block),
    prose: proseOf(block).slice(0, MAX_PROSE).toWellFormed(),
    sentences: sentencesOf(document, block).slice(0, MAX_SENTENCES),
    score: Number(score.toFixed(4)),
  }
}

function documentsOf(passages: readonly Passage[], documents: readonly Document[]): Research['documents'] {
  const byPath = new Map(documents.map((document) => [document.path, document]))
  return [...Map.groupBy(passages, ({ file }) => file)].map(([file, group]) => ({
    file,
    title: byPath.get(file)!.title,
    passages: group.length,
    examples: examplesOf(byPath.get(file)!),
  }))
}

const headingOf = ({ path, lines }: Document, { headingLine }: Block) =>
  headingLine === undefined ? null : (cite(path, lines, headingLine) ?? null)

const examplesOf = ({ path, lines, examples }: Document) =>
  examples
    .slice(0, MAX_EXAMPLES)
    .map((line) => cite(path, lines, line))
    .filter((citation) => citation !== undefined)

function nothingToRead(path: string, { skips }: ReadDocuments): CrewError {
  return new CrewError(
    'NOTHING_TO_READ',
    `there is no Markdown or text document to read in ${quoted(path)}${firstSkips(skips)}: name a directory that has some`,
  )
}

function noMatch(topic: string, { documents }: ReadDocuments, english: English): CrewError {
  const subjects = subjectsOf(documents, english).join(', ')
  const about = subjects === '' ? '' : ` They are about: ${subjects}.`
  return new CrewError(
    'NO_MATCH',
    `nothing in ${counted(documents.length, 'document')} is about ${quoted(topic)}: choose another topic.${about}`,
  )
}

/** The most frequent nouns of some of the documents. */
function subjectsOf(documents: readonly Document[], english: English): string[] {
  const counts = new Map<string, number>()
  const blocks = documents.flatMap((document) => document.blocks).slice(0, 300)
  for (const { lemma, partOfSpeech, isCommon } of blocks.flatMap((block) => english.words(proseOf(block)))) {
    if (isCommon || partOfSpeech !== 'NOUN' || !/^\p{L}{3,}$/u.test(lemma)) continue
    counts.set(lemma, (counts.get(lemma) ?? 0) + 1)
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 8)
    .map(([lemma]) => lemma)
}
