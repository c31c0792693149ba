import type { Fates } from './history.ts'
import { mulberry32 } from './virtual-clock.ts'

/** How one history is disturbed. */
export interface PlannedHistory {
  /** Made anew for each time that it is played. */
  readonly fates: () => Fates
  /** Of a random history. */
  readonly seed: number | null
}

/** Crashes without a commit in between, at most: the fifth would be given up as a crash loop. */
const MAX_CRASHES_IN_A_ROW = 3
const CHANCE_OF_CRASH = 0.3
const CHANCE_OF_CRASH_AT_FAILURE = 0.15

/** Nobody dies. */
export const calm: Fates = { atCommit: () => undefined, atFailure: () => false }

/** One crash each: before and after every commit, and after every attempt that failed. */
export const systematic = (commits: number, failures: number): readonly PlannedHistory[] => [
  ...upTo(commits).flatMap((at) =>
    (['before', 'after'] as const).map((side) => ({
      fates: () => ({ ...calm, atCommit: (nth: number) => (nth === at ? side : undefined) }),
      seed: null,
    })),
  ),
  ...upTo(failures).map((at) => ({
    fates: () => ({ ...calm, atFailure: (nth: number) => nth === at }),
    seed: null,
  })),
]

/** Several crashes each, as a seed draws them. */
export const random = (seeds: number | readonly number[]): readonly PlannedHistory[] =>
  (typeof seeds === 'number' ? upTo(seeds) : seeds).map((seed) => ({ fates: () => drawn(seed), seed }))

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1)

/** A history starts its draws anew, so that a seed is the same history each time. */
function drawn(seed: number): Fates {
  const draw = mulberry32(seed)
  let inARow = 0
  return {
    atCommit() {
      const side = draw() < 0.5 ? 'before' : 'after'
      if (draw() >= CHANCE_OF_CRASH || inARow >= MAX_CRASHES_IN_A_ROW) {
        inARow = 0
        return undefined
      }
      inARow = side === 'before' ? inARow + 1 : 0
      return side
    },
    atFailure() {
      const dies = draw() < CHANCE_OF_CRASH_AT_FAILURE && inARow < MAX_CRASHES_IN_A_ROW
      if (dies) inARow += 1
      return dies
    },
  }
}
