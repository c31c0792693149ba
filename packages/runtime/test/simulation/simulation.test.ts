import { describe, expect, test } from 'vitest'
import { type SimulationReport, simulate } from './simulate.ts'

/** One seed to replay, or how many to play. */
const given = process.env.PAWL_SEED
const count = Number(process.env.PAWL_SEEDS ?? 1_000)
const SEEDS = given === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(given)]

/** One seed can be slow on a machine that does other things too. */
const SEED_TIMEOUT_MS = 30_000

/** Lines of the trace that a replay shows. */
const TRACE_LINES = 400

/** What a failure says: what is wrong, the seed, and how to see it again; a replay shows its last moments too. */
function storyOf({ seed, violations, trace }: SimulationReport): string {
  const broken = violations.map(({ rule, detail }) => `  ${rule}: ${detail}`)
  const replay = `PAWL_SEED=${seed} npm test -- simulation/simulation.test`
  return [`Seed ${seed} breaks:`, ...broken, `Replay it with: ${replay}`, ...trace.slice(-TRACE_LINES)].join(
    '\n',
  )
}

const counts = new Map<string, number>()

describe('whatever processes, store and bus do, every run ends as the model says', () => {
  test.for(SEEDS)('seed %i', { timeout: SEED_TIMEOUT_MS }, async (seed) => {
    const report = await simulate(seed, { verbose: given !== undefined })
    for (const [what, count] of report.counts) counts.set(what, (counts.get(what) ?? 0) + count)
    if (report.violations.length > 0) throw new Error(storyOf(report))
  })
})

describe.runIf(given === undefined)('the simulation itself', () => {
  test('really had every kind of fault', () => {
    for (const point of ['open', 'claim', 'commit', 'publish']) {
      expect(counts.get(`crashes before ${point}`), `crashes before ${point}`).toBeGreaterThan(0)
      expect(counts.get(`crashes after ${point}`), `crashes after ${point}`).toBeGreaterThan(0)
    }
    const kinds = ['refused commits', 'repeated commits', 'calls applied twice', 'answers lost', 'freezes']
    const deeds = [
      'cancels',
      'rollbacks',
      'forks',
      'resumes',
      'signals',
      'signals sent again',
      'stray signals',
    ]
    const rest = ['busy answers', 'publishes refused', 'runs started twice', 'shutdowns', 'runs parked']
    for (const what of [...kinds, ...deeds, ...rest]) expect(counts.get(what), what).toBeGreaterThan(0)
  })

  test.for([3, 14])('seed %i does the same twice', async (seed) => {
    const first = await simulate(seed)
    const second = await simulate(seed)
    expect(second.digest).toBe(first.digest)
    expect(first.events).toBeGreaterThan(100)
  })

  test('another seed does something else', async () => {
    expect((await simulate(3)).digest).not.toBe((await simulate(4)).digest)
  })
})
