import fc from 'fast-check'
import { expect, test } from 'vitest'
import { partsOf } from './parts.ts'

const sizeOf = (part: readonly unknown[]): number => Buffer.byteLength(JSON.stringify(part))

test('parts keep the order, lose nothing, and are as large as they may be', () => {
  const operation = fc.record({
    op: fc.constant('send'),
    payload: fc.string({ unit: 'binary', maxLength: 3_000 }),
  })
  fc.assert(
    fc.property(
      fc.array(operation, { maxLength: 30 }),
      fc.integer({ min: 2_100, max: 20_000 }),
      (batch, most) => {
        const parts = partsOf(batch, most)
        expect(parts.flat()).toEqual(batch)
        for (const [index, part] of parts.entries()) {
          if (batch.length > 0) expect(part.length).toBeGreaterThan(0)
          if (part.length > 1) expect(sizeOf(part)).toBeLessThanOrEqual(most)
          // The next one would not have fitted beside it.
          const next = parts[index + 1]?.[0]
          if (next !== undefined) expect(sizeOf([...part, next])).toBeGreaterThan(most - 2_100)
        }
      },
    ),
  )
})

test('without a limit there is one part', () => {
  const batch = ['x'.repeat(1_000_000), 'y'.repeat(1_000_000)]
  expect(partsOf(batch, Number.POSITIVE_INFINITY)).toEqual([batch])
  expect(partsOf([], 10)).toEqual([[]])
})
