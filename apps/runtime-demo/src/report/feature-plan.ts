import { z } from 'zod'
import type { Citation } from '../citation/citation.ts'
import { changePlanSchema } from '../feature/change-plan.ts'
import { riskSchema } from '../feature/risks.ts'
import { type Concerned, surveySchema, type Touched } from '../feature/survey.ts'
import { testCasesSchema } from '../feature/test-cases.ts'
import { typeCheckSchema } from '../feature/type-check.ts'
import { skipReasons } from '../tree/skip.ts'
import { citationText, verbatim } from './citation-text.ts'
import { counted } from './counted.ts'
import { code, message, prose, table } from './markdown-text.ts'

/** All that the plan is written from. */
export const featurePlanSchema = z.object({
  survey: surveySchema,
  plan: changePlanSchema,
  cases: testCasesSchema,
  risks: z.array(riskSchema),
  typeCheck: typeCheckSchema,
  /** The repository, as the plan should name it. */
  repo: z.string(),
})

/** See {@link featurePlanSchema}. */
type FeaturePlan = z.infer<typeof featurePlanSchema>

const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n')

const cited = (citations: readonly Citation[]): string =>
  citations.map((citation) => `\n  - ${citationText(citation)}`).join('')

function head({ survey: { request, repository, touched, missing }, repo }: FeaturePlan): string {
  const { modules, tests, imports } = repository
  const unknown =
    missing.length === 0
      ? ''
      : ` No module has the words ${missing.map((word) => `“${prose(word)}”`).join(', ')}.`
  return `# Plan: ${prose(request)}

${counted(touched.length, 'module')} of ${modules} in ${code(repo)} have to do with it. ${counted(imports, 'import')} between them were followed; ${counted(tests, 'module')} are tests.${unknown} Places are files below it with a line, and what stands there.`
}

const STATUS = {
  passed: 'passed',
  failed: 'failed, already before the change',
  'timed-out': 'was stopped',
  'not-run': 'was not run',
} as const

function typeCheck({ typeCheck: { status, command, detail, diagnostics } }: FeaturePlan): string {
  const how = command === null ? '' : ` (${code(command)})`
  const found = diagnostics.map(
    ({ message: text, citation }) => `${prose(text)}${citation === null ? '' : cited([citation])}`,
  )
  const body = found.length === 0 ? '' : `\n\n${list(found)}`
  return `## Type check\n\nThe repository's own type check${how} ${STATUS[status]}: ${prose(detail)}.${body}`
}

function modules({ survey: { touched } }: FeaturePlan): string {
  const rows = touched.map(({ path, matched, lines, reach, imports, tests }) => [
    code(path),
    prose(matched.join(', ')),
    String(lines),
    String(imports.length),
    String(reach),
    String(tests.length),
  ])
  const columns = ['module', 'has of the request', 'lines', 'imports', 'depend on it', 'tests']
  return `## Modules\n\n${table(columns, rows)}\n\n${touched.map(dependents).join('\n\n')}`
}

function dependents({ path, importers, importersOmitted, externals }: Touched): string {
  const packages = externals.length === 0 ? '' : ` It uses ${externals.map((name) => code(name)).join(', ')}.`
  const who = importers.length === 0 ? 'is imported by no other module' : 'is imported here'
  const more = importersOmitted === 0 ? '' : `\n- and in ${importersOmitted} more places`
  const lines = importers.length === 0 ? '' : `\n\n${list(importers.map(citationText))}${more}`
  return `${code(path)} ${who}.${packages}${lines}`
}

/** The line that hands a name on, unless it is the declaration itself. */
const elsewhere = (given: Citation, own: Citation): string =>
  given.file === own.file && given.line === own.line ? '' : `: ${citationText(given)}`

/** A signature is code: it is shown as it is. */
function exported({ name, kind, signature, doc, isConcerned, publicAs, citation }: Concerned): string {
  const mark = isConcerned ? `**${prose(name)}**` : prose(name)
  const [text = ''] = doc.split(/(?:^|\s)@[a-z]+\b/)
  const about = text === '' ? '' : ` ${prose(text, 240)}`
  const given =
    publicAs === null
      ? ''
      : `\n  - users get it from ${code(publicAs.specifier)}${elsewhere(publicAs.citation, citation)}`
  return `${mark} (${kind}): ${verbatim(signature)}.${about}\n  - ${citationText(citation)}${given}`
}

function api({ survey: { touched } }: FeaturePlan): string {
  const parts = touched.map(({ path, exports }) => {
    const body = exports.length === 0 ? 'It exports nothing.' : list(exports.map(exported))
    return `### ${code(path)}\n\n${body}`
  })
  return `## Exported API\n\nIn bold what has to do with the request.\n\n${parts.join('\n\n')}`
}

function plan({ plan: { steps } }: FeaturePlan): string {
  const parts = steps.map(({ title, points }, index) => {
    const items = points.map(
      ({ text, citation }) => `${prose(text)}${citation === null ? '' : cited([citation])}`,
    )
    return `### ${index + 1}. ${prose(title)}\n\n${list(items)}`
  })
  return `## Change plan\n\n${parts.join('\n\n')}`
}

function cases({ cases: proposed, survey }: FeaturePlan): string {
  const { testScript } = survey.repository
  const run =
    testScript === null ? 'The repository has no test script.' : `Tests are run by ${code(testScript)}.`
  const parts = proposed.map(({ path, testFile, isNew, tested, existing }) => {
    const where = `### ${code(path)}\n\n${isNew ? 'In a new file' : 'In'} ${code(testFile)}:`
    const items = tested.map(({ name, citation, cases: those }) => {
      const lines = those.map((one) => `\n  - ${prose(one)}`).join('')
      return `${prose(name)}, ${citationText(citation)}${lines}`
    })
    const body = items.length === 0 ? '- what it does when it is loaded' : list(items)
    const known =
      existing.length === 0 ? '' : `\n\nThese tests are there already:\n\n${list(existing.map(citationText))}`
    return `${where}\n\n${body}${known}`
  })
  return `## Test cases\n\n${run}\n\n${parts.join('\n\n')}`
}

function risks({ risks: found }: FeaturePlan): string {
  const items = found.map(
    ({ grade, risk, remedy, citations }) =>
      `**${grade}** ${prose(risk, 500)} ${prose(remedy, 500)}${cited(citations)}`,
  )
  return `## Risks\n\n${items.length === 0 ? 'None showed.' : list(items)}`
}

function skipped({ survey: { skips, skipsOmitted } }: FeaturePlan): string {
  if (skips.length === 0) return ''
  const rows = skips.map(({ path, reason, detail }) => [code(path), skipReasons[reason], message(detail)])
  const more = skipsOmitted === 0 ? '' : `\n\n${skipsOmitted} more were skipped.`
  return `## Skipped\n\n${table(['path', 'why', 'detail'], rows)}${more}`
}

/** The plan as a Markdown page. Pure; text from the repository is inert in it. */
export function featurePlanMarkdown(all: FeaturePlan): string {
  const sections = [head, typeCheck, modules, api, plan, cases, risks, skipped].map((section) => section(all))
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}
