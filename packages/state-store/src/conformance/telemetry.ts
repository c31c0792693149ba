import assert from 'node:assert/strict'
import type { StateStore } from '../contract/store.ts'
import type { LogLine, LogRecord, MetricSample } from '../contract/telemetry.ts'
import { casesOf, reopeningCasesOf } from './conformance-case.ts'
import { accepted, commitOf, heldRun, NOBODY, NOON, rejects, step, write } from './given.ts'

/** The lines of a store, oldest first, once all have left. */
async function linesOf(store: StateStore): Promise<readonly LogRecord[]> {
  await store.telemetry.flush()
  return (await store.telemetry.logs({ order: 'oldest', limit: 1_000 })).items
}

const messagesOf = async (store: StateStore): Promise<readonly string[]> =>
  (await linesOf(store)).map(({ message }) => message)

/** A frozen clock is no reason for a line to have no age: it waited some milliseconds. */
function isAbout(at: number | undefined, expected: number): void {
  assert.ok(at !== undefined && at <= expected && at > expected - 30_000, `${at} is about ${expected}`)
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 15_000
  while (!(await holds())) {
    assert.ok(Date.now() < end, what)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export const telemetryCases = casesOf('telemetry', {
  'a line is kept with everything that is known of it': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const about = { runId: NOBODY, step: 'draft', agent: 'writer' }
    store.telemetry.log({
      level: 'warn',
      message: 'slow',
      context: { ms: 1.5, list: [null, true] },
      ...about,
    })
    store.telemetry.log({ message: 'and that was it' })
    const [first, second, ...others] = await linesOf(store)
    const { id, at, ...line } = first!
    assert.deepEqual(line, {
      level: 'warn',
      message: 'slow',
      context: { ms: 1.5, list: [null, true] },
      ...about,
    })
    assert.match(id, /^[0-9a-f-]{36}$/)
    isAbout(at, NOON)
    const { id: _, at: __, ...plain } = second!
    const nothing = { context: null, runId: null, step: null, agent: null }
    assert.deepEqual(plain, { level: 'info', message: 'and that was it', ...nothing })
    assert.deepEqual(others, [])
  },

  'a sample is kept, whatever its size': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const values = [0, -1.5, 1e308, 5e-324, 0.1 + 0.2, Number.MAX_SAFE_INTEGER]
    for (const value of values) store.telemetry.sample({ name: 'tokens', value, tags: { model: 'x' } })
    store.telemetry.sample({ name: 'other', value: -0, agent: 'writer' })
    await store.telemetry.flush()
    const { items } = await store.telemetry.samples({ name: 'tokens', order: 'oldest' })
    assert.deepEqual(
      items.map(({ value }) => value),
      values,
    )
    const { id: _, at, ...sample } = items[0]!
    isAbout(at, NOON)
    const about = { runId: null, step: null, agent: null }
    assert.deepEqual(sample, { name: 'tokens', value: 0, tags: { model: 'x' }, ...about })
    const [other] = (await store.telemetry.samples({ agent: 'writer' })).items
    assert.ok(other !== undefined && Object.is(other.value, 0) && other.tags === null)
  },

  "times are the store's, less how long ago it was": async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    store.telemetry.log({ message: 'long ago', agoMs: 3_600_000 })
    store.telemetry.sample({ name: 'n', value: 1, agoMs: 7_200_000 })
    for (const agoMs of [-1, Number.NaN]) store.telemetry.log({ message: 'odd', agoMs })
    const lines = await linesOf(store)
    isAbout(lines[0]?.at, NOON - 3_600_000)
    assert.deepEqual(
      lines.map(({ message }) => message),
      ['long ago', 'odd', 'odd'],
    )
    isAbout(lines[2]?.at, NOON)
    isAbout((await store.telemetry.samples()).items[0]?.at, NOON - 7_200_000)
  },

  'a line travels with the next commit': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store)
    store.telemetry.log({ message: 'beside', runId: run.runId })
    await write(store, run, 2, [step('a')])
    assert.equal((await store.telemetry.logs({ runId: run.runId })).items[0]?.message, 'beside')
  },

  'a line arrives soon, also when nothing else is written': async (harness) => {
    const store = await harness.open()
    store.telemetry.log({ message: 'alone' })
    await until(async () => (await store.telemetry.logs()).items.length === 1, 'the line never arrived')
  },

  'lines beside a hundred commits fail none of them': async (harness) => {
    const store = await harness.open()
    const runs = await Promise.all(Array.from({ length: 100 }, () => heldRun(store)))
    const verdicts = runs.map((run, index) => {
      store.telemetry.log({ message: `${index}`, context: { index, run } })
      store.telemetry.sample({ name: 'n', value: index })
      return store.commit(commitOf(run, 2, [step('a', index)]))
    })
    for (const verdict of await Promise.all(verdicts)) accepted(verdict)
    assert.deepEqual(
      await messagesOf(store),
      runs.map((_, index) => `${index}`),
    )
  },

  'lines are listed by level, run, step, agent and time': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const levels = ['debug', 'info', 'warn', 'error'] as const
    for (const [index, level] of levels.entries()) {
      const agent = index < 2 ? 'writer' : 'editor'
      const runId = `0197A000-0000-7000-8000-00000000000${index}`
      store.telemetry.log({ level, message: level, agent, runId, step: `s${index}`, agoMs: index * 60_000 })
    }
    await store.telemetry.flush()
    const found = async (filter: Parameters<StateStore['telemetry']['logs']>[0]) =>
      (await store.telemetry.logs(filter)).items.map(({ message }) => message)
    assert.deepEqual(await found({}), levels)
    assert.deepEqual(await found({ order: 'oldest' }), levels.toReversed())
    assert.deepEqual(await found({ level: 'warn' }), ['warn', 'error'])
    assert.deepEqual(await found({ agent: 'editor' }), ['warn', 'error'])
    assert.deepEqual(await found({ step: 's1' }), ['info'])
    assert.deepEqual(await found({ runId: '0197a000-0000-7000-8000-000000000003' }), ['error'])
    assert.deepEqual(await found({ since: NOON - 90_000.5 }), ['debug', 'info'])
    assert.deepEqual(await found({ until: NOON - 90_000.5 }), ['warn', 'error'])
    assert.deepEqual(await found({ since: -1e300, until: 1e300, agent: 'writer', level: 'info' }), ['info'])
    await rejects(found({ level: 'loud' as 'warn' }), 'INVALID_ARGUMENT')
    await rejects(found({ limit: 1_001 }), 'INVALID_ARGUMENT')
  },

  'lines of one moment are read page by page, each once, in their order': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    // So long ago that all of them are at the time's beginning.
    for (let index = 0; index < 25; index++) {
      store.telemetry.log({ message: `${index}`, agoMs: 60 * 365 * 86_400_000 })
      store.telemetry.sample({ name: 'n', value: index, agoMs: 60 * 365 * 86_400_000 })
    }
    await store.telemetry.flush()
    const places = Array.from({ length: 25 }, (_, index) => index)
    for (const order of ['oldest', 'newest'] as const) {
      const seen: [string[], number[]] = [[], []]
      let cursor: string | null = null
      do {
        const page = { order, limit: 7, ...(cursor === null ? {} : { cursor }) }
        const { items, next } = await store.telemetry.logs(page)
        assert.ok(items.every(({ at }) => at === 0))
        seen[0].push(...items.map(({ message }) => message))
        cursor = next
      } while (cursor !== null)
      do {
        const page = { order, limit: 5, name: 'n', ...(cursor === null ? {} : { cursor }) }
        const { items, next } = await store.telemetry.samples(page)
        seen[1].push(...items.map(({ value }) => value))
        cursor = next
      } while (cursor !== null)
      const expected = order === 'oldest' ? places : places.toReversed()
      assert.deepEqual(seen, [expected.map(String), expected])
    }
  },

  'a page of long lines is whole, however many bytes it has': async (harness) => {
    const store = await harness.open()
    const context = { text: 'ä'.repeat(7_000) }
    for (let index = 0; index < 200; index++) store.telemetry.log({ message: `${index}`, context })
    await store.telemetry.flush()
    const { items, next } = await store.telemetry.logs({ limit: 1_000, order: 'oldest' })
    assert.deepEqual(
      items.map(({ message }) => message),
      Array.from({ length: 200 }, (_, index) => `${index}`),
    )
    assert.equal(next, null)
  },

  'a cursor of another list is refused': async (harness) => {
    const store = await harness.open()
    const wrong = ['', 'log:1', 'sample:1:x', `sample:1:${NOBODY}`, 'run:1']
    for (const cursor of wrong) await rejects(store.telemetry.logs({ cursor }), 'INVALID_ARGUMENT')
    await rejects(store.telemetry.samples({ cursor: `log:1:${NOBODY}` }), 'INVALID_ARGUMENT')
  },

  'what comes too fast is dropped, counted, and told where it is missing': async (harness) => {
    const store = await harness.open({ telemetry: { maxWaiting: 10 } })
    for (let index = 0; index < 50; index++) store.telemetry.log({ message: `${index}` })
    for (let index = 0; index < 5; index++) store.telemetry.sample({ name: 'n', value: index })
    assert.deepEqual(store.telemetry.dropped(), { logs: 40, samples: 5 })
    const lines = await linesOf(store)
    assert.deepEqual(
      lines.slice(0, 10).map(({ message }) => message),
      Array.from({ length: 10 }, (_, index) => `${index}`),
    )
    const told = lines.slice(10)
    assert.ok(told.length > 0 && told.every(({ level }) => level === 'warn'))
    const counts = told.map(
      ({ context }) => (context as { dropped: { logs: number; samples: number } }).dropped,
    )
    assert.deepEqual(
      [
        counts.reduce((all, { logs }) => all + logs, 0),
        counts.reduce((all, { samples }) => all + samples, 0),
      ],
      [40, 5],
    )
    store.telemetry.log({ message: 'there is room again' })
    assert.equal((await messagesOf(store)).at(-1), 'there is room again')
    assert.deepEqual(store.telemetry.dropped(), { logs: 40, samples: 5 })
  },

  'what takes too much memory is dropped': async (harness) => {
    const store = await harness.open({ telemetry: { maxWaitingBytes: 50_000 } })
    for (let index = 0; index < 20; index++) store.telemetry.log({ message: 'x'.repeat(5_000) })
    const { logs } = store.telemetry.dropped()
    assert.ok(logs > 10 && logs < 20, `${logs} of 20 were dropped`)
    await store.telemetry.flush()
    for (let index = 0; index < 3; index++) store.telemetry.log({ message: 'y'.repeat(5_000) })
    assert.equal(store.telemetry.dropped().logs, logs)
  },

  'what is no number is no sample, and counted': async (harness) => {
    const store = await harness.open()
    const wrong: readonly unknown[] = [Number.NaN, Number.POSITIVE_INFINITY, '1', 1n, null, undefined]
    for (const value of wrong) store.telemetry.sample({ name: 'n', value } as MetricSample)
    store.telemetry.sample({ name: '', value: 1 })
    store.telemetry.sample(null as unknown as MetricSample)
    await store.telemetry.flush()
    assert.deepEqual((await store.telemetry.samples()).items, [])
    assert.deepEqual(store.telemetry.dropped(), { logs: 0, samples: wrong.length + 2 })
  },

  'lines of tenants do not meet': async (harness) => {
    const [one, two] = [await harness.open({ namespace: 'one' }), await harness.open({ namespace: 'two' })]
    for (const store of [one, two]) store.telemetry.log({ message: store.namespace })
    one.telemetry.sample({ name: 'n', value: 1 })
    assert.deepEqual(await messagesOf(one), ['one'])
    await one.telemetry.flush()
    assert.deepEqual((await two.telemetry.samples()).items, [])
  },

  'a store that is closed takes no lines and shows none': async (harness) => {
    const store = await harness.open()
    await store.close()
    store.telemetry.log({ message: 'too late' })
    store.telemetry.sample({ name: 'n', value: 1 })
    assert.deepEqual(store.telemetry.dropped(), { logs: 1, samples: 1 })
    await store.telemetry.flush()
    await rejects(store.telemetry.logs(), 'STORE_CLOSED')
    await rejects(store.telemetry.samples(), 'STORE_CLOSED')
  },

  'options that make no sense are refused': async (harness) => {
    const wrong = [{ keepLogsMs: -1 }, { keepSamplesMs: Number.NaN }, { maxWaiting: 0 }, { maxLineLength: 1 }]
    for (const telemetry of wrong) await rejects(harness.open({ telemetry }), 'INVALID_ARGUMENT')
    await rejects(harness.open({ telemetry: { secretKeys: ['--'] } }), 'INVALID_ARGUMENT')
    const secretPatterns = ['x'] as unknown as RegExp[]
    await rejects(harness.open({ telemetry: { secretPatterns } }), 'INVALID_ARGUMENT')
  },
})

