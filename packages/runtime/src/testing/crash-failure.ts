import { RuntimeError } from '../errors.ts'
import { type Deviation, isOfCode, plainestFirst } from './blame.ts'
import type { Crash } from './history.ts'
import type { Difference } from './outcome.ts'

/** A history that came to something else than the undisturbed run. */
export interface CrashFailure {
  /** A step that cannot stand to run again, or what the code does between its steps. */
  readonly cause: 'step' | 'code'
  /** The steps that ran again in it. */
  readonly steps: readonly string[]
  /** Those of them that are to blame; empty if that could not be told. */
  readonly unsafe: readonly string[]
  readonly crashes: readonly Crash[]
  readonly differences: readonly Difference[]
  /** Of a random history: `seeds: [seed]` plays it again. */
  readonly seed: number | null
}

/** Some histories came to something else; `failures` has all of them, the plainest first. */
export class CrashTestError extends RuntimeError {
  override readonly name = 'CrashTestError'
  readonly failures: readonly CrashFailure[]
  /** The steps that are not safe to repeat, by their full names. */
  readonly unsafe: readonly string[]

  constructor(
    workflow: string,
    deviations: readonly Deviation[],
    unsafe: ReadonlySet<string>,
    histories: number,
  ) {
    const failures = plainestFirst(deviations).map((deviation) => failureOf(deviation, unsafe))
    const head = `Workflow '${workflow}' comes to something else in ${failures.length} of ${histories} histories.`
    const agents = new Map(deviations.flatMap(({ played }) => [...played.agents]))
    super('CRASH_TEST_FAILED', [head, ...linesOf(failures, unsafe, agents), ...adviceOf(failures)].join('\n'))
    this.failures = failures
    this.unsafe = [...unsafe]
  }
}

function failureOf(deviation: Deviation, unsafe: ReadonlySet<string>): CrashFailure {
  const { played, differences, seed } = deviation
  const steps = [...played.repeated.keys()]
  const cause = isOfCode(deviation) ? 'code' : 'step'
  const blamed = cause === 'code' ? [] : steps.filter((step) => unsafe.has(step))
  return { cause, steps, unsafe: blamed, crashes: played.crashes, differences, seed }
}

const ADVICE = {
  step: 'Give step.idempotencyKey to what a step calls, or let a second call find what the first one did.',
  code: 'Code between steps runs again after a crash: put clocks, random numbers and calls into steps.',
} as const

const adviceOf = (failures: readonly CrashFailure[]): readonly string[] => [
  ...new Set(failures.map(({ cause }) => ADVICE[cause])),
]

/** One line for each thing that is to blame, with the plainest history that shows it. */
function linesOf(
  failures: readonly CrashFailure[],
  unsafe: ReadonlySet<string>,
  agents: ReadonlyMap<string, string>,
): readonly string[] {
  const named = (step: string) => {
    const agent = agents.get(step)
    return agent === undefined ? `'${step}'` : `'${step}' (agent '${agent}')`
  }
  const ofSteps = [...unsafe].map((step) => {
    const shown = failures.find((failure) => failure.unsafe.includes(step))
    return line(`Step ${named(step)} is not safe to repeat`, shown)
  })
  const ofCode = failures.find(({ cause }) => cause === 'code')
  const other = failures.find((failure) => failure.cause === 'step' && failure.unsafe.length === 0)
  return [
    ...ofSteps,
    ...line('The code between steps is not the same when it runs again', ofCode),
    ...line(`One of the steps ${other?.steps.map(named).join(', ')} is not safe to repeat`, other),
  ].flat()
}

function line(what: string, failure: CrashFailure | undefined): readonly string[] {
  if (failure === undefined) return []
  const { crashes, differences, seed } = failure
  const { path, expected, actual } = differences[0]!
  const replay = seed === null ? '' : ` Play it again with seeds: [${seed}].`
  const where = crashes.map(placeOf).join(', then ')
  return [
    `- ${what}: after a crash ${where}, ${path} is ${show(actual)} instead of ${show(expected)}.${replay}`,
  ]
}

function placeOf({ side, entries }: Crash): string {
  const what = entries.join(' and ')
  if (side === 'failed-attempt') return `behind a failed attempt of ${what}`
  return `${side} the commit of ${what === '' ? 'a wait' : what}`
}

const show = (value: unknown): string => (JSON.stringify(value) ?? 'absent').slice(0, 200)
