import MiniSearch from 'minisearch'
import { breather } from '../breath.ts'
import type { English } from '../language/english.ts'
import type { Module } from '../modules/module.ts'

/** A module that has words of a request. */
export interface Match {
  readonly module: Module
  /** 1 for the best. */
  readonly score: number
  /** The stems that it has. */
  readonly stems: readonly string[]
}

/** What every request says, and no module is about. */
const ASKING =
  'add allow let support make implement feature create new change should want need able enable provide give user users ' +
  'please could would can must when while also way option possible instead improve fix better handle work use used using'

/** A word counts more in a file's name and in what it exports than somewhere in its code. */
const BOOST = { name: 4, exports: 3, docs: 2, code: 1 }

/** Modules that fit less well than this, compared with the best, are not touched. */
const WEAKEST = 0.35
const MAX_MATCHES = 6

/** The words of a request as stems; those that only ask are left out unless there is nothing else. */
export function requestStems(request: string, english: English): string[] {
  const asking = new Set(english.stems(ASKING))
  const stems = [...new Set(english.stems(request))]
  const telling = stems.filter((stem) => !asking.has(stem))
  return telling.length > 0 ? telling : stems
}

const NAMES = /[\p{L}_$][\p{L}\p{N}_$]*/gu

/** Each name in the code once: a long module must not win by repetition. */
const namesIn = ({ lines }: Module): string => [...new Set(lines.join('\n').match(NAMES) ?? [])].join(' ')

/** The modules that a request is about, best first; tests are judged by what they test and left out. */
export async function matchModules(
  stems: readonly string[],
  modules: readonly Module[],
  english: English,
  signal: AbortSignal,
): Promise<Match[]> {
  const index = new MiniSearch({
    fields: ['name', 'exports', 'docs', 'code'],
    tokenize: (text) => text.split(' ').filter((stem) => stem !== ''),
    processTerm: (stem) => stem,
  })
  const sources = modules.filter((module) => !module.isTest)
  const spaced = (text: string): string => english.stems(text).join(' ')
  const breathe = breather(signal)
  for (const [id, module] of sources.entries()) {
    await breathe()
    const { path, exports } = module
    index.add({
      id,
      name: spaced(path.replace(/\.[^/]*$/, '')),
      exports: spaced(
        exports.map(({ name, members }) => [name, ...members.map((one) => one.name)].join(' ')).join(' '),
      ),
      docs: spaced(exports.map(({ doc }) => doc).join(' ')),
      code: spaced(namesIn(module)),
    })
  }
  const found = index.search(stems.join(' '), { boost: BOOST }).map(({ id, score, queryTerms }) => {
    const has = [...new Set(queryTerms)]
    return { id: id as number, score: score * (has.length / stems.length), has }
  })
  found.sort((a, b) => b.score - a.score || a.id - b.id)
  const best = found[0]?.score ?? 1
  const matches = found
    .filter(({ score }) => score >= WEAKEST * best)
    .slice(0, MAX_MATCHES)
    .map(({ id, score, has }) => ({
      module: sources[id]!,
      score: Number((score / best).toFixed(3)),
      stems: has,
    }))
  return withImplementations(matches, sources)
}

/** Types that are written beside a module of JavaScript change with it. */
function withImplementations(matches: readonly Match[], modules: readonly Module[]): Match[] {
  const known = new Set(matches.map(({ module }) => module.path))
  return matches.flatMap((match) => {
    const path = match.module.path.replace(/\.d\.([cm]?)ts$/, '.$1js')
    const implementation = known.has(path) ? undefined : modules.find((module) => module.path === path)
    return implementation === undefined ? [match] : [match, { ...match, module: implementation }]
  })
}