const HOUR = 3_600_000

export const rotationCases = casesOf('rotation', {
  'what is older than it need be goes, the rest stays': async (harness) => {
    const store = await harness.open({ telemetry: { keepLogsMs: HOUR, keepSamplesMs: 2 * HOUR } })
    // More than go at once.
    for (let index = 0; index < 1_200; index++) store.telemetry.log({ message: 'old', agoMs: HOUR + 60_000 })
    for (let index = 0; index < 3; index++)
      store.telemetry.sample({ name: 'n', value: index, agoMs: index * 1.5 * HOUR })
    store.telemetry.log({ message: 'new', agoMs: HOUR / 2 })
    await store.telemetry.flush()
    const left = async () => (await store.telemetry.logs()).items.map(({ message }) => message)
    await until(async () => (await left()).join() === 'new', 'old lines were never deleted')
    await until(
      async () => (await store.telemetry.samples()).items.length === 2,
      'old samples were never deleted',
    )
  },

  'what is kept for ever stays': async (harness) => {
    const store = await harness.open({ telemetry: { keepLogsMs: null, keepSamplesMs: HOUR } })
    store.telemetry.log({ message: 'old', agoMs: 1_000 * HOUR })
    store.telemetry.sample({ name: 'n', value: 1, agoMs: 1_000 * HOUR })
    await store.telemetry.flush()
    await until(
      async () => (await store.telemetry.samples()).items.length === 0,
      'the sample was never deleted',
    )
    assert.deepEqual(await messagesOf(store), ['old'])
  },

  'a tenant deletes his own alone': async (harness) => {
    const one = await harness.open({ namespace: 'one', telemetry: { keepLogsMs: null } })
    const two = await harness.open({ namespace: 'two', telemetry: { keepLogsMs: HOUR } })
    for (const store of [one, two]) store.telemetry.log({ message: 'old', agoMs: 2 * HOUR })
    await Promise.all([one.telemetry.flush(), two.telemetry.flush()])
    await until(async () => (await two.telemetry.logs()).items.length === 0, 'the line was never deleted')
    assert.deepEqual(await messagesOf(one), ['old'])
  },
})

