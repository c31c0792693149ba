import { type Fates, type Play, type Played, play } from './history.ts'
import { type Difference, differences, without } from './outcome.ts'
import { sparing } from './spared-step.ts'

/** A history that came to something else than the undisturbed run. */
export interface Deviation {
  readonly played: Played
  readonly differences: readonly Difference[]
  /** Its fates anew, to play it again. */
  readonly fates: () => Fates
  /** Of a random history. */
  readonly seed: number | null
}

/** Errors of a replay that does not fit its journal: the code did something else the second time. */
const OF_REPLAY: ReadonlySet<unknown> = new Set(['NON_DETERMINISM', 'AMBIGUOUS_STEP'])

/** Whether not a step but the code between the steps was not the same when it ran again. */
export function isOfCode({ played }: Deviation): boolean {
  const { error } = played.outcome
  return played.repeated.size === 0 || OF_REPLAY.has((error as { readonly code?: unknown } | null)?.code)
}

/** Few steps that ran again and few crashes tell most. */
export const plainestFirst = (deviations: readonly Deviation[]): readonly Deviation[] =>
  deviations.toSorted(
    ({ played: a }, { played: b }) =>
      a.repeated.size - b.repeated.size || a.crashes.length - b.crashes.length,
  )

/**
 * The steps that are to blame for deviations. If only one ran again, it is that one. Of several, the history is played
 * again with each in turn spared from running twice: who changes what comes of it is to blame. Each step is tried once.
 */
export async function unsafeSteps<World>(
  asked: Play<World>,
  deviations: readonly Deviation[],
  unstable: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const unsafe = new Set<string>()
  const tried = new Set<string>()
  for (const deviation of plainestFirst(deviations)) {
    if (isOfCode(deviation)) continue
    const steps = [...deviation.played.repeated.keys()]
    if (steps.length === 1) unsafe.add(steps[0]!)
    for (const step of steps) {
      if (unsafe.has(step) || tried.has(step)) continue
      tried.add(step)
      if (await matters(step, asked, deviation, unstable)) unsafe.add(step)
    }
  }
  return unsafe
}

/** Whether a history with the same crashes comes to something else if one step is spared from running again. */
async function matters<World>(
  step: string,
  asked: Play<World>,
  { played, fates }: Deviation,
  unstable: ReadonlySet<string>,
): Promise<boolean> {
  const spared = await play({ ...asked, define: sparing(asked.define, step) }, fates())
  const sameCrashes = JSON.stringify(spared.crashes) === JSON.stringify(played.crashes)
  return sameCrashes && without(differences(played.outcome, spared.outcome), unstable).length > 0
}
