import { compareBytes } from '../byte-order.ts'
import type { English, Word } from '../language/english.ts'
import type { KeyTerm } from './key-term.ts'
import type { Research } from './passage.ts'

/** Nouns that name nothing by themselves. */
const VAGUE: ReadonlySet<string> = new Set(
  (
    'thing way time number example part lot kind case use end one two three place side day fact point sort bit today ' +
    'everything nothing something anything everybody nobody somebody anybody line word rest middle x'
  ).split(' '),
)

const MAX_WORDS = 3
const MAX_TERMS = 30
const COUNTED_IN_PASSAGE = 2

interface Candidate {
  readonly term: string
  readonly words: readonly string[]
  /** How it is written, and how often so. */
  readonly forms: Map<string, number>
  count: number
  /** As `count`, but no more than {@link COUNTED_IN_PASSAGE} of one passage. */
  counted: number
  readonly inPassage: Map<number, number>
}

const isNoun = ({ partOfSpeech }: Word): boolean => partOfSpeech === 'NOUN' || partOfSpeech === 'PROPN'

const isContent = (word: Word): boolean =>
  !word.isCommon && /^\p{L}[\p{L}\p{N}-]+$/u.test(word.text) && (isNoun(word) || word.partOfSpeech === 'ADJ')

interface Phrase {
  readonly words: readonly string[]
  readonly form: string
}

/** Whether a word is written with a capital wherever it stands: `SQLite` and a name are. */
const isName = ({ text, partOfSpeech }: Word): boolean =>
  /.\p{Lu}/u.test(text) || (partOfSpeech === 'PROPN' && /^\p{Lu}/u.test(text))

const formOf = (word: Word): string => (isName(word) ? word.text : word.text.toLowerCase())

/** Runs of nouns and adjectives that end in a noun, the whole run and its parts that end as it does. */
function phrasesOf(words: readonly Word[]): Phrase[] {
  const phrases: Phrase[] = []
  let run: Word[] = []
  const close = () => {
    while (run.length > 0 && !isNoun(run.at(-1)!)) run.pop()
    for (let length = 1; length <= Math.min(run.length, MAX_WORDS); length += 1) {
      const phrase = run.slice(-length)
      // The head in its dictionary form, so that one and many are one term.
      const before = phrase.slice(0, -1)
      const head = phrase.at(-1)!
      const words = [...before.map(({ text }) => text.toLowerCase()), head.lemma]
      const form = [...before.map(formOf), isName(head) ? head.text : head.lemma].join(' ')
      phrases.push({ words, form })
    }
    run = []
  }
  for (const word of words) {
    if (isContent(word)) run.push(word)
    else close()
  }
  close()
  return phrases
}

function candidatesOf({ passages }: Research, english: English): Map<string, Candidate> {
  const candidates = new Map<string, Candidate>()
  for (const [index, { prose }] of passages.entries()) {
    for (const { words, form } of phrasesOf(english.words(prose))) {
      if (VAGUE.has(words.at(-1)!)) continue
      const term = words.join(' ')
      const candidate = candidates.get(term) ?? {
        term,
        words,
        forms: new Map(),
        count: 0,
        counted: 0,
        inPassage: new Map(),
      }
      candidate.count += 1
      candidate.forms.set(form, (candidate.forms.get(form) ?? 0) + 1)
      // A table of names must not outweigh the prose around it.
      const inPassage = (candidate.inPassage.get(index) ?? 0) + 1
      candidate.inPassage.set(index, inPassage)
      if (inPassage <= COUNTED_IN_PASSAGE) candidate.counted += 1
      candidates.set(term, candidate)
    }
  }
  return candidates
}

/**
 * How much of a term's count is its own and not that of longer terms around it: the C-value of Frantzi, Ananiadou and
 * Mima, "Automatic recognition of multi-word terms" (2000), with one added to a term's length so that single words count.
 */
function cValues(candidates: ReadonlyMap<string, Candidate>): Map<string, number> {
  const longer = new Map<string, number[]>()
  for (const { words, counted } of candidates.values()) {
    for (let from = 1; from < words.length; from += 1) {
      const inner = words.slice(from).join(' ')
      longer.set(inner, [...(longer.get(inner) ?? []), counted])
    }
  }
  const ownValue = ({ term, words, counted }: Candidate): number => {
    const around = longer.get(term) ?? []
    const theirs = around.reduce((sum, one) => sum + one, 0) / Math.max(1, around.length)
    return Math.log2(words.length + 1) * (counted - theirs)
  }
  return new Map([...candidates.values()].map((candidate) => [candidate.term, ownValue(candidate)]))
}

/**
 * The terms that the passages turn on, the weightiest first: those that occur in several passages, and that are rarer in
 * all the sources than in what was found. Pure.
 */
export function keyTerms(research: Research, english: English): KeyTerm[] {
  const candidates = candidatesOf(research, english)
  const values = cValues(candidates)
  const frequencies = new Map(research.corpus.frequencies)
  const rarity = (words: readonly string[]): number => {
    const stems = english.stems(words.join(' '))
    const logs = stems.map((stem) => Math.log(1 + research.corpus.passages / (frequencies.get(stem) ?? 1)))
    return logs.reduce((sum, one) => sum + one, 0) / Math.max(1, logs.length)
  }
  const topic = new Set(research.stems)
  const isTopic = (words: readonly string[]): boolean =>
    english.stems(words.join(' ')).every((stem) => topic.has(stem))
  const terms = [...candidates.values()].flatMap((candidate): KeyTerm[] => {
    const { term, words, count } = candidate
    const passages = [...candidate.inPassage.keys()]
    const weight = values.get(term)! * rarity(words) * (passages.length === 1 ? 0.5 : 1)
    const citation = weight > 0 && !isTopic(words) ? citationOf(candidate, research) : undefined
    if (citation === undefined) return []
    const files = new Set(passages.map((index) => research.passages[index]!.file))
    const rounded = Number(weight.toFixed(3))
    const [form] = [...candidate.forms].reduce((most, one) => (one[1] > most[1] ? one : most), [term, 0])
    return [{ term: form, count, documents: files.size, passages, weight: rounded, citation }]
  })
  return terms.sort((a, b) => b.weight - a.weight || compareBytes(a.term, b.term)).slice(0, MAX_TERMS)
}

/** A quote of this many characters says more than the term. */
const TELLING = 25

/** The first line of the best passage that has the term's beginning in its quote. */
function citationOf(
  { words, inPassage }: Candidate,
  { passages: all }: Research,
): KeyTerm['citation'] | undefined {
  const start = words.join(' ').slice(0, Math.max(4, words.join(' ').length - 2))
  const citations = [...inPassage.keys()].flatMap((index) =>
    all[index]!.sentences.map(({ citation }) => citation).filter(({ quote }) =>
      quote.toLowerCase().includes(start),
    ),
  )
  return citations.find(({ quote }) => quote.length >= TELLING) ?? citations[0]
}
