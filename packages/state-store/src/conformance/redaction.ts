import assert from 'node:assert/strict'
import { casesOf } from './conformance-case.ts'
import { linesOf, messagesOf } from './given-telemetry.ts'

const SECRET = 'hunter2-Zq8'
// Long, so that no id and no time of a line contains it by chance.
const SECRET_NUMBER = 47_114_711_471_147

const SECRET_CONTEXTS: readonly object[] = [
  { password: SECRET },
  { deep: [{ 'X-API-Key': SECRET, user: 'ann' }] },
  { headers: new Map([['authorization', `Bearer ${SECRET}`]]) },
  { Cookie: [SECRET], refresh_token: { value: SECRET }, clientSecret: SECRET, PGPASSWORD: SECRET },
  { pin: { passphrase: SECRET_NUMBER, inner: { credentials: [SECRET] } } },
  { body: JSON.stringify({ user: 'ann', password: SECRET }) },
  { error: new Error(`connect postgres://ann:${SECRET}@db.example.com/x failed`) },
  { url: new URL(`https://ann:${SECRET}@example.com/`) },
]

const SECRET_MESSAGES: readonly string[] = [
  `GET / authorization: Bearer ${SECRET}abc`,
  `cookie: a=${SECRET}; b=${SECRET}`,
  `redis://:${SECRET}@cache:6379 refused`,
  `https://api.example.com/?user=ann&api_key=${SECRET}&x=1`,
  `{"token":"${SECRET}"}`,
  `password = '${SECRET}'`,
  `-----BEGIN RSA PRIVATE KEY-----\n${SECRET}\n-----END RSA PRIVATE KEY-----`,
  `-----BEGIN PRIVATE KEY-----\n${SECRET}`,
]

/** Secrets that their look gives away, in the middle of text. */
const TELLTALES: readonly string[] = [
  'sk-proj-abcdefghijklmnop1234',
  'sk-ant-api03-abcdefghijklmnop',
  'sk_live_abcdefghijklmnop1234',
  'AKIAIOSFODNN7EXAMPLE',
  'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
  'github_pat_11ABCDEFG0abcdefghijkl',
  'xoxb-1234567890-abcdefghij',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLXNpZw',
  'AIzaSyA-abcdefghijklmnopqrstuvwxyz012',
]

export const redactionCases = casesOf('redaction', {
  'a line for another place is what the log would keep': async (harness) => {
    const store = await harness.open()
    const { telemetry } = store
    const lines = [
      ...SECRET_CONTEXTS.map((context) => ({ message: 'x', context, runId: 'r', step: 's', agent: 'a' })),
      ...SECRET_MESSAGES.map((message) => ({ level: 'error' as const, message })),
    ]
    for (const line of lines) telemetry.log(line)
    const kept = await linesOf(store)
    assert.deepEqual(
      lines.map((line) => telemetry.redact(line)),
      kept.map(({ id: _id, at: _at, ...line }) => line),
    )
    const hostile = new Proxy(
      { message: 'x' },
      {
        get() {
          throw new Error('no')
        },
      },
    )
    assert.equal(telemetry.redact(hostile).message, '[an unreadable log line]')
  },

  'secrets are taken out by the name of their key': async (harness) => {
    const store = await harness.open()
    for (const context of SECRET_CONTEXTS) store.telemetry.log({ message: 'm', context })
    for (const tags of SECRET_CONTEXTS) store.telemetry.sample({ name: 'n', value: 1, tags })
    const lines = await linesOf(store)
    const { items } = await store.telemetry.samples()
    assert.deepEqual([lines.length, items.length], [SECRET_CONTEXTS.length, SECRET_CONTEXTS.length])
    const text = JSON.stringify([lines, items])
    assert.ok(!text.includes(SECRET) && !text.includes(`${SECRET_NUMBER}`), text)
    assert.ok(text.includes('"user":"ann"') && text.includes('db.example.com'), text)
  },

  'secrets are taken out of messages': async (harness) => {
    const store = await harness.open()
    for (const message of SECRET_MESSAGES) store.telemetry.log({ message })
    const text = (await messagesOf(store)).join('\n')
    assert.ok(!text.includes('hunter2'), text)
    assert.ok(text.includes('user=ann') && text.includes('cache:6379') && text.includes('x=1'), text)
  },

  'secrets are taken out by their look, wherever they stand': async (harness) => {
    const store = await harness.open()
    for (const secret of TELLTALES) {
      store.telemetry.log({ message: `before ${secret} after`, context: { note: [secret], [secret]: 1 } })
    }
    const lines = await linesOf(store)
    const text = JSON.stringify(lines)
    for (const secret of TELLTALES) assert.ok(!text.includes(secret.slice(4, 20)), `${secret} in ${text}`)
    assert.ok(lines.every(({ message }) => message.startsWith('before ') && message.endsWith(' after')))
  },

  'a secret across the place where text is cut is no longer one': async (harness) => {
    const store = await harness.open({ telemetry: { maxLineLength: 100 } })
    for (const length of [60, 80, 90, 95]) {
      store.telemetry.log({ message: `${'x'.repeat(length)} sk-proj-abcdefghijklmnop1234`, context: {} })
    }
    for (const message of await messagesOf(store)) assert.ok(!message.includes('sk-proj'), message)
  },

  'counts and flags are no secrets': async (harness) => {
    const store = await harness.open()
    const context = { tokens: 120, maxTokens: 4_096, hasPassword: true, secret: null, secretary: 'no' }
    store.telemetry.log({ message: 'used token=12 of tokens: 4096 for the task-force', context })
    const [line] = await linesOf(store)
    assert.deepEqual(line?.context, { ...context, secretary: '[redacted]' })
    assert.equal(line?.message, 'used token=12 of tokens: 4096 for the task-force')
  },

  'more keys and patterns may be given': async (harness) => {
    const telemetry = { secretKeys: ['iban'], secretPatterns: [/\bDE\d{20}\b/] }
    const store = await harness.open({ telemetry })
    const iban = 'DE89370400440532013000'
    store.telemetry.log({ message: `to ${iban} and ${iban}`, context: { 'i-ban': 'DE1', text: iban } })
    const [line] = await linesOf(store)
    assert.equal(line?.message, 'to [redacted] and [redacted]')
    assert.deepEqual(line?.context, { 'i-ban': '[redacted]', text: '[redacted]' })
  },
})
