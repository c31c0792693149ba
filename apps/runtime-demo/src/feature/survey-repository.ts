import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Citation, cite } from '../citation/citation.ts'
import { CrewError } from '../crew-error.ts'
import type { DocumentLimits } from '../documents/read-documents.ts'
import { readDocuments } from '../documents/read-documents.ts'
import { type English, loadEnglish } from '../language/english.ts'
import { identifiersIn } from '../modules/identifiers.ts'
import { buildGraph, type ModuleGraph } from '../modules/module-graph.ts'
import { type Package, packageAround, publicApi, readPackages } from '../modules/public-api.ts'
import { type ModuleLimits, type Repository, readModules } from '../modules/read-modules.ts'
import { counted } from '../report/counted.ts'
import { quoted } from '../report/printable.ts'
import { matchModules, requestStems } from './request-match.ts'
import type { Survey, Touched } from './survey.ts'
import { touchedBy } from './touched.ts'

const MAX_MENTIONS = 12
const MAX_UNRESOLVED = 10
const MAX_SKIPS = 50
const MAX_PACKAGES = 50

/** Where repositories tell their users what changed. */
const RELEASE_NOTES = ['.changeset', 'CHANGELOG.md', 'CHANGES.md', 'HISTORY.md']

/** Documents are read for the names in them alone. */
const DOCUMENTS: DocumentLimits = {
  maxFileBytes: 512 * 1024,
  maxDocuments: 300,
  maxBytes: 8 * 1024 * 1024,
}

/** Finds what of the repository at `path` a request is about. */
export async function surveyRepository(
  request: string,
  path: string,
  limits: ModuleLimits,
  signal: AbortSignal,
): Promise<Survey> {
  const english = await loadEnglish()
  const stems = requestStems(request, english)
  if (stems.length === 0) {
    throw new CrewError('INPUT_INVALID', `${quoted(request)} has no word to search for: say what to build`)
  }
  const repository = await readModules(path, limits, signal)
  signal.throwIfAborted()
  const graph = await buildGraph(repository)
  const packages = await readPackages(repository, graph)
  const matches = await matchModules(stems, repository.modules, english, signal)
  if (matches.length === 0) throw noMatch(request, repository)
  const words = wordsByStem(request, english)
  const around = { graph, api: publicApi(packages, graph), english, words }
  const touched = matches.map((match) => touchedBy(match, around))
  const matched = new Set(matches.flatMap((match) => match.stems))
  return {
    request,
    missing: stems.filter((stem) => !matched.has(stem)).map((stem) => words.get(stem) ?? stem),
    repository: {
      ...countsOf(graph),
      packages: packages.slice(0, MAX_PACKAGES).map(({ name, folder }) => ({ name, folder })),
      releaseNotes: await releaseNotesOf(repository.root),
      testScript:
        packageAround(packages, touched[0]!.path)?.scripts.test ?? rootOf(packages)?.scripts.test ?? null,
    },
    touched,
    mentions: await mentionsOf(touched, path, signal),
    skips: repository.skips.slice(0, MAX_SKIPS),
    skipsOmitted: Math.max(0, repository.skips.length - MAX_SKIPS),
  }
}

const rootOf = (packages: readonly Package[]): Package | undefined =>
  packages.find(({ folder }) => folder === '.')

function wordsByStem(request: string, english: English): Map<string, string> {
  const words = request.match(/[\p{L}\p{N}]+/gu) ?? []
  return new Map(
    words.flatMap((word) => english.stems(word).map((stem) => [stem, word.toLowerCase()] as const)),
  )
}

function countsOf(graph: ModuleGraph) {
  const modules = [...graph.modules.values()]
  const unresolved = graph.unresolved
    .slice(0, MAX_UNRESOLVED)
    .map(({ from, line }) => cite(from, graph.modules.get(from)!.lines, line))
    .filter((citation) => citation !== undefined)
  return {
    modules: modules.length,
    tests: modules.filter(({ isTest }) => isTest).length,
    imports: [...graph.imports.values()].reduce((sum, edges) => sum + edges.length, 0),
    unresolved,
  }
}

async function releaseNotesOf(root: string): Promise<string | null> {
  for (const name of RELEASE_NOTES) {
    const found = await stat(join(root, name)).catch(() => undefined)
    if (found !== undefined) return name
  }
  return null
}

/** Lines of the documents that name an export which the request is about. */
async function mentionsOf(
  touched: readonly Touched[],
  path: string,
  signal: AbortSignal,
): Promise<Citation[]> {
  const concerned = touched.flatMap(({ exports }) =>
    exports.filter((one) => one.isConcerned && one.publicAs !== null),
  )
  const names = [...new Set(concerned.map(({ publicAs }) => publicAs!.name))].filter(
    (name) => name.length >= 4,
  )
  if (names.length === 0) return []
  const { documents } = await readDocuments(path, DOCUMENTS, signal)
  const mentions: Citation[] = []
  for (const { path: file, lines } of documents) {
    for (const [index, line] of lines.entries()) {
      if (mentions.length >= MAX_MENTIONS) return mentions
      const has = identifiersIn(line)
      const citation = names.some((name) => has.has(name)) ? cite(file, lines, index + 1) : undefined
      if (citation !== undefined) mentions.push(citation)
    }
  }
  return mentions
}

function noMatch(request: string, { modules }: Repository): CrewError {
  const names = modules
    .filter(({ isTest }) => !isTest)
    .flatMap(({ exports }) => exports.map(({ name }) => name))
  const shown = [...new Set(names)].slice(0, 8).join(', ')
  const about = shown === '' ? '' : ` They export, among others: ${shown}.`
  return new CrewError(
    'NO_MATCH',
    `nothing in ${counted(modules.length, 'module')} has to do with ${quoted(request)}: say it in the words of the code.${about}`,
  )
}
