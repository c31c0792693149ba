import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFinal, type ResultMessage } from './agent-messages.ts'
import { decodeEnvelope, encodeEnvelope, newHead } from './envelope.ts'
import { summarize } from './errors.ts'
import { afterFailure } from './failure.ts'
import { encodePayload } from './json.ts'
import { compileTopicPattern } from './topic.ts'

const MEBI = 1024 * 1024

describe('envelopes', () => {
  it('survive their JSON form, whatever the payload', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.dictionary(fc.string(), fc.string()), (payload, headers) => {
        const head = newHead('a.b', { headers, sessionId: 's', maxAttempts: 3 }, 'id', 5)
        const decoded = decodeEnvelope(encodeEnvelope(head, encodePayload(payload, MEBI)))
        expect(JSON.stringify(decoded.payload)).toBe(JSON.stringify(payload))
        expect({ ...decoded, payload: 0 }).toEqual({ ...head, headers: { ...headers }, payload: 0 })
      }),
    )
  })

  it.each([
    ['not json', 'MESSAGE_BAD_ENVELOPE'],
    ['[]', 'MESSAGE_BAD_ENVELOPE'],
    ['{}', 'MESSAGE_BAD_ENVELOPE'],
    ['{"payload":1}', 'MESSAGE_BAD_TOPIC'],
    ['{"payload":1,"topic":"t"}', 'MESSAGE_BAD_ENVELOPE'],
  ])('are refused when they are %s', (text, code) => {
    expect(() => decodeEnvelope(text)).toThrow(expect.objectContaining({ code }))
  })

  it.each(['id', 'type', 'timestamp', 'attempt', 'priority', 'headers', 'sessionId'])(
    'need a proper %s',
    (field) => {
      const good = JSON.parse(encodeEnvelope(newHead('t', {}, 'id', 5), '1'))
      expect(() => decodeEnvelope(JSON.stringify({ ...good, [field]: [] }))).toThrow(`"${field}"`)
    },
  )
})

describe('encodePayload', () => {
  it('takes toJSON, leaves undefined members out, and counts bytes of UTF-8', () => {
    expect(encodePayload({ at: new Date(0), none: undefined }, MEBI)).toBe(
      '{"at":"1970-01-01T00:00:00.000Z"}',
    )
    expect(encodePayload(undefined, MEBI)).toBe('null')
    expect(encodePayload('🜁', 6)).toBe('"🜁"')
    expect(() => encodePayload('🜁', 5)).toThrow(expect.objectContaining({ code: 'MESSAGE_TOO_LARGE' }))
  })

  it('allows the same object twice, refuses it inside itself, also through toJSON', () => {
    const shared = { a: 1 }
    expect(encodePayload([shared, shared], MEBI)).toBe('[{"a":1},{"a":1}]')
    const sly = { toJSON: (): unknown => [sly] }
    expect(() => encodePayload(sly, MEBI)).toThrow('a cycle')
  })
})

describe('topic patterns', () => {
  it.each([
    ['workflow:*', 'workflow:a', true],
    ['workflow:*', 'workflow:a.b', true],
    ['workflow:*', 'workflow:a:b', false],
    ['workflow:*', 'workflow', false],
    ['workflow:**', 'workflow:a:b.c', true],
    ['a.*', 'a.b', true],
    ['a.*', 'a.b.c', false],
    ['a.*', 'a.b:c', false],
    ['a.*.c', 'a.b.c', true],
    ['*:done', 'job:done', true],
    ['*', 'a.b', true],
    ['*', 'a:b', false],
    ['**', 'a:b.c', true],
    ['a+b.(c)', 'a+b.(c)', true],
    ['x-[y].*', 'x-[y].z', true],
    ['x.*', 'xy', false],
  ])('%s on %s is %s', (pattern, topic, expected) => {
    expect(compileTopicPattern(pattern)(topic)).toBe(expected)
  })

  it('take time in proportion to the topic', () => {
    const test = compileTopicPattern(Array(60).fill('*').join('.'))
    const began = performance.now()
    expect(test(`${Array(100).fill('a').join('.')}`)).toBe(false)
    expect(performance.now() - began).toBeLessThan(100)
  })
})

describe('afterFailure', () => {
  const backoff = { firstMs: 1000, longestMs: 5000 }
  const attempts = (attempt: number) => afterFailure({ attempt, maxAttempts: 5 }, new Error('x'), backoff)

  it('doubles the delay up to the longest, then gives up', () => {
    expect([1, 2, 3, 4, 5].map(attempts)).toEqual([
      { retryInMs: 1000 },
      { retryInMs: 2000 },
      { retryInMs: 4000 },
      { retryInMs: 5000 },
      { dead: 'failed' },
    ])
  })

  it('listens to the error', () => {
    const one = { attempt: 1, maxAttempts: 5 }
    expect(afterFailure(one, { retriable: false }, backoff)).toEqual({ dead: 'rejected' })
    expect(afterFailure(one, { retryAfterMs: 9000 }, backoff)).toEqual({ retryInMs: 9000 })
    expect(afterFailure(one, null, backoff)).toEqual({ retryInMs: 1000 })
  })
})

describe('isFinal', () => {
  it.each([
    [undefined, true],
    ['workflow_started', false],
    ['workflow_resumed', false],
    ['workflow_rolled_back', false],
    ['workflow_completed', true],
    ['workflow_failed', true],
    ['workflow_cancelled', true],
  ])('%s: %s', (event, expected) => {
    expect(isFinal({ metadata: event ? { event_type: event } : {} } as unknown as ResultMessage)).toBe(
      expected,
    )
  })
})

describe('summarize', () => {
  it('keeps message and code of anything thrown', () => {
    expect(summarize(Object.assign(new Error('m'), { code: 'C', stack: 'secret' }))).toEqual({
      message: 'm',
      code: 'C',
    })
    expect([summarize('text').message, summarize(undefined).message, summarize({ code: 5 })]).toEqual([
      'text',
      'a value was thrown',
      { message: 'a value was thrown' },
    ])
  })
})
