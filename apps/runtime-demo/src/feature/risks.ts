import { join } from 'node:path'
import { z } from 'zod'
import { matchCode } from '../audit/code/match.ts'
import { loadParser, sourceKind } from '../audit/code/parse.ts'
import { type Citation, citationSchema, cite, distinct } from '../citation/citation.ts'
import { readText } from '../tree/read-text.ts'
import { resolveRoot } from '../tree/root.ts'
import type { Survey, Touched } from './survey.ts'

const grades = ['high', 'medium', 'low'] as const

/** What may go wrong with the change, and what to do about it. */
export const riskSchema = z.object({
  grade: z.enum(grades),
  risk: z.string(),
  remedy: z.string(),
  citations: z.array(citationSchema),
})

/** See {@link riskSchema}. */
export type Risk = z.infer<typeof riskSchema>

const MAX_CITATIONS = 4
const MAX_FILE_BYTES = 1024 * 1024

/** Modules of Node whose use deserves a second look, and why. */
const POWERS: readonly (readonly [name: RegExp, power: string])[] = [
  [/^(?:node:)?(?:child_process|cluster)$/, 'starts other programs'],
  [/^(?:node:)?vm$/, 'runs code that comes as text'],
  [/^(?:node:)?fs$/, 'reads or writes files'],
  [/^(?:node:)?(?:net|http|https|http2|dgram|tls|dns)$/, 'talks to the network'],
  [/^(?:node:)?crypto$/, 'makes keys or random numbers'],
]

const MAX_LINES = 300
const OPEN_END = /\b(?:TO-?DO|FIX-?ME|HACK)\b/

/** How many modules hang on a module before that is a risk, at all and of all. */
const WIDE = { modules: 10, share: 0.3 }

/** What the graph alone says. */
function structural(touched: Touched, all: number): (Risk | undefined)[] {
  const { path, reach, exports, tests, cycle, importers, lines, externals } = touched
  const isWide = reach >= WIDE.modules || reach >= WIDE.share * all
  const known = exports.filter(({ isConcerned, publicAs }) => isConcerned && publicAs !== null)
  const names = known.map(({ publicAs }) => publicAs!.name).join(', ')
  const powers = POWERS.filter(([name]) => externals.some((external) => name.test(external))).map(
    ([, power]) => power,
  )
  return [
    reach === 0
      ? undefined
      : {
          grade: isWide ? 'high' : reach > 2 ? 'medium' : 'low',
          risk: `${reach} of ${all} modules ${reach === 1 ? 'depends' : 'depend'} on ${path}, directly or by way of others.`,
          remedy: 'Change it in a way that compiles without a change to them.',
          citations: importers.slice(0, MAX_CITATIONS),
        },
    known.length === 0
      ? undefined
      : {
          grade: 'medium',
          risk: `Users of the package can name ${names}.`,
          remedy:
            'Only add; if something has to go, say so in the release notes and keep the old form for a while.',
          citations: distinct(known.map(({ publicAs }) => publicAs!.citation)).slice(0, MAX_CITATIONS),
        },
    tests.length > 0
      ? undefined
      : {
          grade: 'medium',
          risk: `No test was found that has to do with ${path}.`,
          remedy: 'Write down what it does today as a test, before the change.',
          citations: exports.slice(0, 1).map(({ citation }) => citation),
        },
    cycle === null
      ? undefined
      : {
          grade: 'medium',
          risk: `${path} imports itself by way of others: ${cycle.join(' → ')}.`,
          remedy: 'Add no import to the cycle; better take it apart first.',
          citations: [],
        },
    powers.length === 0
      ? undefined
      : {
          grade: 'medium',
          risk: `${path} ${powers.join(', ')}.`,
          remedy: 'Check what is new against input from outside: paths, arguments, addresses, sizes.',
          citations: [],
        },
    lines <= MAX_LINES
      ? undefined
      : {
          grade: 'low',
          risk: `${path} has ${lines} lines.`,
          remedy: 'Put what is new into a module of its own.',
          citations: [],
        },
  ]
}

/** What its text says: risky code, and what somebody left for later. */
async function textual(
  root: string,
  { path }: Touched,
  parse: Awaited<ReturnType<typeof loadParser>>,
): Promise<Risk[]> {
  const read = await readText(join(root, path), MAX_FILE_BYTES)
  if (!read.ok) return []
  const lines = read.text.split(/\r\n|\r|\n/)
  const cited = (numbers: readonly number[]): Citation[] =>
    numbers.map((line) => cite(path, lines, line)).filter((citation) => citation !== undefined)
  const parsed = parse(read.text, sourceKind(path) ?? 'ts')
  const findings = parsed.ok ? matchCode(parsed.program, path, read.text) : []
  const risks = [...Map.groupBy(findings, ({ ruleId }) => ruleId).values()].map((group): Risk => {
    const { level, message, help } = group[0]!
    return {
      grade: level === 'error' ? 'high' : level === 'warning' ? 'medium' : 'low',
      risk: `${message} in ${path}, already today.`,
      remedy: help,
      citations: cited(
        group.flatMap(({ line }) => (line === undefined ? [] : [line])).slice(0, MAX_CITATIONS),
      ),
    }
  })
  const open = lines
    .flatMap((line, index) => (OPEN_END.test(line) ? [index + 1] : []))
    .slice(0, MAX_CITATIONS)
  if (open.length === 0) return risks
  const left: Risk = {
    grade: 'low',
    risk: `Something was left for later in ${path}.`,
    remedy: 'See whether the request meets it.',
    citations: cited(open),
  }
  return [...risks, left]
}

/** Every risk that the code itself shows, worst first. Throws what `resolveRoot` throws, and the signal's reason. */
export async function assessRisks(survey: Survey, repo: string, signal: AbortSignal): Promise<Risk[]> {
  const root = await resolveRoot(repo)
  const parse = await loadParser()
  const risks: Risk[] = []
  const { modules, tests, unresolved } = survey.repository
  for (const touched of survey.touched) {
    signal.throwIfAborted()
    risks.push(...structural(touched, modules - tests).filter((risk) => risk !== undefined))
    risks.push(...(await textual(root, touched, parse)))
  }
  if (unresolved.length > 0) {
    risks.push({
      grade: 'low',
      risk: 'Some imports of the repository lead nowhere: who depends on what is not fully known.',
      remedy: 'Build or install what is missing, then make the plan anew.',
      citations: unresolved.slice(0, MAX_CITATIONS),
    })
  }
  return risks.sort((a, b) => grades.indexOf(a.grade) - grades.indexOf(b.grade))
}
