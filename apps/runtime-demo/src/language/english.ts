import type { PartOfSpeech, Tokens } from 'wink-nlp'

/** A word as it stands in a text, and what it is there. */
export interface Word {
  readonly text: string
  /** The form that dictionaries have, in lower case. */
  readonly lemma: string
  readonly partOfSpeech: PartOfSpeech
  /** Whether it is one of the words that are in every text. */
  readonly isCommon: boolean
}

/** How hard a text is to read. */
export interface Readability {
  readonly words: number
  readonly sentences: number
  /** Flesch's reading ease (1948): about 0 for a contract, 60 for a newspaper, 100 for a primer. */
  readonly ease: number
}

/** English, as wink-nlp knows it. Pure: the same text gives the same answers. */
export interface English {
  words(text: string): Word[]
  /** Stems of the words of a text, names in camel case taken apart; `common` ones left out. */
  stems(text: string): string[]
  readability(text: string): Readability
}

/** `streamWorkflow` and `state-store` as the words that they are made of. */
const WORD = /\p{Lu}?\p{Ll}[\p{Ll}\p{M}\p{N}]*|\p{Lu}+(?!\p{Ll})[\p{N}]*|[\p{Lo}\p{Lm}\p{M}]+|\p{N}+/gu

/** Words whose stems are remembered; code says the same few thousand words again and again. */
const REMEMBERED = 20_000

let loaded: Promise<English> | undefined

/** Loads the language's model (some 300 ms), once in a process. */
export function loadEnglish(): Promise<English> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<English> {
  const [{ default: wink }, { default: model }] = await Promise.all([
    import('wink-nlp'),
    import('wink-eng-lite-web-model'),
  ])
  const { readDoc, its } = wink(model, ['sbd', 'pos'])
  // Its types say text for every feature.
  const column = <T>(tokens: Tokens, feature: unknown): T[] => tokens.out(feature as never) as T[]
  const remembered = new Map<string, readonly string[]>()
  const stemsOf = (word: string): readonly string[] => {
    const known = remembered.get(word)
    if (known !== undefined) return known
    const tokens = readDoc(word).tokens()
    const common = column<boolean>(tokens, its.stopWordFlag)
    const stems = column<string>(tokens, its.stem).filter((_, index) => !common[index])
    if (remembered.size >= REMEMBERED) remembered.clear()
    remembered.set(word, stems)
    return stems
  }
  return {
    words(text) {
      const tokens = readDoc(text).tokens()
      const lemmas = column<string>(tokens, its.lemma)
      const parts = column<PartOfSpeech>(tokens, its.pos)
      const common = column<boolean>(tokens, its.stopWordFlag)
      return tokens.out().map((word, index) => ({
        text: word,
        lemma: lemmas[index]!.toLowerCase(),
        partOfSpeech: parts[index]!,
        isCommon: common[index]!,
      }))
    },
    stems: (text) => (text.match(WORD) ?? []).flatMap((word) => stemsOf(word.toLowerCase())),
    readability(text) {
      const { numOfWords, numOfSentences, fres } = readDoc(text).out(its.readabilityStats) as unknown as {
        readonly numOfWords: number
        readonly numOfSentences: number
        readonly fres: number
      }
      return { words: numOfWords, sentences: numOfSentences, ease: Math.round(fres) }
    },
  }
}
