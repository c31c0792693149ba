import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CallWindow, percentile, successRate, sumCounts, WINDOW_MS } from './call-window.ts'

const NOW = 1_750_000_000_000

describe('the window of calls', () => {
  it('counts calls and forgets those of five minutes ago', () => {
    const window = new CallWindow()
    for (let call = 0; call < 10; call++) window.note(NOW, call > 3, 100)
    expect(window.countsAt(NOW)).toMatchObject({ calls: 10, failed: 4 })
    expect(successRate(window.countsAt(NOW))).toBe(0.6)
    window.note(NOW + WINDOW_MS / 2, true, 100)
    expect(window.countsAt(NOW + WINDOW_MS / 2)).toMatchObject({ calls: 11, failed: 4 })
    expect(window.countsAt(NOW + WINDOW_MS)).toMatchObject({ calls: 1, failed: 0 })
    expect(successRate(window.countsAt(NOW + 2 * WINDOW_MS))).toBe(null)
    expect(percentile(window.countsAt(NOW + 2 * WINDOW_MS), 0.5)).toBe(null)
  })

  it('knows percentiles to a tenth, of several processes together too', () => {
    const durations = fc.array(fc.integer({ min: 1, max: 600_000 }), { minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(durations, durations, fc.constantFrom(0.5, 0.95, 1), (one, other, part) => {
        const counts = [one, other].map((some) => {
          const window = new CallWindow()
          for (const duration of some) window.note(NOW, true, duration)
          return window.countsAt(NOW)
        })
        const all = [...one, ...other].sort((a, b) => a - b)
        const exact = all[Math.ceil(part * all.length) - 1]!
        const found = percentile(sumCounts(counts), part)!
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(0.5 + exact * 0.1)
      }),
    )
  })
})
