import assert from 'node:assert/strict'
import type { StateStore } from '../contract/store.ts'
import type { LogLine, MetricSample } from '../contract/telemetry.ts'
import { casesOf } from './conformance-case.ts'
import { accepted, commitOf, heldRun, step } from './given.ts'
import { linesOf, messagesOf } from './given-telemetry.ts'

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
