import fc from 'fast-check'
import { expect, it } from 'vitest'
import { positionText, readClientMessage, readPosition, readServerMessage } from './message.ts'

it.each([
  ['{"kind":"subscribe","job":"a"}', { kind: 'subscribe', job: 'a' }],
  ['{"kind":"subscribe","job":"a","after":"now","more":1}', { kind: 'subscribe', job: 'a', after: 'now' }],
  ['{"kind":"subscribe","job":"a","after":0,"bus":"b"}', { kind: 'subscribe', job: 'a', after: 0, bus: 'b' }],
  ['{"kind":"unsubscribe","job":"a"}', { kind: 'unsubscribe', job: 'a' }],
])('%s is understood', (text, message) => {
  expect(readClientMessage(text)).toEqual(message)
})

it.each([
  '',
  'null',
  '[]',
  '{"kind":"subscribe"}',
  '{"kind":"subscribe","job":1}',
  '{"kind":"subscribe","job":"a","after":3}',
  '{"kind":"subscribe","job":"a","after":-1,"bus":"b"}',
  '{"kind":"subscribe","job":"a","after":"then"}',
  '{"kind":"other","job":"a"}',
])('%s is not', (text) => {
  expect(readClientMessage(text)).toBeUndefined()
})

it('survives anything', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      readClientMessage(text)
      readServerMessage(text)
      readPosition(text)
    }),
  )
})

it('positions are read as they are written, also of a bus with colons in its name', () => {
  for (const position of [
    { bus: 'b', seq: 0 },
    { bus: 'a:b:1', seq: 12 },
  ]) {
    expect(readPosition(positionText(position))).toEqual(position)
  }
  for (const text of ['', 'b', ':1', 'b:', 'b:x', 'b:-1', 'b:1.5']) expect(readPosition(text)).toBeUndefined()
})
