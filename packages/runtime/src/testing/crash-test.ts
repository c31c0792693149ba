import type { AnyAgent } from '../define/agent.ts'
import type { AnyWorkflow, InputOf } from '../define/workflow.ts'
import { type Deviation, unsafeSteps } from './blame.ts'
import { CrashTestError } from './crash-failure.ts'
import { calm, random, systematic } from './crash-fates.ts'
import { type GivenSignal, type Play, play } from './history.ts'
import { differences, without } from './outcome.ts'

export interface CrashTestOptions<W extends AnyWorkflow, World> {
  readonly input: InputOf<W>
  /** Random histories of several crashes beside the systematic ones: how many, or which seeds. Default 20. */
  readonly seeds?: number | readonly number[]
  /** Agents that the process has; a function makes them anew for each process. */
  readonly agents?: readonly AnyAgent[] | ((world: World) => readonly AnyAgent[])
  /** Other workflows that the process has. */
  readonly workflows?: readonly AnyWorkflow[]
  /** Signals that somebody gives to the run: payloads by name, or a list in the order in which they are given. */
  readonly signals?: Readonly<Record<string, unknown>> | readonly GivenSignal[]
  /** Makes the outside world anew before each history, such as a fake bank: what steps do to it is compared. */
  readonly setup?: () => World | Promise<World>
  /** What that world looks like afterwards, as plain data. */
  readonly observe?: (world: World) => unknown
  /** How long one history may take in real time. Default 20 s. */
  readonly withinMs?: number
}

export interface CrashReport {
  /** Commits of the undisturbed run. */
  readonly commits: number
  /** Attempts of its steps that failed. */
  readonly failedAttempts: number
  readonly histories: number
  readonly crashes: number
  /** How often each step ran again, over all histories: one that is absent was not put to the test. */
  readonly repeated: Readonly<Record<string, number>>
  /** Places that differ between two undisturbed runs, such as random ids; they were not compared. */
  readonly unstable: readonly string[]
}

/**
 * Runs a workflow again and again, killing its process before and after every commit and after every attempt of a step
 * that failed, and checks that it always comes to the same: status, output, error, results, shared state, and whatever
 * `observe` sees. Then random histories with several crashes. All of it in memory and in virtual time.
 *
 * A process that dies before a commit has done a step that nobody recorded: it is done again. A step that cannot
 * stand that is named by the `CrashTestError` that this rejects with; so is code that does something else on replay.
 *
 * `workflow` may be a function of the world that `setup` made: it is called for each process, so that what the process
 * keeps in memory dies with it.
 */
export async function crashTest<W extends AnyWorkflow, World = undefined>(
  workflow: W | ((world: World) => W),
  options: CrashTestOptions<W, World>,
): Promise<CrashReport> {
  const asked = playOf(workflow, options)
  const expected = await play(asked, calm)
  const again = await play(asked, calm)
  const unstable = new Set(differences(expected.outcome, again.outcome).map(({ path }) => path))
  const histories = [...systematic(expected.commits, expected.failedAttempts), ...random(options.seeds ?? 20)]
  const tally = new Tally()
  for (const { fates, seed } of histories) {
    const played = await play(asked, fates())
    const found = without(differences(expected.outcome, played.outcome), unstable)
    tally.add({ played, differences: found, fates, seed })
  }
  if (tally.deviations.length > 0) {
    const unsafe = await unsafeSteps(asked, tally.deviations, unstable)
    throw new CrashTestError(expected.workflow, tally.deviations, unsafe, histories.length)
  }
  const { commits, failedAttempts } = expected
  const { crashes, repeated } = tally
  const counts = { commits, failedAttempts, histories: histories.length, crashes }
  return { ...counts, repeated: Object.fromEntries(repeated), unstable: [...unstable] }
}

/** What all histories together showed. */
class Tally {
  readonly deviations: Deviation[] = []
  readonly repeated = new Map<string, number>()
  crashes = 0

  add(deviation: Deviation): void {
    const { played, differences } = deviation
    this.crashes += played.crashes.length
    for (const [step, times] of played.repeated)
      this.repeated.set(step, (this.repeated.get(step) ?? 0) + times)
    if (differences.length > 0) this.deviations.push(deviation)
  }
}

function playOf<W extends AnyWorkflow, World>(
  workflow: W | ((world: World) => W),
  options: CrashTestOptions<W, World>,
): Play<World> {
  const { input, agents = [], workflows = [], signals = [], withinMs = 20_000 } = options
  const setup = options.setup ?? (() => undefined as World)
  const observe = options.observe ?? (() => null)
  const define = (world: World) => ({
    workflow: typeof workflow === 'function' ? workflow(world) : workflow,
    agents: typeof agents === 'function' ? agents(world) : agents,
    workflows,
  })
  return { define, input, signals: inOrder(signals), withinMs, setup, observe }
}

const inOrder = (
  signals: Readonly<Record<string, unknown>> | readonly GivenSignal[],
): readonly GivenSignal[] =>
  Array.isArray(signals)
    ? (signals as readonly GivenSignal[])
    : Object.entries(signals).map(([name, payload]) => ({ name, payload }))
