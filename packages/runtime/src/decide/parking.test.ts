import { describe, expect, it } from 'vitest'
import { parkForMs } from './parking.ts'

const open = { retryAfterMs: 30_000, isTried: false }

describe('how long a run is parked', () => {
  it('is until the agent may be asked again, and a little longer for each in another way', () => {
    expect([0, 0.5, 1].map((random) => parkForMs(open, 1, random))).toEqual([30_000, 31_500, 33_000])
  })

  it('is longer for a crowd, so that fifty a second wake up, and never by more than five minutes', () => {
    expect(parkForMs(open, 1_000, 1)).toBe(50_000)
    expect(parkForMs(open, 1e9, 1)).toBe(330_000)
  })

  it('is short while somebody tries the agent, and never nothing', () => {
    expect(parkForMs({ retryAfterMs: 30_000, isTried: true }, 1, 0)).toBe(5_000)
    expect(parkForMs({ retryAfterMs: 200, isTried: true }, 1, 0)).toBe(200)
    expect(parkForMs({ retryAfterMs: 0, isTried: false }, 0, 0)).toBe(10)
  })
})
