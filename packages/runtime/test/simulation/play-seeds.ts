import { describe, test } from 'vitest'
import { type SimulationReport, simulate } from './simulate.ts'

/** One seed to replay, or how many to play in all. */
const given = process.env.PAWL_SEED
const count = Number(process.env.PAWL_SEEDS ?? 1_000)

/** Test files share the seeds, so that they are played side by side. */
const FILES = 2

/** One seed can be slow on a machine that does other things too. */
const SEED_TIMEOUT_MS = 60_000

/** Lines of the trace that a replay shows. */
const TRACE_LINES = 400

/** Whether a single seed is played again, and nothing else. */
export const isReplay = given !== undefined

/** Plays the seeds of one test file, each as a test. What they counted is complete when those have run. */
export function playSeeds(file: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  const seeds = isReplay ? [Number(given)] : Array.from({ length: count }, (_, index) => index + 1)
  describe.runIf(!isReplay || file === 0)(
    'whatever processes, store and bus do, every run ends as the model says',
    () => {
      const own = seeds.filter((_seed, index) => index % FILES === file)
      test.for(own)('seed %i', { timeout: SEED_TIMEOUT_MS }, async (seed) => {
        const report = await simulate(seed, { verbose: isReplay })
        for (const [what, count] of report.counts) counts.set(what, (counts.get(what) ?? 0) + count)
        if (report.violations.length > 0) throw new Error(storyOf(report))
      })
    },
  )
  return counts
}

/** What a failure says: what is wrong, the seed, and how to see it again; a replay shows its last moments too. */
function storyOf({ seed, violations, trace }: SimulationReport): string {
  const broken = violations.map(({ rule, detail }) => `  ${rule}: ${detail}`)
  const replay = `PAWL_SEED=${seed} npm test -- simulation/simulation.test`
  return [`Seed ${seed} breaks:`, ...broken, `Replay it with: ${replay}`, ...trace.slice(-TRACE_LINES)].join(
    '\n',
  )
}
