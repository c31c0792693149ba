import { describe, expect, test } from 'vitest'
import { plantedBugs } from './planted-bugs.ts'
import { simulate } from './simulate.ts'

/** So many seeds are enough to find any of them; most show in the first few. */
const SEEDS = 150

/** A bug may send a run in circles. */
const TIMEOUT_MS = 60_000

describe('the checker finds a planted bug, and says which rule it breaks', () => {
  test.for(plantedBugs)('$name: $breaks', { timeout: TIMEOUT_MS }, async (plant) => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { violations } = await simulate(seed, { plant })
      if (violations.some(({ rule }) => plant.breaks.includes(rule))) return
    }
    expect.fail(`No seed up to ${SEEDS} breaks ${plant.breaks.join(' or ')}.`)
  })
})
