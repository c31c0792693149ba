import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffDelay } from './backoff.ts'

describe('backoffDelay', () => {
  const backoff = fc.record({
    minDelayMs: fc.integer({ min: 0, max: 100_000 }),
    maxDelayMs: fc.integer({ min: 0, max: 1_000_000 }),
    factor: fc.double({ min: 1, max: 10, noNaN: true }),
    jitter: fc.constantFrom('none' as const, 'equal' as const, 'full' as const),
  })
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

  it('is a whole number between the jitter bounds, whatever the attempt', () => {
    fc.assert(
      fc.property(backoff, fc.integer({ min: 1, max: 5000 }), chance, (options, attempt, random) => {
        const delay = backoffDelay(options, attempt, () => random)
        const whole =
          options.minDelayMs === 0
            ? 0
            : Math.min(options.minDelayMs * options.factor ** (attempt - 1), options.maxDelayMs)
        const least = { none: whole, equal: whole / 2, full: 0 }[options.jitter]
        expect(Number.isInteger(delay)).toBe(true)
        expect(delay).toBeGreaterThanOrEqual(Math.floor(least))
        expect(delay).toBeLessThanOrEqual(Math.ceil(whole))
      }),
    )
  })
})
