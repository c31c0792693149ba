import { posix } from 'node:path'
import { type Citation, cite, distinct } from '../citation/citation.ts'
import type { English } from '../language/english.ts'
import { identifiersIn } from '../modules/identifiers.ts'
import { cycleThrough, type Edge, type ModuleGraph, reachOf } from '../modules/module-graph.ts'
import type { PublicApi } from '../modules/public-api.ts'
import type { Match } from './request-match.ts'
import type { Concerned, Touched } from './survey.ts'

const MAX_EXPORTS = 12
const MAX_IMPORTERS = 10
const MAX_USES = 8
const MAX_TESTS = 5
const MAX_TITLES = 6

/** What a module is measured against. */
export interface Surroundings {
  readonly graph: ModuleGraph
  readonly api: PublicApi
  readonly english: English
  /** The request's words by their stems. */
  readonly words: ReadonlyMap<string, string>
}

/** An import or export, a name alone in the list of one, a comment. */
const NO_USE =
  /^\s*(?:import|export)\b.*\bfrom\b|^\s*(?:\/\/|\*|\/\*)|^\s*(?:type\s+)?[\w$]+(?: as [\w$]+)?,?\s*$/

const isCited = (citation: Citation | undefined): citation is Citation => citation !== undefined

/** Its exports, those that the request is about first. */
function concernedOf({ module, stems }: Match, { api, english }: Surroundings): Concerned[] {
  const wanted = new Set(stems)
  const all = module.exports.map((exported): Concerned => {
    const own = [exported.name, exported.doc, ...exported.members.map(({ name }) => name)].join(' ')
    const publicAs = api.get(module.path)?.get(exported.name) ?? null
    return { ...exported, isConcerned: english.stems(own).some((stem) => wanted.has(stem)), publicAs }
  })
  return all.sort((a, b) => Number(b.isConcerned) - Number(a.isConcerned)).slice(0, MAX_EXPORTS)
}

const importLine = (graph: ModuleGraph, { from, line }: Edge): Citation | undefined =>
  cite(from, graph.modules.get(from)!.lines, line)

/** Lines of an importer that use one of the names which it imports, other than the import itself. */
function usesIn(graph: ModuleGraph, { from, line, names }: Edge, concerned: ReadonlySet<string>): Citation[] {
  const used = names.filter((name) => concerned.has(name))
  if (used.length === 0) return []
  const { lines } = graph.modules.get(from)!
  return lines
    .map((text, index) => ({ text, at: index + 1 }))
    .filter(({ text, at }) => at > line && !NO_USE.test(text))
    .filter(({ text }) => used.some((name) => identifiersIn(text).has(name)))
    .slice(0, 2)
    .map(({ at }) => cite(from, lines, at))
    .filter(isCited)
}

const stemOf = (path: string): string =>
  posix.basename(path).replace(/(?:[.-](?:test|spec|e2e|bench))?\.[^.]*$/, '')

/** Tests that import a module, are named after it, or reach it and speak of the request; the closest first. */
function testsOf(graph: ModuleGraph, path: string, wanted: ReadonlySet<string>, english: English) {
  const direct = new Set((graph.importedBy.get(path) ?? []).map(({ from }) => from))
  const reaching = reachOf(graph, path, () => true).map((one) => graph.modules.get(one)!)
  const isAbout = (title: string): boolean => english.stems(title).some((stem) => wanted.has(stem))
  const tests = reaching
    .filter((module) => module.isTest && module.tests.length > 0)
    .map((module) => {
      const about = module.tests.filter(({ title }) => isAbout(title))
      const closeness = Number(stemOf(module.path) === stemOf(path)) * 2 + Number(direct.has(module.path))
      return { module, about, closeness }
    })
    .filter(({ about, closeness }) => closeness > 0 || about.length > 0)
    .sort((a, b) => b.closeness - a.closeness || b.about.length - a.about.length)
  return tests.slice(0, MAX_TESTS).map(({ module, about, closeness }) => {
    const titles = [...new Set([...about, ...module.tests])].slice(0, MAX_TITLES)
    return {
      path: module.path,
      isOwn: closeness > 0,
      titles: titles.map(({ line }) => cite(module.path, module.lines, line)).filter(isCited),
    }
  })
}

/** What hangs on a module that a request is about. */
export function touchedBy(match: Match, around: Surroundings): Touched {
  const { graph, english, words } = around
  const { module, score, stems } = match
  const exports = concernedOf(match, around)
  const concerned = new Set(exports.filter((one) => one.isConcerned).map(({ name }) => name))
  const edges = graph.importedBy.get(module.path) ?? []
  const importing = edges.filter(({ from }) => !graph.modules.get(from)!.isTest)
  // A module that imports it twice, types and values, is one importer.
  const importers = [...Map.groupBy(importing, ({ from }) => from).values()].map(([first]) => first!)
  const uses = importing.flatMap((edge) => usesIn(graph, edge, concerned))
  return {
    path: module.path,
    lines: module.lines.length,
    matched: stems.map((stem) => words.get(stem) ?? stem),
    score,
    exports,
    imports: [...new Set((graph.imports.get(module.path) ?? []).map(({ to }) => to))],
    externals: [...(graph.externals.get(module.path) ?? [])],
    importers: importers
      .slice(0, MAX_IMPORTERS)
      .map((edge) => importLine(graph, edge))
      .filter(isCited),
    importersOmitted: Math.max(0, importers.length - MAX_IMPORTERS),
    reach: reachOf(graph, module.path, (one) => !one.isTest).length,
    uses: distinct(uses).slice(0, MAX_USES),
    tests: testsOf(graph, module.path, new Set(stems), english),
    cycle: cycleThrough(graph, module.path) ?? null,
  }
}
