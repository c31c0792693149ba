import { posix } from 'node:path'
import { z } from 'zod'
import { citationSchema } from '../citation/citation.ts'
import type { Slot } from '../modules/module.ts'
import type { Concerned, Survey, Touched } from './survey.ts'

/** What to test of one export. */
const testedSchema = z.object({
  name: z.string(),
  citation: citationSchema,
  cases: z.array(z.string()).min(1),
})

/** What to test of one module, and where. */
export const testCasesSchema = z.array(
  z.object({
    path: z.string(),
    /** A test file to extend, or one to make. */
    testFile: z.string(),
    isNew: z.boolean(),
    tested: z.array(testedSchema),
    /** Titles that are there and close to the request. */
    existing: z.array(citationSchema),
  }),
)

/** See {@link testCasesSchema}. */
export type TestCases = z.infer<typeof testCasesSchema>

const MAX_EXPORTS = 3
const MAX_CASES = 8
const MAX_EXISTING = 4

const LITERALS = /^(?:\s*\|)?\s*(?:'[^']*'|"[^"]*")(?:\s*\|\s*(?:'[^']*'|"[^"]*"))+\s*$/

/** The edges of a parameter or option, by its type as it is written. Sorts of values, never values made up. */
function edgesOf({ name: raw, type, isOptional }: Slot): string[] {
  const name = raw.replace(/\(\)$/, '')
  // Of an object's type the members count, and they are not looked into.
  const written = (type ?? '').replace(/\{[^{}]*\}/g, '{}')
  const edges: string[] = []
  if (isOptional) edges.push(`without ${name}`)
  if (LITERALS.test(written)) edges.push(`${name} as each of ${written.replace(/^\s*\|\s*/, '')}`)
  else if (/\bAbortSignal\b/.test(written))
    edges.push(`${name} aborted before the call, and in the middle of it`)
  else if (/=>/.test(written)) edges.push(`${name} that throws, and one that rejects`)
  else if (/\[\]|\bArray</.test(written)) edges.push(`${name} empty, and with a single item`)
  else if (/\bboolean\b/.test(written)) edges.push(`${name} true and false`)
  else if (/\bnumber\b|\bDuration\b/.test(written) || /Ms$/.test(name))
    edges.push(`${name} of 0, below 0, NaN and Infinity`)
  else if (/\bstring\b/.test(written)) edges.push(`${name} empty, and very long`)
  if (/\bnull\b/.test(written)) edges.push(`${name} null`)
  return edges
}

/** The errors that a comment announces: what it throws or rejects with, in backticks or as a name. */
function announced(doc: string): string[] {
  const sentences = doc.match(/(?:@throws|\bthrows\b|\brejects\b)[^.@]*/gi) ?? []
  const names = sentences.flatMap(
    (sentence) => sentence.match(/\b[A-Z][A-Za-z]*Error\b|\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? [],
  )
  return [...new Set(names)].map((name) => `ends with ${name}, as its comment says`)
}

/** Types that callers fill in; what a function gives back has no edges to try. */
const OPTIONS = /(?:Options|Config|Settings|Input|Params|Args|Props|Request)$/

function casesOf({ name, kind, parameters, members, isAsync, doc }: Concerned): string[] {
  const isGiven = OPTIONS.test(name) || members.some(({ isOptional }) => isOptional)
  const slots = kind === 'function' || kind === 'class' ? parameters : isGiven ? members : []
  const cases = [
    ...announced(doc),
    ...slots.flatMap(edgesOf),
    ...(isAsync ? ['what it awaits rejects: the cause comes through'] : []),
    ...members
      .filter((member) => /^(close|stop|dispose|shutdown|end)\(\)$/i.test(member.name))
      .map((member) => `used after ${member.name}`),
  ]
  return cases.length === 0 ? ['what it does today, before the change'] : cases.slice(0, MAX_CASES)
}

/** Where the repository has its tests: beside the sources, or in a folder of their own. */
function newTestFile(path: string, touched: readonly Touched[]): string {
  const { dir, name, ext } = posix.parse(path)
  const other = touched.flatMap(({ tests }) => tests)[0]?.path
  const folder = other === undefined || posix.dirname(other).startsWith(dir) ? dir : posix.dirname(other)
  return posix.join(folder, `${name}.${/\.spec\./.test(other ?? '') ? 'spec' : 'test'}${ext}`)
}

/** Cases for the exports that a request concerns, from their types and comments. Pure. */
export function proposeCases({ request, touched }: Survey): TestCases {
  return touched.map((one, index) => {
    const concerned = one.exports.filter(({ isConcerned }) => isConcerned)
    const chosen = (concerned.length === 0 ? one.exports : concerned).slice(0, MAX_EXPORTS)
    const known = one.tests.find(({ isOwn }) => isOwn)
    return {
      path: one.path,
      testFile: known?.path ?? newTestFile(one.path, touched),
      isNew: known === undefined,
      tested: chosen.map((exported, place) => ({
        name: exported.name,
        citation: exported.citation,
        cases: [
          ...(index === 0 && place === 0 ? [`the request itself: ${request}`] : []),
          ...casesOf(exported),
        ],
      })),
      existing: one.tests.flatMap(({ titles }) => titles).slice(0, MAX_EXISTING),
    }
  })
}
