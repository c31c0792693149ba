import { describe, expect, it } from 'vitest'
import { toMs } from './duration.ts'

describe('toMs', () => {
  it.each([
    [0, 0],
    [250, 250],
    ['250ms', 250],
    ['30s', 30_000],
    ['1.5s', 1_500],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
  ] as const)('%s is %d ms', (duration, ms) => {
    expect(toMs(duration)).toBe(ms)
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '', '5', '5 s', '-5s', '5w', 's', '1e3ms', '5sec'])(
    'refuses %s',
    (duration) => {
      const act = () => toMs(duration as never)
      expect(act).toThrow(expect.objectContaining({ code: 'INVALID_DEFINITION' }))
      expect(act).toThrow(`'${duration}' is not a duration`)
    },
  )
})
