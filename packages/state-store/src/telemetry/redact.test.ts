import { expect, test } from 'vitest'
import { REDACTED, redactorOf } from './redact.ts'

const redactor = redactorOf()

const SECRET_KEYS = [
  'password',
  'dbPassword',
  'PGPASSWORD',
  'api_key',
  'X-Api-Key',
  'apiKey',
  'Authorization',
  'Set-Cookie',
  'client_secret',
  'AWS_SECRET_ACCESS_KEY',
  'refreshToken',
  'session-id',
  'csrf',
]

test.for(SECRET_KEYS)('the value of %s is a secret', (key) => {
  expect(redactor.isSecret(key, 'x')).toBe(true)
  expect(redactor.isSecret(key, { nested: 'x' })).toBe(true)
  expect(redactor.isSecret(key, true)).toBe(false)
  expect(redactor.isSecret(key, null)).toBe(false)
})

test.for(['user', 'key', 'keys', 'author', 'pass', 'sort', 'path', 'cook'])(
  'the value of %s is none',
  (key) => {
    expect(redactor.isSecret(key, 'x')).toBe(false)
  },
)

test('a number of tokens is a count, a numeric password is a secret', () => {
  expect(redactor.isSecret('inputTokens', 12)).toBe(false)
  expect(redactor.isSecret('password', 1234)).toBe(true)
})

/** Text and what is left of it. */
const TEXTS: readonly (readonly [text: string, left: string])[] = [
  ['Authorization: Bearer abc123def', `Authorization: ${REDACTED}`],
  ['sent with Bearer abc.123-def/x=', `sent with Bearer ${REDACTED}`],
  ['Basic dXNlcjpwYXNz= was refused', `Basic ${REDACTED} was refused`],
  ['postgres://ann:p@ss:w0rd@db:5432/x?a=b', `postgres://ann:${REDACTED}@db:5432/x?a=b`],
  ['https://example.com:8080/a@b', 'https://example.com:8080/a@b'],
  ['?token=abc&user=ann', `?token=${REDACTED}&user=ann`],
  ['{"password": "a\\"b", "user": "ann"}', `{"password": ${REDACTED}, "user": "ann"}`],
  ["secret='two words' and more", `secret=${REDACTED} and more`],
  ['token=12 tokens', 'token=12 tokens'],
  ['bearer certificates and basic understanding', 'bearer certificates and basic understanding'],
  ['the risk-assessment-of-the-year', 'the risk-assessment-of-the-year'],
  ['at 12:30 = noon', 'at 12:30 = noon'],
]

test.for(TEXTS)('%s', ([text, left]) => expect(redactor.text(text)).toBe(left))

test('patterns of the caller apply everywhere in a text, also without the flag for it', () => {
  const own = redactorOf([], [/\d{4}/y])
  expect(own.text('1234 and 5678')).toBe(`${REDACTED} and ${REDACTED}`)
})

test('no text takes time by the square of its length', () => {
  const parts = [
    'a-',
    'sk-',
    'eyJ',
    'a://a',
    'bearer ',
    'password="\\',
    'cookie ',
    '-----BEGIN A ',
    'xoxa-',
    'a.',
    '"=',
  ]
  for (const part of parts) {
    const text = part.repeat(400_000 / part.length)
    const began = performance.now()
    redactor.text(text)
    // The square of the length would be many minutes; what it takes is milliseconds.
    expect(performance.now() - began, part).toBeLessThan(10_000)
  }
})
