import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cursorOf, placeOf } from './stream-cursor.ts'

const count = fc.nat()
const position = fc.record({ epoch: count, fence: count, attempt: count, end: count, ended: fc.boolean() })
const step = fc.string({ unit: 'binary', minLength: 1 })
const place = fc.record({
  version: count,
  place: count,
  positions: fc.array(fc.tuple(step, position)).map((entries) => new Map(entries)),
})

describe('a cursor', () => {
  it('says where a stream is, in one line of ASCII', () => {
    fc.assert(
      fc.property(place, (given) => {
        const cursor = cursorOf(given)
        expect(cursor).toMatch(/^[\x20-\x7e]+$/)
        expect(placeOf(cursor)).toEqual(given)
      }),
    )
  })

  it('is a version where that is all', () => {
    expect(cursorOf({ version: 7, place: 0, positions: new Map() })).toBe('7')
    const expected = { version: 7, place: 0, positions: new Map() }
    for (const after of [7, '7']) expect(placeOf(after)).toEqual(expected)
    expect(placeOf(undefined)).toEqual({ ...expected, version: 0 })
  })

  it.each(['', 'x', 'null', '[]', '[1]', '[1,-1]', '[1,0,{}]', '[1,0,["a",0,0,0]]', -1, 0.5, Number.NaN])(
    'is not %j',
    (after) => {
      expect(() => placeOf(after)).toThrow(expect.objectContaining({ code: 'INVALID_CURSOR' }))
    },
  )
})