export const telemetryHandleCases = reopeningCasesOf('telemetry', {
  'what was logged before the close is there': async (harness) => {
    const first = await harness.open()
    for (let index = 0; index < 700; index++) first.telemetry.log({ message: `${index}` })
    first.telemetry.sample({ name: 'n', value: 7 })
    await first.close()
    const second = await harness.open()
    assert.equal((await linesOf(second)).length, 700)
    assert.equal((await second.telemetry.samples()).items[0]?.value, 7)
    assert.deepEqual(first.telemetry.dropped(), { logs: 0, samples: 0 })
  },

  'one handle sees the lines of another, and either deletes the old ones': async (harness) => {
    const one = await harness.open({ telemetry: { keepLogsMs: null } })
    one.telemetry.log({ message: 'old', agoMs: 2 * HOUR })
    one.telemetry.log({ message: 'new' })
    await one.telemetry.flush()
    const two = await harness.open({ telemetry: { keepLogsMs: HOUR } })
    assert.deepEqual(await messagesOf(two), ['old', 'new'])
    two.telemetry.log({ message: 'newer' })
    const left = async () => (await messagesOf(one)).join()
    await until(async () => (await left()) === 'new,newer', 'the old line was never deleted')
  },
})

/** Whatever is logged: a line and a commit beside it must come through. */
async function logsBeside(store: StateStore, line: unknown): Promise<void> {
  const run = await heldRun(store)
  store.telemetry.log(line as LogLine)
  store.telemetry.sample({ ...(line as object), name: 'n', value: 1 } as MetricSample)
  accepted(await store.commit(commitOf(run, 2, [step('a')])))
}

