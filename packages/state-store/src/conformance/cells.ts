import assert from 'node:assert/strict'
import {
  CELL_WRITE_KNOWN_MS,
  type Cell,
  type CellVerdict,
  type CellWrite,
  MAX_CELL_LENGTH,
} from '../contract/cells.ts'
import type { StateStore } from '../contract/store.ts'
import { casesOf, reopeningCasesOf } from './conformance-case.ts'
import { NOON, rejects } from './given.ts'
import { SURVIVORS, textOf } from './survivors.ts'

function written(verdict: CellVerdict): number {
  assert.ok(verdict.ok, `the write is accepted: ${JSON.stringify(verdict)}`)
  return verdict.revision
}

function missed(verdict: CellVerdict): Cell | undefined {
  assert.ok(!verdict.ok, 'the write is refused')
  return verdict.current
}

const put = async (
  store: StateStore,
  value: unknown,
  expected: number | null = null,
  more: Partial<CellWrite> = {},
): Promise<number> => written(await store.cells.write({ key: 'k', value, expected, ...more }))

/** Adds one to a counting cell, however often others are first; the read and the write are two calls. */
async function increment(store: StateStore): Promise<void> {
  for (;;) {
    const cell = await store.cells.read('count')
    const value = Number(cell?.value ?? 0) + 1
    const verdict = await store.cells.write({ key: 'count', value, expected: cell?.revision ?? null })
    if (verdict.ok) return
  }
}

