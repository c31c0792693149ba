import MiniSearch from 'minisearch'
import { breather } from '../breath.ts'
import { type Block, type Document, proseOf, textOf } from '../documents/document.ts'
import type { English } from '../language/english.ts'

/** A block that can be found, and the document that it stands in. */
export interface Entry {
  readonly document: Document
  readonly block: Block
  readonly stems: readonly string[]
}

/** An entry that fits a query. `score` is 1 for the best. */
export interface Hit {
  readonly entry: Entry
  readonly score: number
}

/** How much more a word counts that is no part of a name in code, or stands in a heading or the document's title. */
const BOOST = { prose: 1.5, section: 2, title: 1.5 }

/** Rows of tables, lists of names and the like are found too, but after what can be quoted as it stands. */
const NOT_PROSE = 0.4

/** Whether somebody wrote a sentence: seven words or more, most of them no code, and an end. */
function isProse(block: Block): boolean {
  const words = proseOf(block).match(/\p{L}{2,}/gu) ?? []
  return block.kind !== 'row' && words.length >= 7 && /[.!?:…]["')\]]*$/.test(textOf(block).trimEnd())
}

const spaced = (stems: readonly string[]): string => stems.join(' ')

/** A full-text index over all blocks of all documents, by the stems of their words. */
export class PassageIndex {
  readonly entries: readonly Entry[]
  readonly #index: MiniSearch

  private constructor(entries: readonly Entry[], index: MiniSearch) {
    this.entries = entries
    this.#index = index
  }

  /** Indexes the documents, which may take long. Throws the signal's reason. */
  static async over(
    documents: readonly Document[],
    english: English,
    signal: AbortSignal,
  ): Promise<PassageIndex> {
    // Everything is stemmed before it comes here.
    const index = new MiniSearch({
      fields: ['text', 'prose', 'section', 'title'],
      tokenize: (text) => text.split(' ').filter((stem) => stem !== ''),
      processTerm: (stem) => stem,
    })
    const breathe = breather(signal)
    const entries: Entry[] = []
    for (const document of documents) {
      const title = spaced(english.stems(`${document.title} ${document.path}`))
      for (const block of document.blocks) {
        if (block.kind === 'heading') continue
        await breathe()
        const stems = english.stems(textOf(block))
        index.add({
          id: entries.length,
          text: spaced(stems),
          prose: spaced(english.stems(proseOf(block))),
          section: spaced(english.stems(block.section.join(' '))),
          title,
        })
        entries.push({ document, block, stems })
      }
    }
    return new PassageIndex(entries, index)
  }

  /** Entries that have any of the stems, best first; who has more of them, in whole sentences, stands higher. */
  search(stems: readonly string[]): Hit[] {
    const found = this.#index.search(spaced(stems), { boost: BOOST }).map(({ id, score, queryTerms }) => {
      const share = new Set(queryTerms).size / stems.length
      const weight = isProse(this.entries[id]!.block) ? 1 : NOT_PROSE
      return { id: id as number, score: score * share * weight }
    })
    found.sort((a, b) => b.score - a.score || a.id - b.id)
    const best = found[0]?.score ?? 1
    return found.map(({ id, score }) => ({ entry: this.entries[id]!, score: score / best }))
  }

  /** In how many entries each of the stems occurs. */
  frequencies(stems: ReadonlySet<string>): [string, number][] {
    const counts = new Map<string, number>()
    for (const entry of this.entries) {
      for (const stem of new Set(entry.stems)) {
        if (stems.has(stem)) counts.set(stem, (counts.get(stem) ?? 0) + 1)
      }
    }
    return [...counts]
  }
}
