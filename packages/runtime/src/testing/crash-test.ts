import type { AnyAgent } from '../define/agent.ts'
import type { AnyWorkflow, InputOf } from '../define/workflow.ts'
import { RuntimeError } from '../errors.ts'
import { type Crash, type Fates, type Play, type Played, play } from './history.ts'
import { type Difference, differences, without } from './outcome.ts'
import { mulberry32 } from './virtual-clock.ts'

export interface CrashTestOptions<W extends AnyWorkflow, World> {
  readonly input: InputOf<W>
  /** Random histories of several crashes beside the systematic ones: how many, or which seeds. Default 20. */
  readonly seeds?: number | readonly number[]
  readonly agents?: readonly AnyAgent[]
  /** Other workflows that the process has. */
  readonly workflows?: readonly AnyWorkflow[]
  /** Signals that somebody gives to the run, by name. */
  readonly signals?: Readonly<Record<string, unknown>>
  /** Makes the outside world anew before each history, such as a fake bank: what steps do to it is compared. */
  readonly setup?: () => World | Promise<World>
  /** What that world looks like afterwards, as plain data. */
  readonly observe?: (world: World) => unknown
  /** How long one history may take in real time. Default 20 s. */
  readonly withinMs?: number
}

/** A history that came to something else than the undisturbed run. */
export interface CrashFailure {
  /** The steps that ran again in it: with a single crash, the one that is not safe to repeat. */
  readonly steps: readonly string[]
  readonly crashes: readonly Crash[]
  readonly differences: readonly Difference[]
  /** Of a random history: `seeds: [seed]` plays it again. */
  readonly seed: number | null
}

export interface CrashReport {
  /** Commits of the undisturbed run. */
  readonly commits: number
  readonly histories: number
  readonly crashes: number
  /** Places that differ between two undisturbed runs, such as random ids; they were not compared. */
  readonly unstable: readonly string[]
}

/** Some histories came to something else; `failures` has all of them, the plainest first. */
export class CrashTestError extends RuntimeError {
  override readonly name = 'CrashTestError'
  readonly failures: readonly CrashFailure[]

  constructor(workflow: string, failures: readonly CrashFailure[], histories: number) {
    super('CRASH_TEST_FAILED', messageOf(workflow, failures, histories))
    this.failures = failures
  }
}

/** Crashes without a commit in between, at most: the fifth would be given up as a crash loop. */
const MAX_CRASHES_IN_A_ROW = 3
const CHANCE_OF_CRASH = 0.3

/**
 * Runs a workflow again and again, killing its process before and after every commit, and checks that it always
 * comes to the same: status, output, error, results, shared state, and whatever `observe` sees. Then random
 * histories with several crashes. All of it in memory and in virtual time.
 *
 * A process that dies before a commit has done a step that nobody recorded: it is done again. A step that cannot
 * stand that is named by the `CrashTestError` that this rejects with.
 */
export async function crashTest<W extends AnyWorkflow, World = undefined>(
  workflow: W,
  options: CrashTestOptions<W, World>,
): Promise<CrashReport> {
  const asked = playOf(workflow, options)
  const expected = await play(asked, () => undefined)
  const again = await play(asked, () => undefined)
  const unstable = new Set(differences(expected.outcome, again.outcome).map(({ path }) => path))
  const failures: CrashFailure[] = []
  let crashes = 0
  const histories = [...systematic(expected.commits), ...random(options.seeds ?? 20)]
  for (const { fates, seed } of histories) {
    const played = await play(asked, fates)
    crashes += played.crashes.length
    const failure = failureOf(expected, played, unstable, seed)
    if (failure !== undefined) failures.push(failure)
  }
  if (failures.length > 0) throw new CrashTestError(workflow.type, failures, histories.length)
  return { commits: expected.commits, histories: histories.length, crashes, unstable: [...unstable] }
}

function playOf<W extends AnyWorkflow, World>(workflow: W, options: CrashTestOptions<W, World>): Play<World> {
  const { input, agents = [], workflows = [], signals = {}, withinMs = 20_000 } = options
  const setup = options.setup ?? (() => undefined as World)
  const observe = options.observe ?? (() => null)
  return { workflow, input, agents, workflows, signals, withinMs, setup, observe }
}

interface Planned {
  readonly fates: Fates
  readonly seed: number | null
}

/** One crash each: before and after every commit. */
const systematic = (commits: number): readonly Planned[] =>
  Array.from({ length: commits }, (_, index) => index + 1).flatMap((at) =>
    (['before', 'after'] as const).map((side) => ({
      fates: (commit: number) => (commit === at ? side : undefined),
      seed: null,
    })),
  )

const random = (seeds: number | readonly number[]): readonly Planned[] =>
  (typeof seeds === 'number' ? Array.from({ length: seeds }, (_, index) => index + 1) : seeds).map(
    (seed) => ({
      fates: drawn(seed),
      seed,
    }),
  )

/** A history starts its draws anew, so that a seed is the same history each time. */
function drawn(seed: number): Fates {
  const draw = mulberry32(seed)
  let inARow = 0
  return () => {
    const side = draw() < 0.5 ? 'before' : 'after'
    if (draw() >= CHANCE_OF_CRASH || inARow >= MAX_CRASHES_IN_A_ROW) {
      inARow = 0
      return undefined
    }
    inARow = side === 'before' ? inARow + 1 : 0
    return side
  }
}

function failureOf(
  expected: Played,
  played: Played,
  unstable: ReadonlySet<string>,
  seed: number | null,
): CrashFailure | undefined {
  const found = without(differences(expected.outcome, played.outcome), unstable)
  if (found.length === 0) return undefined
  return { steps: played.repeated, crashes: played.crashes, differences: found, seed }
}

function messageOf(workflow: string, failures: readonly CrashFailure[], histories: number): string {
  const { steps, crashes, differences: found, seed } = failures[0]!
  const where = crashes
    .map(({ side, entries }) => `${side} the commit of ${entries.join(' and ')}`)
    .join(', then ')
  const { path, expected, actual } = found[0]!
  const named = steps.map((step) => `'${step}'`).join(', ')
  const who =
    steps.length === 1
      ? `Step ${named} is not safe to repeat`
      : `One of the steps ${named} is not safe to repeat`
  const replay = seed === null ? '' : ` Play it again with seeds: [${seed}].`
  return (
    `Workflow '${workflow}' comes to something else in ${failures.length} of ${histories} histories. ` +
    `${steps.length === 0 ? 'No step ran twice' : who}: after a crash ${where}, ${path} is ${show(actual)} instead of ` +
    `${show(expected)}. Use step.idempotencyKey, or make a second call find what the first one did.${replay}`
  )
}

const show = (value: unknown): string => (JSON.stringify(value) ?? 'undefined').slice(0, 200)
