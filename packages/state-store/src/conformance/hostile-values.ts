import assert from 'node:assert/strict'
import type { Commit } from '../contract/commit.ts'
import type { StateStore } from '../contract/store.ts'
import { type ConformanceCase, casesOf, type StoreHarness } from './conformance-case.ts'
import { accepted, commitOf, heldRun, readyRun, rejects, step, write } from './given.ts'
import { nested, SURVIVORS, textOf } from './survivors.ts'

/** The value as input, output and message; a run beside it must not notice. */
async function survives(store: StateStore, value: unknown): Promise<void> {
  const beside = await heldRun(store, 'neighbour')
  const run = await heldRun(store, 'anna', { input: value })
  const { runId } = run
  const [verdict, , neighbour] = await Promise.all([
    store.commit(commitOf(run, 2, [step('a', value), { kind: 'shared_set', payload: { kept: value } }])),
    store.send({ runId, kind: 'signal', name: 'yes', payload: value }),
    store.commit(commitOf(beside, 2, [step('a')])),
  ])
  accepted(verdict)
  accepted(neighbour)
  const state = await store.stateAt(run)
  const [message] = await store.inbox(runId)
  for (const kept of [state.input, state.results.a, state.shared.kept, message?.payload]) {
    assert.ok(textOf(kept) === textOf(value), `what was kept differs: ${textOf(kept).slice(0, 200)}`)
  }
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
}

const survivors: readonly ConformanceCase[] = casesOf(
  'hostile values',
  Object.fromEntries(
    Object.entries(SURVIVORS).map(([what, value]) => [
      `${what} survive`,
      async (harness: StoreHarness) => survives(await harness.open(), value),
    ]),
  ),
)

const cycle: { self?: unknown } = {}
cycle.self = cycle

const NOT_JSON: { readonly [what: string]: unknown } = {
  'a function': () => {},
  'a symbol': Symbol('x'),
  'a BigInt': 1n,
  NaN: Number.NaN,
  Infinity: Number.NEGATIVE_INFINITY,
  'a cycle': cycle,
  'a Map': new Map([[1, 2]]),
  'a Set': new Set([1]),
  'a typed array': new Uint8Array([1]),
  'a Promise': Promise.resolve(1),
  'nesting without end': nested(5_000),
}

