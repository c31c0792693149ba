import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { compilePattern, type Matching } from './pattern.ts'

describe('patterns', () => {
  it.each([
    ['order.placed', 'order.placed', true],
    ['order.placed', 'order', false],
    ['order.*', 'order.placed', true],
    ['order.*', 'order', false],
    ['order.*', 'order.item.added', false],
    ['*.added', 'item.added', true],
    ['order.*.added', 'order.item.added', true],
    ['order.**', 'order.item.added', true],
    ['order.**', 'order', false],
    ['*', 'order', true],
    ['*', 'order.placed', false],
    ['**', 'anything.at.all', true],
  ])('%s on %s is %s', (pattern, type, expected) => {
    expect(compilePattern(pattern)(type)).toBe(expected)
  })

  it.each(['', 'a..b', '.a', 'a.', 'a*', 'a.**.b', 'a.*b', '***'])('refuses "%s"', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow(expect.objectContaining({ code: 'EVENT_BUS_BAD_PATTERN' }))
  })

  it('agrees with a regular expression of the same meaning', () => {
    const segment = fc.constantFrom('a', 'b', 'ab')
    const type = fc.array(segment, { minLength: 1, maxLength: 4 })
    const pattern = fc.array(fc.oneof(segment, fc.constant('*')), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(pattern, fc.boolean(), type, (segments, open, name) => {
        const all = open ? [...segments, '**'] : segments
        const source = all.map((part) => ({ '*': '[^.]+', '**': '.+' })[part] ?? part).join('\\.')
        const expected = new RegExp(`^${source}$`).test(name.join('.'))
        expect(compilePattern(all.join('.'))(name.join('.'))).toBe(expected)
      }),
    )
  })

  it('means the same to the type checker', () => {
    type Names = { 'a.b': 1; 'a.c': 1; 'a.b.c': 1; d: 1 }
    expectTypeOf<Matching<Names, 'a.*'>>().toEqualTypeOf<'a.b' | 'a.c'>()
    expectTypeOf<Matching<Names, 'a.**'>>().toEqualTypeOf<'a.b' | 'a.c' | 'a.b.c'>()
    expectTypeOf<Matching<Names, '*'>>().toEqualTypeOf<'d'>()
    expectTypeOf<Matching<Names, '**'>>().toEqualTypeOf<'a.b' | 'a.c' | 'a.b.c' | 'd'>()
    expectTypeOf<Matching<Names, '*.b'>>().toEqualTypeOf<'a.b'>()
  })
})
