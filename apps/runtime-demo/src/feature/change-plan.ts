import { z } from 'zod'
import { type Citation, citationSchema } from '../citation/citation.ts'
import { counted } from '../report/counted.ts'
import type { Concerned, Survey, Touched } from './survey.ts'

/** One thing to do or to look at, and where. */
const pointSchema = z.object({ text: z.string(), citation: citationSchema.nullable() })

/** What to change, in an order in which it keeps compiling. */
export const changePlanSchema = z.object({
  steps: z.array(z.object({ title: z.string(), path: z.string().nullable(), points: z.array(pointSchema) })),
})

/** See {@link changePlanSchema}. */
export type ChangePlan = z.infer<typeof changePlanSchema>

type Step = ChangePlan['steps'][number]
type Point = Step['points'][number]

const MAX_EXPORTS = 4
const MAX_USES = 4

/** A module that fits less well than this may have the words by chance. */
const SURE = 0.55

/** The touched modules, each after those that it imports; those of a cycle in the order of their fit. */
function inOrder(touched: readonly Touched[]): Touched[] {
  const byPath = new Map(touched.map((one) => [one.path, one]))
  const ordered = new Set<Touched>()
  const visit = (one: Touched, above: ReadonlySet<string>): void => {
    if (ordered.has(one) || above.has(one.path)) return
    const below = new Set([...above, one.path])
    for (const path of one.imports) {
      const imported = byPath.get(path)
      if (imported !== undefined) visit(imported, below)
    }
    ordered.add(one)
  }
  for (const one of touched) visit(one, new Set())
  return [...ordered]
}

/** How an export can take something new without breaking who uses it. */
function adviceFor({ kind, name, parameters, members, isAsync }: Concerned): string {
  switch (kind) {
    case 'interface':
    case 'type':
      return members.length === 0
        ? `${name}: widen the type, so that every present value still fits.`
        : `${name}: make a new member optional; it has ${counted(members.length, 'member')} today.`
    case 'class':
      return `${name}: add a member, or an option of its constructor; leave the present ones as they are.`
    case 'function': {
      const last = parameters.at(-1)
      const where =
        last === undefined ? 'an optional parameter' : `an option of ${last.name}, or a parameter after it`
      return `${name}: take what is new as ${where}${isAsync ? '; it answers later, so keep its signal and its errors' : ''}.`
    }
    case 'enum':
      return `${name}: a new member breaks whoever lists all of them: look at every switch.`
    default:
      return `${name}: keep its present value and type.`
  }
}

/** One use on each line is told once. */
function pointsFor({ exports, uses }: Touched, told: Set<string>): Point[] {
  const concerned = exports.filter((one) => one.isConcerned)
  const points = (concerned.length === 0 ? exports : concerned)
    .slice(0, MAX_EXPORTS)
    .map((one): Point => ({ text: adviceFor(one), citation: one.citation }))
  const fresh = uses.filter(({ file, line }) => !told.has(`${file}:${line}`)).slice(0, MAX_USES)
  for (const { file, line } of fresh) told.add(`${file}:${line}`)
  return [
    ...points,
    ...fresh.map((citation): Point => ({ text: 'It is used here: see that it still fits.', citation })),
  ]
}

function stepFor(touched: Touched, first: Touched, told: Set<string>): Step {
  const { path, matched, exports, score } = touched
  const why = `it has ${matched.map((word) => `“${word}”`).join(', ')}`
  const start =
    score < SURE ? 'See whether it concerns' : touched === first ? 'Make the change in' : 'Follow it in'
  const title = `${start} ${path}: ${why}`
  const points = pointsFor(touched, told)
  if (points.length > 0 || exports.length > 0) return { title, path, points }
  return { title, path, points: [{ text: 'It exports nothing: it runs when it is loaded.', citation: null }] }
}

/** Where the names of the module that fits best are handed on to users. */
function handingOn(touched: readonly Touched[]): Step | undefined {
  const known = new Map<string, Citation>()
  for (const { publicAs } of touched.flatMap(({ exports }) => exports)) {
    if (publicAs !== null && !known.has(publicAs.specifier)) known.set(publicAs.specifier, publicAs.citation)
  }
  if (known.size === 0) return undefined
  const points = [...known].map(
    ([specifier, citation]): Point => ({
      text: `${specifier} gives names of these modules to its users here: add a new one beside it.`,
      citation,
    }),
  )
  return { title: 'Hand on what is new', path: null, points }
}

function telling({ mentions, repository: { releaseNotes } }: Survey): Step | undefined {
  const points = mentions.map((citation): Point => ({ text: 'Keep this line true.', citation }))
  if (releaseNotes !== null) points.push({ text: `Tell users in ${releaseNotes}.`, citation: null })
  return points.length === 0 ? undefined : { title: 'Tell about it', path: null, points }
}

/** The plan for a request: modules in the order of their imports, then entries, then documents. Pure. */
export function planChange(survey: Survey): ChangePlan {
  const { touched } = survey
  const told = new Set<string>()
  const steps = inOrder(touched).map((one) => stepFor(one, touched[0]!, told))
  return { steps: [...steps, handingOn(touched), telling(survey)].filter((step) => step !== undefined) }
}