export const hostileValueCases: readonly ConformanceCase[] = [
  ...survivors,
  ...casesOf('hostile values', {
    'what is not JSON is refused with its path, and fails nobody else': async (harness) => {
      const store = await harness.open()
      const beside = await heldRun(store, 'neighbour')
      const run = await heldRun(store)
      for (const [index, [what, value]] of Object.entries(NOT_JSON).entries()) {
        const wrong = store.commit(commitOf(run, 2, [step('a', { list: [0, { deep: value }] })]))
        const right = store.commit(commitOf(beside, index + 2, [step(`s${index}`)]))
        const error = await rejects(wrong, 'NOT_JSON')
        assert.match(error.message, /\.list\[1\]\.deep/, `${what}: ${error.message}`)
        accepted(await right)
        await rejects(store.open({ type: 'letter', input: value }), 'NOT_JSON')
      }
      await write(store, run, 2, [step('a')])
    },

    'what JSON leaves out is left out': async (harness) => {
      const store = await harness.open()
      const run = await heldRun(store, 'anna', { input: undefined })
      const when = new Date(0)
      await write(store, run, 2, [step('a', { gone: undefined, list: [undefined], when })])
      const { input, results } = await store.stateAt(run)
      assert.equal(input, null)
      assert.deepEqual(results.a, { list: [null], when: when.toJSON() })
    },

    'names that data must not have are refused as names of steps': async (harness) => {
      const store = await harness.open()
      const run = await heldRun(store)
      const names = ['__proto__', 'constructor', 'prototype', '', 'a\u0000b', '\ud800', 'x'.repeat(513)]
      for (const name of names) {
        await rejects(store.commit(commitOf(run, 2, [step(name)])), 'INVALID_ARGUMENT')
      }
      await write(store, run, 2, [step('x'.repeat(512)), step('it\'s 100% \\ "fine" 👍'), step('toString')])
      assert.equal(Object.keys((await store.stateAt(run)).results).length, 3)
    },

    'names that data must not have are dropped from what is shared': async (harness) => {
      const store = await harness.open()
      const run = await heldRun(store)
      const payload: unknown = JSON.parse('{"__proto__":{"polluted":true},"kept":1}')
      await write(store, run, 2, [{ kind: 'shared_set', payload }])
      const { shared } = await store.stateAt(run)
      assert.deepEqual(Object.keys(shared), ['kept'])
      assert.equal((shared as { polluted?: boolean }).polluted, undefined)
    },

    'keys of runs are compared as they are': async (harness) => {
      const store = await harness.open()
      const keys = ['a%', 'ab', 'A%', "a'b", 'a"b', 'a_', '👍', 'é', 'e\u0301', ' a', '\\', '%']
      const ids = await Promise.all(keys.map((key) => readyRun(store, { key })))
      assert.equal(new Set(ids).size, keys.length)
      for (const [index, key] of keys.entries()) {
        const { items } = await store.runs({ key })
        assert.deepEqual(
          items.map((run) => run.runId),
          [ids[index]],
        )
      }
      await rejects(store.open({ type: 'letter', input: 1, key: 'a\u0000' }), 'INVALID_ARGUMENT')
    },

    'arguments of wrong types are refused and fail nobody else': async (harness) => {
      const store = await harness.open()
      const beside = await heldRun(store, 'neighbour')
      const run = await heldRun(store)
      const good = commitOf(run, 2, [step('a')])
      const wrong: readonly unknown[] = [
        { ...good, fence: () => {} },
        { ...good, fence: '1' },
        { ...good, version: 1.5 },
        { ...good, version: 2n },
        { ...good, worker: Symbol('x') },
        { ...good, next: { status: 'lost' } },
        { ...good, next: { status: 'waiting', inboxSeen: 'none' } },
        { ...good, entries: [{ kind: 'unheard of' }] },
        { ...good, entries: [{ ...step('a'), hash: () => {} }] },
        { ...good, entries: [{ ...step('a'), encoded: () => {} }] },
      ]
      for (const [index, commit] of wrong.entries()) {
        const attempt = store.commit(commit as Commit)
        const right = store.commit(commitOf(beside, index + 2, [step(`s${index}`)]))
        await rejects(attempt, 'INVALID_ARGUMENT')
        accepted(await right)
      }
      const nowhere = store.run((() => {}) as unknown as string)
      assert.equal(await nowhere, undefined)
      assert.throws(() => store.confirm({ runId: run.runId, version: Number.NaN }), {
        code: 'INVALID_ARGUMENT',
      })
      accepted(await store.commit(good))
    },
  }),
]

const rot13 = (text: string): string =>
  text.replace(/[a-z]/g, (letter) => String.fromCharCode(((letter.charCodeAt(0) - 84) % 26) + 97))

export const codecCases = casesOf('codec', {
  'passes over every payload, both ways': async (harness) => {
    const seen: string[] = []
    const encode = (text: string) => {
      seen.push(text)
      return rot13(text)
    }
    const store = await harness.open({ codec: { encode, decode: rot13 } })
    await survives(store, { secret: 'attack at dawn' })
    assert.ok(seen.filter((text) => text.includes('attack at dawn')).length >= 4)
  },

  'a codec that answers no text fails its own operation alone': async (harness) => {
    const encode = (text: string) =>
      text.includes('bad') ? (Promise.resolve(text) as unknown as string) : text
    const store = await harness.open({ codec: { encode, decode: (text) => text } })
    const [one, two] = [await heldRun(store), await heldRun(store)]
    const wrong = store.commit(commitOf(one, 2, [step('a', 'bad')]))
    const right = store.commit(commitOf(two, 2, [step('a', 'good')]))
    await rejects(wrong, 'INVALID_ARGUMENT')
    accepted(await right)
  },
})
