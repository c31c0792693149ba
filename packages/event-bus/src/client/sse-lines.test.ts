import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SseLines } from './sse-lines.ts'

it('finds the data of events wherever the text is cut, with any line ends', () => {
  const lineEnd = fc.constantFrom('\n', '\r\n', '\r')
  const datum = fc.string({ unit: fc.constantFrom('a', ':', ' ', 'ü', '💡'), minLength: 1, maxLength: 6 })
  const cuts = fc.array(fc.nat(6), { minLength: 1 })
  fc.assert(
    fc.property(fc.array(datum, { maxLength: 5 }), lineEnd, cuts, (data, end, sizes) => {
      const text = data.map((one) => `id: b:1${end}: comment${end}data: ${one}${end}${end}`).join('')
      const lines = new SseLines()
      const found: string[] = []
      let at = 0
      for (let turn = 0; at < text.length; turn++) {
        const size = 1 + (sizes[turn % sizes.length] ?? 0)
        found.push(...lines.take(text.slice(at, at + size)))
        at += size
      }
      // After a last CR a LF could still follow.
      expect([...found, ...lines.take('\n')].slice(0, data.length)).toEqual(data)
    }),
  )
})

it('joins several lines of data, and takes them without the space', () => {
  expect(new SseLines().take('data:one\ndata: two\nevent: x\n\nid: 1\n\n')).toEqual(['one\ntwo'])
})
