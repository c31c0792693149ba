import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodePayload, encodePayload } from './encode.ts'

const encode = (value: unknown) => encodePayload(value, 'It', 2_000)

/** Text of any UTF-16 units, halves of surrogate pairs and U+0000 among them. */
const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units))

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false, -0, 0, '__proto__'),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    anyText,
    fc.array(tie('value')),
    fc
      .array(fc.tuple(fc.oneof(anyText, fc.constantFrom('__proto__', 'toString', 'b', 'a')), tie('value')))
      .map(
        // Own properties, whatever their name.
        (pairs) => Object.fromEntries(pairs),
      ),
  ),
})).value

test('what JSON can hold comes back as it was: -0, any text, the order of keys', () => {
  fc.assert(
    fc.property(json, (value) => {
      const back = decodePayload(encode(value))
      expect(back).toStrictEqual(value)
      expect(JSON.stringify(back)).toBe(JSON.stringify(value))
    }),
    { numRuns: 500 },
  )
})

test('the text is well-formed and holds no U+0000, so that every database keeps it', () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = encode(value)
      expect(text.isWellFormed() && !text.includes('\u0000')).toBe(true)
    }),
  )
})

test('what JSON.stringify accepts is encoded to the same text, or refused by name', () => {
  fc.assert(
    fc.property(fc.anything({ withDate: true, withNullPrototype: true, withBoxedValues: true }), (value) => {
      let text: string
      try {
        text = encode(value)
      } catch (error) {
        expect(error).toMatchObject({ code: 'NOT_JSON', message: expect.stringContaining('It is not JSON') })
        return
      }
      expect(text.replaceAll('-0', '0')).toBe((JSON.stringify(value) ?? 'null').replaceAll('-0', '0'))
    }),
    { numRuns: 1_000 },
  )
})

test('toJSON is honoured, and what it returns is looked at as well', () => {
  expect(encode({ when: new Date(0) })).toBe('{"when":"1970-01-01T00:00:00.000Z"}')
  expect(() => encode({ bad: { toJSON: () => [1n] } })).toThrow(/\.bad\[0\] is a BigInt/)
})

test('a value that changes between looking and writing is an error of ours', () => {
  let asked = 0
  const fickle = { toJSON: () => (asked++ === 0 ? 1 : 1n) }
  expect(() => encode(fickle)).toThrow(expect.objectContaining({ code: 'NOT_JSON' }))
})

test('the deepest nesting that is allowed fits the stack', () => {
  let value: unknown = 1
  for (let level = 0; level < 2_000; level++) value = { in: value }
  expect(decodePayload(encode(value))).toBeDefined()
  expect(() => encode([value])).toThrow(/deeper than 2000 levels/)
})