const cycle: { self?: unknown; list: unknown[] } = { list: [] }
cycle.self = cycle
cycle.list.push(cycle)

const deep = (levels: number): unknown => (levels === 0 ? 'core' : { in: deep(levels - 1) })

const thrower = {
  get danger(): never {
    throw new Error('do not touch')
  },
  safe: 1,
}

const HOSTILE: { readonly [what: string]: () => unknown } = {
  'a cycle': () => cycle,
  'a BigInt': () => ({ small: 7n, huge: 10n ** 1_000n }),
  'functions and symbols': () => ({ f: () => 1, s: Symbol('x'), [Symbol('key')]: 1 }),
  'numbers that are none': () => ({ nan: Number.NaN, infinite: Number.NEGATIVE_INFINITY }),
  'five thousand levels': () => deep(5_000),
  'a million items': () => ({ list: Array.from({ length: 1_000_000 }, () => 'x') }),
  'fifty thousand keys': () =>
    Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`k${index}`, index])),
  'ten mebibytes of text': () => ({ text: 'ä'.repeat(10 * 1024 * 1024) }),
  'escapes without end': () => ({ text: '\u0001"\\'.repeat(100_000) }),
  'a getter that throws': () => thrower,
  'a proxy that throws': () =>
    new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('no')
        },
      },
    ),
  'a revoked proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  },
  'a toJSON that throws': () => ({
    toJSON() {
      throw new Error('no')
    },
  }),
  'a toJSON that answers itself': () => {
    const own = { toJSON: () => own }
    return own
  },
  'an iterator without end': () => {
    const endless = new Set([1])
    endless[Symbol.iterator] = function* () {
      for (;;) yield 1
    } as unknown as (typeof endless)[typeof Symbol.iterator]
    return { endless }
  },
  'reserved keys': () =>
    JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":1},"kept":1}') as unknown,
  'U+0000 and half surrogate pairs': () => ({ 'a\u0000b': 'c\u0000d', '\ud800': 'x\udc00y' }),
  'errors with causes': () => ({
    error: new Error('outer', { cause: new AggregateError([new Error('in')], 'inner') }),
  }),
  'dates, maps, sets and bytes': () => ({
    at: new Date(0),
    never: new Date(Number.NaN),
    map: new Map<unknown, unknown>([
      ['a', 1],
      [{}, 2],
    ]),
    set: new Set([1]),
    bytes: new Uint8Array(3),
    promise: Promise.resolve(1),
  }),
  'no object at all': () => 'just text',
}