export const cellCases = [
  ...casesOf('cells', {
    'a key that nobody wrote has no cell': async (harness) => {
      const store = await harness.open()
      assert.equal(await store.cells.read('k'), undefined)
    },

    'what was written is read': async (harness) => {
      const store = await harness.open()
      await store.setTestClock(NOON)
      const revision = await put(store, { state: 'open' })
      assert.ok(Number.isSafeInteger(revision) && revision > 0)
      const cell = { value: { state: 'open' }, revision, at: NOON, expiresAt: null }
      assert.deepEqual(await store.cells.read('k'), cell)
    },

    'a list has those that begin with the prefix, by key, page by page': async (harness) => {
      const store = await harness.open()
      await store.setTestClock(NOON)
      const other = await harness.open({ namespace: 'other' })
      const keys = ['a/', 'a/1', 'a/2', 'a/\u{10ffff}', 'a/é', 'A/1', 'a', 'a0', 'b/1']
      for (const key of keys) await store.cells.write({ key, value: key, expected: null })
      await store.cells.write({ key: 'a/3', value: 'gone', expected: null, ttlMs: 10 })
      await other.cells.write({ key: 'a/4', value: 'another', expected: null })
      await store.setTestClock(NOON + 10)
      const { items, next } = await store.cells.list({ prefix: 'a/' })
      assert.deepEqual(
        items.map(({ key, value }) => [key, value]),
        ['a/', 'a/1', 'a/2', 'a/é', 'a/\u{10ffff}'].map((key) => [key, key]),
      )
      assert.equal(next, null)
      const { key, ...cell } = items[1]!
      assert.deepEqual(await store.cells.read(key), cell)
      const first = await store.cells.list({ prefix: 'a/', limit: 2 })
      const second = await store.cells.list({ prefix: 'a/', limit: 3, cursor: first.next! })
      assert.deepEqual([...first.items, ...second.items], items)
      assert.deepEqual((await store.cells.list({ prefix: 'c' })).items, [])
      await rejects(store.cells.list({ prefix: '' }), 'INVALID_ARGUMENT')
      await rejects(store.cells.list({ prefix: 'a', limit: 201 }), 'INVALID_ARGUMENT')
      await rejects(store.cells.list({ prefix: 'a', cursor: 'agent:x' }), 'INVALID_ARGUMENT')
    },

    'a write needs the current revision': async (harness) => {
      const store = await harness.open()
      const first = await put(store, 1)
      const second = await put(store, 2, first)
      const cell = await store.cells.read('k')
      for (const expected of [null, first, second + 1]) {
        assert.deepEqual(missed(await store.cells.write({ key: 'k', value: 3, expected })), cell)
      }
      assert.deepEqual([cell?.value, (await store.cells.read('k'))?.value], [2, 2])
      assert.equal(missed(await store.cells.write({ key: 'other', value: 1, expected: second })), undefined)
      assert.equal(await store.cells.read('other'), undefined)
    },

    'revisions never go back, also after a removal and an expiry': async (harness) => {
      const store = await harness.open()
      await store.setTestClock(NOON)
      const seen = [await put(store, 1)]
      seen.push(await put(store, 2, seen[0]!))
      written(await store.cells.remove({ key: 'k', expected: seen[1]! }))
      assert.equal(await store.cells.read('k'), undefined)
      seen.push(await put(store, 3, null, { ttlMs: 100 }))
      await store.setTestClock(NOON + 100)
      seen.push(await put(store, 4))
      assert.deepEqual(
        seen,
        [...new Set(seen)].sort((a, b) => a - b),
      )
    },

    'of many writers at once exactly one is accepted': async (harness) => {
      const store = await harness.open()
      let expected: number | null = null
      for (let round = 0; round < 3; round++) {
        const verdicts: CellVerdict[] = await Promise.all(
          Array.from({ length: 20 }, (_, value) => store.cells.write({ key: 'k', value, expected })),
        )
        assert.equal(verdicts.filter((verdict) => verdict.ok).length, 1)
        expected = (await store.cells.read('k'))!.revision
        assert.equal(written(verdicts.find((verdict) => verdict.ok)!), expected)
      }
    },

    'many that read and write again lose no update': async (harness) => {
      const store = await harness.open()
      await Promise.all(
        Array.from({ length: 6 }, async () => {
          for (let times = 0; times < 5; times++) await increment(store)
        }),
      )
      assert.equal((await store.cells.read('count'))?.value, 30)
    },

    'the same write again is the first verdict, whatever was written since': async (harness) => {
      const store = await harness.open()
      const again = { key: 'k', value: 'first', expected: null, id: 'w1' }
      const first = written(await store.cells.write(again))
      assert.equal(written(await store.cells.write(again)), first)
      const second = await put(store, 'second', first)
      assert.equal(written(await store.cells.write(again)), first)
      assert.deepEqual((await store.cells.read('k'))?.value, 'second')
      written(await store.cells.remove({ key: 'k', expected: second }))
      assert.equal(written(await store.cells.write(again)), first)
      assert.equal(await store.cells.read('k'), undefined)
    },

    'the same removal again is the first verdict, whatever was written since': async (harness) => {
      const store = await harness.open()
      const removal = { key: 'k', expected: await put(store, 1), id: 'r1' }
      assert.equal(written(await store.cells.remove(removal)), removal.expected)
      await put(store, 2)
      assert.equal(written(await store.cells.remove(removal)), removal.expected)
      assert.equal((await store.cells.read('k'))?.value, 2)
    },

    'a removal needs the current revision, and something to remove': async (harness) => {
      const store = await harness.open()
      assert.equal(missed(await store.cells.remove({ key: 'k', expected: 1 })), undefined)
      const first = await put(store, 1)
      await put(store, 2, first)
      assert.equal(missed(await store.cells.remove({ key: 'k', expected: first }))?.value, 2)
    },

    'a write that was refused is judged anew': async (harness) => {
      const store = await harness.open()
      const revision = await put(store, 1)
      const late = { key: 'k', value: 2, expected: null, id: 'w1' }
      missed(await store.cells.write(late))
      written(await store.cells.remove({ key: 'k', expected: revision }))
      written(await store.cells.write(late))
      assert.equal((await store.cells.read('k'))?.value, 2)
    },

    'an id is that of one key': async (harness) => {
      const store = await harness.open()
      for (const key of ['a', 'b'])
        written(await store.cells.write({ key, value: key, expected: null, id: 'w' }))
      assert.equal((await store.cells.read('b'))?.value, 'b')
    },

    'an id is known for ten minutes': async (harness) => {
      const store = await harness.open()
      await store.setTestClock(NOON)
      const again = { key: 'k', value: 1, expected: null, id: 'w1' }
      const first = written(await store.cells.write(again))
      await store.setTestClock(NOON + CELL_WRITE_KNOWN_MS - 1)
      assert.equal(written(await store.cells.write(again)), first)
      await store.setTestClock(NOON + CELL_WRITE_KNOWN_MS)
      assert.equal(missed(await store.cells.write(again))?.revision, first)
    },

    'a cell vanishes when its time is over, and not before': async (harness) => {
      const store = await harness.open()
      await store.setTestClock(NOON)
      const first = await put(store, 1, null, { ttlMs: 1_000 })
      await store.setTestClock(NOON + 999)
      assert.deepEqual(await store.cells.read('k'), {
        value: 1,
        revision: first,
        at: NOON,
        expiresAt: NOON + 1_000,
      })
      missed(await store.cells.write({ key: 'k', value: 2, expected: null }))
      await store.setTestClock(NOON + 1_000)
      assert.equal(await store.cells.read('k'), undefined)
      assert.equal(missed(await store.cells.write({ key: 'k', value: 2, expected: first })), undefined)
      assert.equal(missed(await store.cells.remove({ key: 'k', expected: first })), undefined)
      await put(store, 2)
    },

    'a later write sets the time anew': async (harness) => {
      const store = await harness.open()
      await store.setTestClock(NOON)
      const first = await put(store, 1, null, { ttlMs: 1_000 })
      const second = await put(store, 2, first, { ttlMs: 5_000 })
      await put(store, 3, second)
      await store.setTestClock(NOON + 10_000)
      assert.deepEqual(
        [(await store.cells.read('k'))?.value, (await store.cells.read('k'))?.expiresAt],
        [3, null],
      )
    },

    'many keys come and go beside one that stays': async (harness) => {
      const store = await harness.open()
      await store.setTestClock(NOON)
      await put(store, 'stays')
      for (let round = 1; round <= 3; round++) {
        await Promise.all(
          Array.from({ length: 30 }, (_, index) =>
            store.cells
              .write({ key: `gone ${round} ${index}`, value: 1, expected: null, ttlMs: 10 })
              .then(written),
          ),
        )
        await store.setTestClock(NOON + round * CELL_WRITE_KNOWN_MS)
      }
      assert.equal(await store.cells.read('gone 1 0'), undefined)
      assert.equal((await store.cells.read('k'))?.value, 'stays')
    },

    'hostile values survive': async (harness) => {
      const store = await harness.open()
      for (const [key, value] of Object.entries(SURVIVORS)) {
        if (textOf(value).length > MAX_CELL_LENGTH) continue
        written(await store.cells.write({ key, value, expected: null }))
        const kept = (await store.cells.read(key))?.value
        assert.ok(textOf(kept) === textOf(value), `${key}: ${textOf(kept).slice(0, 200)}`)
      }
    },

    'keys are compared as they are': async (harness) => {
      const store = await harness.open()
      const keys = [
        'a%',
        'ab',
        'A%',
        "a'b",
        'a"b',
        'a_',
        '👍',
        'é',
        'e\u0301',
        ' a',
        '\\',
        '%',
        'x'.repeat(512),
      ]
      for (const key of keys) written(await store.cells.write({ key, value: key, expected: null }))
      for (const key of keys) assert.equal((await store.cells.read(key))?.value, key)
    },

    'what makes no sense is refused, and fails nobody else': async (harness) => {
      const store = await harness.open()
      const good = { key: 'k', value: 1, expected: null }
      const wrong: readonly (readonly [unknown, Parameters<typeof rejects>[1]])[] = [
        [{ ...good, key: '' }, 'INVALID_ARGUMENT'],
        [{ ...good, key: 'a\u0000' }, 'INVALID_ARGUMENT'],
        [{ ...good, key: '__proto__' }, 'INVALID_ARGUMENT'],
        [{ ...good, expected: 0.5 }, 'INVALID_ARGUMENT'],
        [{ ...good, expected: undefined }, 'INVALID_ARGUMENT'],
        [{ ...good, ttlMs: 0 }, 'INVALID_ARGUMENT'],
        [{ ...good, id: '' }, 'INVALID_ARGUMENT'],
        [{ ...good, value: { deep: [() => {}] } }, 'NOT_JSON'],
      ]
      for (const [index, [write, code]] of wrong.entries()) {
        const attempt = store.cells.write(write as CellWrite)
        const right = store.cells.write({ key: `beside ${index}`, value: 1, expected: null })
        await rejects(attempt, code)
        written(await right)
      }
      await rejects(store.cells.read(1 as unknown as string), 'INVALID_ARGUMENT')
      await rejects(store.cells.remove({ key: 'k', expected: null as unknown as number }), 'INVALID_ARGUMENT')
    },

    'a value that is too large is refused': async (harness) => {
      const store = await harness.open()
      const write = (length: number) =>
        store.cells.write({ key: 'k', value: 'x'.repeat(length), expected: null })
      await rejects(write(MAX_CELL_LENGTH - 1), 'ENTRY_TOO_LARGE')
      written(await write(MAX_CELL_LENGTH - 2))
    },

    'a codec passes over the value': async (harness) => {
      const seen: string[] = []
      const encode = (text: string) => {
        seen.push(text)
        return [...text].toReversed().join('')
      }
      const store = await harness.open({
        codec: { encode, decode: (text) => [...text].toReversed().join('') },
      })
      const revision = await put(store, 'attack at dawn')
      assert.deepEqual(seen, ['"attack at dawn"'])
      assert.equal((await store.cells.read('k'))?.value, 'attack at dawn')
      const current = missed(await store.cells.write({ key: 'k', value: 1, expected: revision + 1 }))
      assert.equal(current?.value, 'attack at dawn')
    },
  }),

  ...reopeningCasesOf('cells', {
    'are there when the data is opened again': async (harness) => {
      const first = await harness.open()
      const write = { key: 'k', value: [1], expected: null, id: 'w1' }
      const revision = written(await first.cells.write(write))
      await first.close()
      const second = await harness.open()
      assert.deepEqual((await second.cells.read('k'))?.value, [1])
      assert.equal(written(await second.cells.write(write)), revision)
    },

    'of writers through several handles exactly one is accepted': async (harness) => {
      const stores = [await harness.open(), await harness.open(), await harness.open()]
      for (let round = 0; round < 5; round++) {
        const key = `k${round}`
        const verdicts = await Promise.all(
          stores.flatMap((store, value) => [
            store.cells.write({ key, value, expected: null }),
            store.cells.write({ key, value, expected: null }),
          ]),
        )
        assert.equal(verdicts.filter((verdict) => verdict.ok).length, 1)
      }
    },

    'of one tenant are not those of another': async (harness) => {
      const [one, two] = [await harness.open({ namespace: 'one' }), await harness.open({ namespace: 'two' })]
      const revision = await put(one, 1, null, { id: 'w' })
      assert.equal(await two.cells.read('k'), undefined)
      missed(await two.cells.remove({ key: 'k', expected: revision }))
      await put(two, 2, null, { id: 'w' })
      assert.deepEqual([(await one.cells.read('k'))?.value, (await two.cells.read('k'))?.value], [1, 2])
    },
  }),
]
