import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRetryAfter, requestedDelay } from '../index.ts'

const NOW = Date.UTC(2026, 5, 15, 12, 0, 0)

describe('parseRetryAfter', () => {
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['1.5', 1500],
    ['Mon, 15 Jun 2026 12:00:30 GMT', 30_000],
    ['Monday, 15-Jun-26 12:01:00 GMT', 60_000],
    ['Mon Jun 15 12:00:05 2026', 5000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
    ['Sun Nov  6 08:49:37 1994', 0],
  ])('reads %j', (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected)
  })

  it.each([
    '',
    'soon',
    '-5',
    '1e9',
    '5 apples',
    'Infinity',
    '2026-06-15T12:00:30Z',
    'Mon, 31 Jun 2026 12:00:30 GMT',
    'Mon, 15 Jun 2026 25:00:30 GMT',
    'Mon, 15 Foo 2026 12:00:30 GMT',
    'Mon, 15 Jun 2026 12:00:30 CET',
  ])('takes %j for nothing', (value) => {
    expect(parseRetryAfter(value, NOW)).toBeUndefined()
  })

  it('reads what toUTCString writes, to the second', () => {
    const ahead = fc.integer({ min: 0, max: 30 * 366 * 86_400 })
    fc.assert(
      fc.property(ahead, (seconds) => {
        expect(parseRetryAfter(new Date(NOW + seconds * 1000).toUTCString(), NOW)).toBe(seconds * 1000)
      }),
    )
  })
})

describe('requestedDelay', () => {
  it.each([
    ['its own milliseconds', { retryAfterMs: 5, headers: { 'retry-after': '9' } }, 5],
    ['Headers', { headers: new Headers({ 'Retry-After': '2' }) }, 2000],
    ['headers of its response', { response: { headers: new Headers({ 'retry-after': '3' }) } }, 3000],
    ['a plain object, however it is spelled', { response: { headers: { 'Retry-After': '4' } } }, 4000],
    ['a number in a header', { headers: { 'retry-after': 6 } }, 6000],
    [
      'the milliseconds that some APIs send',
      { headers: { 'retry-after-ms': '250', 'retry-after': '1' } },
      250,
    ],
    ['a Response that was thrown', new Response(null, { headers: { 'retry-after': '7' } }), 7000],
    ['an HTTP date', { headers: { 'retry-after': 'Mon, 15 Jun 2026 12:00:10 GMT' } }, 10_000],
  ])('knows %s', (_, error, expected) => {
    expect(requestedDelay(error, NOW)).toBe(expected)
  })

  it.each([
    ['a negative number', { retryAfterMs: -5 }],
    ['text', { retryAfterMs: '5' }],
    ['no end', { retryAfterMs: Number.POSITIVE_INFINITY }],
    ['headers that say nothing', { headers: { 'retry-after': ['1'] }, response: 'none' }],
    ['nothing', null],
    ['a string', 'text'],
    [
      'a getter that throws',
      {
        get headers() {
          throw new Error('hostile')
        },
      },
    ],
  ])('asks for no delay with %s', (_, error) => {
    expect(requestedDelay(error, NOW)).toBe(0)
  })
})