const LINES: { readonly [what: string]: unknown } = {
  nothing: undefined,
  null: null,
  'no message': {},
  'a message that is no text': { message: { a: 1 } },
  'a message that throws': { message: { toString: () => thrower.danger } },
  'a symbol as message': { message: Symbol('x') },
  'names of wrong types': { message: 'm', runId: 7, step: {}, agent: Symbol('x'), agoMs: 1n, level: 'loud' },
  'names that SQL cannot keep': {
    message: '\u0000\ud800',
    runId: 'a\u0000',
    step: '\udc00',
    agent: 'x'.repeat(10_000),
  },
  'very long names': { message: 'm', runId: '漢'.repeat(600), step: '漢'.repeat(600) },
}

export const hostileTelemetryCases = casesOf('hostile telemetry', {
  ...Object.fromEntries(
    Object.entries(HOSTILE).map(([what, make]) => [
      `${what} as context becomes harmless`,
      async (harness) => {
        const store = await harness.open()
        await logsBeside(store, { message: 'm', context: make(), tags: make() })
        const [line] = await linesOf(store)
        assert.ok(line !== undefined && line.message === 'm' && line.context !== null)
        assert.ok(JSON.stringify(line.context).length < 20_000)
        assert.equal((await store.telemetry.samples()).items.length, 1)
        assert.deepEqual(store.telemetry.dropped(), { logs: 0, samples: 0 })
        assert.equal(({} as { polluted?: number }).polluted, undefined)
      },
    ]),
  ),

  'whatever a line is, nothing is thrown and nobody fails': async (harness) => {
    const store = await harness.open()
    for (const line of Object.values(LINES)) await logsBeside(store, line)
    store.telemetry.log({ message: 'still there' })
    const messages = (await messagesOf(store)).filter((message) => !message.includes('dropped here'))
    assert.equal(messages.at(-1), 'still there')
    assert.equal(messages.length + store.telemetry.dropped().logs, Object.keys(LINES).length + 1)
  },

  'text is cut, and what remains is readable': async (harness) => {
    const store = await harness.open({ telemetry: { maxLineLength: 100 } })
    store.telemetry.log({ message: '👍'.repeat(200), context: { a: 'x'.repeat(1_000), b: 1 } })
    const [line] = await linesOf(store)
    assert.ok(line!.message.length <= 100 && line!.message.endsWith('👍…') && line!.message.isWellFormed())
    assert.ok(JSON.stringify(line!.context).length < 600)
  },
})

const SECRET = 'hunter2-Zq8'

const SECRET_CONTEXTS: readonly object[] = [
  { password: SECRET },
  { deep: [{ 'X-API-Key': SECRET, user: 'ann' }] },
  { headers: new Map([['authorization', `Bearer ${SECRET}`]]) },
  { Cookie: [SECRET], refresh_token: { value: SECRET }, clientSecret: SECRET, PGPASSWORD: SECRET },
  { pin: { passphrase: 4711, inner: { credentials: [SECRET] } } },
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
  'secrets are taken out by the name of their key': async (harness) => {
    const store = await harness.open()
    for (const context of SECRET_CONTEXTS) store.telemetry.log({ message: 'm', context })
    for (const tags of SECRET_CONTEXTS) store.telemetry.sample({ name: 'n', value: 1, tags })
    const lines = await linesOf(store)
    const { items } = await store.telemetry.samples()
    assert.deepEqual([lines.length, items.length], [SECRET_CONTEXTS.length, SECRET_CONTEXTS.length])
    const text = JSON.stringify([lines, items])
    assert.ok(!text.includes(SECRET) && !text.includes('4711'), text)
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
