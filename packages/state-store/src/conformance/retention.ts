import assert from 'node:assert/strict'
import type { Retention } from '../contract/retention.ts'
import type { NewRun } from '../contract/run.ts'
import type { StateStore } from '../contract/store.ts'
import { casesOf, reopeningCasesOf } from './conformance-case.ts'
import {
  accepted,
  claimOne,
  commitOf,
  finish,
  heldRun,
  NOBODY,
  NOON,
  readyRun,
  rejects,
  step,
  waiting,
  write,
} from './given.ts'

const NOTHING = { runs: 0, entries: 0, messages: 0 }

/** A run of three entries that ended and whose messages left. */
async function endedRun(
  store: StateStore,
  status: 'completed' | 'failed' = 'completed',
  run: Partial<NewRun> = {},
): Promise<string> {
  const held = await heldRun(store, 'anna', run)
  await write(store, held, 2, [step('a')])
  await finish(store, held, 3, status)
  store.confirm({ runId: held.runId, version: 3 })
  return held.runId
}

const endedRuns = async (store: StateStore, count: number): Promise<readonly string[]> => {
  const made: string[] = []
  for (let number = 0; number < count; number++) made.push(await endedRun(store))
  return made
}

/** At noon, what ended before is a moment old; what was confirmed has arrived. */
const later = (store: StateStore, ms = 1_000): Promise<void> => store.setTestClock(NOON + ms)

const left = async (store: StateStore): Promise<readonly string[]> =>
  (await store.runs({ order: 'oldest', limit: 1_000 })).items.map((run) => run.runId)

async function atNoon(harness: { open(): Promise<StateStore> }): Promise<StateStore> {
  const store = await harness.open()
  await store.setTestClock(NOON)
  return store
}

export const pruneCases = [
  ...casesOf('prune', {
    'takes a finished run with its journal and its messages': async (harness) => {
      const store = await atNoon(harness)
      const held = await heldRun(store, 'anna', { key: 'k' })
      const { runId } = held
      await store.send({ runId, kind: 'signal', name: 'yes' })
      await store.send({ runId, kind: 'signal', name: 'no' })
      await finish(store, held, 2)
      store.confirm({ runId, version: 2 })
      await later(store)
      assert.deepEqual(await store.prune({ olderThan: 0 }), { runs: 1, entries: 2, messages: 2 })
      assert.equal(await store.run(runId), undefined)
      const gone = [store.journal({ runId }), store.inbox(runId), store.fork({ runId })]
      await Promise.all(gone.map((call) => rejects(call, 'RUN_NOT_FOUND')))
      const again = await store.open({ type: 'letter', input: 1, key: 'k', onKey: 'error', runId })
      assert.deepEqual([again.created, again.version], [true, 1])
    },

    'a second call takes nothing more': async (harness) => {
      const store = await atNoon(harness)
      await endedRuns(store, 3)
      await later(store)
      assert.deepEqual(await store.prune({ olderThan: 0 }), { runs: 3, entries: 9, messages: 0 })
      assert.deepEqual(await store.prune({ olderThan: 0 }), NOTHING)
    },

    'leaves what goes on, whatever its state': async (harness) => {
      const store = await atNoon(harness)
      const queued = await readyRun(store)
      const held = await heldRun(store)
      const patient = await heldRun(store)
      await write(store, patient, 2, [], waiting())
      const back = await endedRun(store)
      await store.rollback({ runId: back, version: 1 })
      const failed = await endedRun(store, 'failed')
      await store.resume({ runId: failed })
      for (const runId of [queued, held.runId, patient.runId]) store.confirm({ runId, version: 1 })
      await later(store)
      assert.deepEqual(await store.prune({ olderThan: 0 }), NOTHING)
      assert.equal((await left(store)).length, 5)
      await write(store, held, 2, [step('a')])
    },

    'leaves a run whose messages have not all left': async (harness) => {
      const store = await atNoon(harness)
      const unsent = await heldRun(store)
      await finish(store, unsent, 2)
      store.confirm({ runId: unsent.runId, version: 1 })
      await endedRun(store)
      await later(store)
      assert.equal((await store.prune({ olderThan: 0 })).runs, 1)
      assert.deepEqual(await left(store), [unsent.runId])
      store.confirm({ runId: unsent.runId, version: 2 })
      await later(store)
      assert.equal((await store.prune({ olderThan: 0 })).runs, 1)
    },

    'leaves what ended too short a time ago, however long ago it began': async (harness) => {
      const store = await atNoon(harness)
      const long = await heldRun(store)
      const short = await endedRun(store)
      await later(store, 60_000)
      await finish(store, long, 2)
      store.confirm({ runId: long.runId, version: 2 })
      await later(store, 60_999)
      assert.equal((await store.prune({ olderThan: 61_000 })).runs, 0)
      await later(store, 61_000)
      assert.equal((await store.prune({ olderThan: 61_000 })).runs, 1)
      assert.equal(await store.run(short), undefined)
      assert.deepEqual(await left(store), [long.runId])
    },

    'takes the statuses and the workflows that it is told': async (harness) => {
      const store = await atNoon(harness)
      const made = [
        await endedRun(store),
        await endedRun(store, 'failed'),
        await endedRun(store, 'completed', { type: 'parcel' }),
        await endedRun(store, 'failed', { type: 'parcel' }),
      ]
      await later(store)
      const prune = (more: Partial<Retention>) => store.prune({ olderThan: 0, ...more })
      assert.equal((await prune({ types: [] })).runs, 0)
      assert.equal((await prune({ statuses: [] })).runs, 0)
      assert.equal((await prune({ statuses: ['cancelled'] })).runs, 0)
      assert.equal((await prune({ statuses: ['failed'], types: ['parcel', 'card'] })).runs, 1)
      assert.deepEqual(await left(store), made.slice(0, 3))
      assert.equal((await prune({ statuses: ['completed'] })).runs, 2)
      assert.equal((await prune({ types: ['letter'] })).runs, 1)
      assert.deepEqual(await left(store), [])
    },

    'keeps the last ones of what it is told': async (harness) => {
      const store = await atNoon(harness)
      const letters = await endedRuns(store, 4)
      const parcel = await endedRun(store, 'failed', { type: 'parcel' })
      await later(store)
      assert.equal((await store.prune({ olderThan: 0, keepLast: 5 })).runs, 0)
      assert.equal((await store.prune({ olderThan: 0, keepLast: 5, types: ['letter'] })).runs, 0)
      assert.equal((await store.prune({ olderThan: 0, keepLast: 3, types: ['letter'] })).runs, 1)
      assert.deepEqual(await left(store), [...letters.slice(1), parcel])
      assert.equal((await store.prune({ olderThan: 0, keepLast: 2 })).runs, 2)
      assert.deepEqual(await left(store), [...letters.slice(3), parcel])
      assert.equal((await store.prune({ olderThan: 0, keepLast: 1, statuses: ['completed'] })).runs, 0)
    },

    'leaves a fork whole': async (harness) => {
      const store = await atNoon(harness)
      const runId = await endedRun(store)
      const fork = await store.fork({ runId, version: 2 })
      await later(store)
      assert.equal((await store.prune({ olderThan: 0 })).runs, 1)
      assert.deepEqual((await store.stateAt(fork)).results, { a: 'a' })
      assert.deepEqual((await store.run(fork.runId))?.parent, { runId, version: 2 })
      await write(store, await claimOne(store, 'bob'), 4, [step('b')])
    },

    'takes many runs in many batches': async (harness) => {
      const store = await atNoon(harness)
      const kept: string[] = []
      for (let number = 0; number < 25; number++) {
        await endedRun(store, number % 2 === 0 ? 'completed' : 'failed')
        if (number % 5 === 0) kept.push(await readyRun(store))
      }
      await later(store)
      assert.deepEqual(await store.prune({ olderThan: 0, batchSize: 4 }), {
        runs: 25,
        entries: 75,
        messages: 0,
      })
      assert.deepEqual(await left(store), kept)
    },

    'two at once take each run once': async (harness) => {
      const store = await atNoon(harness)
      await endedRuns(store, 12)
      await later(store)
      const both = await Promise.all([
        store.prune({ olderThan: 0, batchSize: 5 }),
        store.prune({ olderThan: 0, batchSize: 3 }),
      ])
      assert.equal(both[0].runs + both[1].runs, 12)
      assert.equal(both[0].entries + both[1].entries, 36)
      assert.deepEqual(await left(store), [])
    },

    'others commit meanwhile': async (harness) => {
      const store = await atNoon(harness)
      await endedRuns(store, 20)
      const held = await heldRun(store)
      await later(store)
      const pruning = store.prune({ olderThan: 0, batchSize: 2 })
      for (let version = 2; version < 12; version++) {
        accepted(await store.commit(commitOf(held, version, [step(`s${version}`)])))
      }
      assert.equal((await pruning).runs, 20)
      assert.deepEqual(await left(store), [held.runId])
    },

    'stops between two batches when it is told to': async (harness) => {
      const store = await atNoon(harness)
      await endedRuns(store, 30)
      await later(store)
      const reason = new Error('enough')
      const aborted = store.prune({ olderThan: 0, signal: AbortSignal.abort(reason) })
      assert.equal(await aborted.catch((error: unknown) => error), reason)
      assert.equal((await left(store)).length, 30)
      const outcome = store
        .prune({ olderThan: 0, batchSize: 5, signal: abortedAtLook(4, reason) })
        .catch((error: unknown) => error)
      assert.equal(await outcome, reason)
      const rest = (await left(store)).length
      assert.ok(rest > 0 && rest < 30, `${rest} runs are left`)
      assert.equal((await store.prune({ olderThan: 0 })).runs, rest)
    },

    'can leave the results': async (harness) => {
      const store = await atNoon(harness)
      const made = await endedRuns(store, 5)
      const open = await readyRun(store)
      await later(store)
      const keep = { olderThan: 0, keep: 'result', batchSize: 2 } as const
      assert.equal((await store.prune({ ...keep, keepLast: 1 })).runs, 4)
      assert.equal((await store.prune(keep)).runs, 1)
      assert.deepEqual(await store.prune(keep), NOTHING)
      assert.deepEqual(await left(store), [...made, open])
      for (const runId of made) {
        assert.equal((await store.run(runId))?.compactedAt, NOON + 1_000)
        assert.equal((await store.stateAt({ runId })).output, 'completed')
      }
      assert.deepEqual(await store.prune({ olderThan: 0 }), { runs: 5, entries: 15, messages: 0 })
    },

    'what makes no sense is refused': async (harness) => {
      const store = await harness.open()
      const wrong: readonly object[] = [
        { olderThan: -1 },
        { olderThan: Number.NaN },
        {},
        { olderThan: 0, keepLast: -1 },
        { olderThan: 0, statuses: ['running'] },
        { olderThan: 0, types: [''] },
        { olderThan: 0, batchSize: 0 },
        { olderThan: 0, batchSize: 501 },
        { olderThan: 0, keep: 'everything' },
      ]
      for (const retention of wrong) await rejects(store.prune(retention as Retention), 'INVALID_ARGUMENT')
    },
  }),

  ...reopeningCasesOf('prune', {
    "leaves another tenant's runs": async (harness) => {
      const [one, two] = [await harness.open({ namespace: 'one' }), await harness.open({ namespace: 'two' })]
      await one.setTestClock(NOON)
      const runId = await endedRun(one)
      await endedRun(two)
      await later(one)
      await later(two)
      assert.equal((await two.prune({ olderThan: 0 })).runs, 1)
      assert.deepEqual(await left(one), [runId])
      await rejects(two.compact(runId), 'RUN_NOT_FOUND')
    },
  }),
]

/** A signal that is aborted when somebody looks at it for the nth time: in the middle of what he does. */
function abortedAtLook(nth: number, reason: Error): AbortSignal {
  const controller = new AbortController()
  let looks = 0
  return new Proxy(controller.signal, {
    get(signal, name) {
      looks += 1
      if (looks === nth) controller.abort(reason)
      const value: unknown = Reflect.get(signal, name, signal)
      return typeof value === 'function' ? value.bind(signal) : value
    },
  })
}

/** The pieces of a run's head that a compaction leaves alone. */
async function headOf(store: StateStore, runId: string) {
  const { bytes: _, compactedAt: __, ...head } = (await store.run(runId))!
  return head
}

/** A run with all sorts of entries: a part that was rolled back, signals, shared state, and two steps at the end. */
async function eventfulRun(store: StateStore, output: unknown, status: 'completed' | 'failed' = 'completed') {
  const first = await heldRun(store)
  const { runId } = first
  await store.send({ runId, kind: 'signal', name: 'yes', payload: 'x'.repeat(50) })
  const signal = { kind: 'signal_received', step: 'yes', payload: 1, meta: { inbox: 1 } } as const
  await write(store, first, 2, [step('a', { deep: [1] }), step('lost'), signal])
  await store.rollback({ runId, version: 2 })
  await store.resume({ runId })
  const run = await claimOne(store, 'anna')
  await write(store, run, 7, [{ kind: 'shared_set', payload: { left: 2 } }, step('b', 'x'.repeat(500))])
  const payload = output === undefined ? {} : { payload: output }
  await write(store, run, 9, [{ kind: status, ...payload }], { status })
  store.confirm({ runId, version: 9 })
  await store.now()
  await store.setTestClock(NOON + 5)
  return runId
}

const OUTPUT = { said: ['hello', -0, '\u0000'] }

export const compactCases = casesOf('compact', {
  'the journal becomes its result, the head stays': async (harness) => {
    const store = await atNoon(harness)
    const runId = await eventfulRun(store, OUTPUT)
    const before = { head: await headOf(store, runId), state: await store.stateAt({ runId }) }
    const { bytes } = (await store.run(runId))!
    assert.deepEqual(await store.compact(runId), { ok: true, entries: 6, messages: 1 })
    const run = (await store.run(runId))!
    assert.deepEqual(await headOf(store, runId), before.head)
    assert.equal(run.compactedAt, NOON + 5)
    assert.ok(run.bytes < bytes / 5, `${run.bytes} bytes are left of ${bytes}`)
    const state = await store.stateAt({ runId })
    const { input, output, current } = before.state
    assert.deepEqual(state, {
      input,
      status: 'completed',
      results: {},
      shared: {},
      current,
      output,
      error: null,
    })
    assert.ok(Object.is((state.output as { said: readonly unknown[] }).said[1], -0))
    const journal = await store.journal({ runId })
    assert.deepEqual(
      journal.map((entry) => [entry.version, entry.kind]),
      [
        [1, 'started'],
        [8, 'compacted'],
        [9, 'completed'],
      ],
    )
    assert.deepEqual(await store.inbox(runId), [])
  },

  'the journal of a given version is its result as well': async (harness) => {
    const store = await atNoon(harness)
    const runId = await eventfulRun(store, OUTPUT)
    const whole = await store.stateAt({ runId, version: 1 })
    await store.compact(runId)
    assert.deepEqual((await store.stateAt({ runId, version: 9 })).output, OUTPUT)
    assert.deepEqual(await store.stateAt({ runId, version: 1 }), whole)
    const patch = await store.diff({ runId, version: 1 }, { runId, version: 9 })
    assert.ok(patch.some(({ path }) => path === '/output'))
  },

  'a run without an output keeps the outputs of its steps': async (harness) => {
    const store = await atNoon(harness)
    const runId = await eventfulRun(store, undefined)
    const before = await store.stateAt({ runId })
    await store.compact(runId)
    assert.deepEqual(await store.stateAt({ runId }), { ...before, shared: {} })
    assert.deepEqual(before.results, { a: { deep: [1] }, b: 'x'.repeat(500) })
  },

  'a failed run keeps its error': async (harness) => {
    const store = await atNoon(harness)
    const runId = await eventfulRun(store, { message: 'oh' }, 'failed')
    await store.compact(runId)
    const { status, error, results } = await store.stateAt({ runId })
    assert.deepEqual([status, error, results], ['failed', { message: 'oh' }, {}])
  },

  'what lies between is gone, and is said to be so': async (harness) => {
    const store = await atNoon(harness)
    const runId = await eventfulRun(store, { message: 'oh' }, 'failed')
    await store.compact(runId)
    const attempts = [
      store.stateAt({ runId, version: 2 }),
      store.stateAt({ runId, version: 8 }),
      store.journal({ runId, version: 5 }),
      store.diff({ runId, version: 3 }, { runId }),
      store.resume({ runId }),
      store.rollback({ runId, version: 2 }),
      store.rollback({ runId, version: 1 }),
      store.fork({ runId }),
      store.fork({ runId, version: 1 }),
    ]
    const errors = await Promise.all(attempts.map((attempt) => rejects(attempt, 'RUN_COMPACTED')))
    for (const error of errors) assert.match(error.message, new RegExp(runId))
    await rejects(store.stateAt({ runId, version: 10 }), 'VERSION_NOT_FOUND')
    assert.equal((await store.run(runId))?.status, 'failed')
  },

  'a completed run says so too when it is resumed': async (harness) => {
    const store = await atNoon(harness)
    const runId = await eventfulRun(store, 1)
    await rejects(store.resume({ runId }), 'RUN_NOT_RESUMABLE')
    await store.compact(runId)
    await rejects(store.resume({ runId }), 'RUN_COMPACTED')
  },

  'a second call finds nothing more to do': async (harness) => {
    const store = await atNoon(harness)
    const runId = await eventfulRun(store, OUTPUT)
    const both = await Promise.all([store.compact(runId), store.compact(runId)])
    assert.deepEqual(both.map((verdict) => verdict.ok && verdict.entries).toSorted(), [0, 6])
    await later(store)
    assert.deepEqual(await store.compact(runId), { ok: true, entries: 0, messages: 0 })
    assert.equal((await store.run(runId))?.compactedAt, NOON + 5)
    assert.deepEqual((await store.stateAt({ runId })).output, OUTPUT)
  },

  'a run of two entries is whole and compacted': async (harness) => {
    const store = await atNoon(harness)
    const held = await heldRun(store)
    const { runId } = held
    await finish(store, held, 2)
    store.confirm({ runId, version: 2 })
    await later(store)
    const before = await store.journal({ runId })
    assert.deepEqual(await store.compact(runId), { ok: true, entries: 0, messages: 0 })
    assert.deepEqual(await store.journal({ runId }), before)
    await rejects(store.fork({ runId }), 'RUN_COMPACTED')
  },

  'a fork that was made before is whole': async (harness) => {
    const store = await atNoon(harness)
    const runId = await eventfulRun(store, OUTPUT)
    const fork = await store.fork({ runId, version: 8 })
    const before = await store.journal(fork)
    await store.compact(runId)
    assert.deepEqual(await store.journal(fork), before)
    const again = await store.fork({ runId, version: 8, newRunId: fork.runId })
    assert.deepEqual([again.runId, again.version], [fork.runId, fork.version])
  },

  'a run that goes on, or has messages to send, is left alone': async (harness) => {
    const store = await atNoon(harness)
    const held = await heldRun(store)
    const { runId } = held
    await write(store, held, 2, [step('a'), step('b')])
    assert.deepEqual(await store.compact(runId), { ok: false, reason: 'not_finished', status: 'running' })
    await finish(store, held, 4)
    assert.deepEqual(await store.compact(runId), { ok: false, reason: 'unsent' })
    assert.deepEqual(
      [(await store.journal({ runId })).length, (await store.run(runId))?.compactedAt],
      [4, null],
    )
    await rejects(store.compact(NOBODY), 'RUN_NOT_FOUND')
  },

  'the compacted entry is written by the store alone': async (harness) => {
    const store = await harness.open()
    const held = await heldRun(store)
    await rejects(store.commit(commitOf(held, 2, [{ kind: 'compacted' }])), 'INVALID_ARGUMENT')
  },

  'a codec passes over what is kept': async (harness) => {
    const reversed = (text: string) => [...text].toReversed().join('')
    const store = await harness.open({ codec: { encode: reversed, decode: reversed } })
    await store.setTestClock(NOON)
    const runId = await eventfulRun(store, undefined)
    await store.compact(runId)
    assert.deepEqual((await store.stateAt({ runId })).results.a, { deep: [1] })
  },

  'results of any size and depth are kept, whatever a single one may have': async (harness) => {
    const store = await harness.open({ limits: { maxEntryLength: 1_000, maxDepth: 10 } })
    await store.setTestClock(NOON)
    const held = await heldRun(store)
    const { runId } = held
    const deep = [[[[[[[[['x']]]]]]]]]
    await write(store, held, 2, [step('deep', deep), ...[1, 2, 3].map((n) => step(`s${n}`, 'x'.repeat(900)))])
    await write(store, held, 6, [{ kind: 'completed' }], { status: 'completed' })
    store.confirm({ runId, version: 6 })
    await later(store)
    const { results } = await store.stateAt({ runId })
    assert.equal((await store.compact(runId)).ok, true)
    assert.deepEqual((await store.stateAt({ runId })).results, results)
  },
})

export const sizeCases = casesOf('sizes', {
  'rows and bytes of each table are told': async (harness) => {
    const store = await harness.open()
    const rowsOf = async () => new Map((await store.sizes()).map(({ table, rows }) => [table, rows.value]))
    const before = await rowsOf()
    const held = await heldRun(store)
    await write(store, held, 2, [step('a', 'x'.repeat(100_000)), step('b')])
    await store.cells.write({ key: 'k', value: 1, expected: null })
    const after = await rowsOf()
    const grown = (table: string) => (after.get(table) ?? 0) - (before.get(table) ?? 0)
    assert.deepEqual(['run', 'entry', 'inbox', 'cell'].map(grown), [1, 3, 0, 1])
    const sizes = await store.sizes()
    const tables = sizes.map(({ table }) => table)
    assert.deepEqual(tables, tables.toSorted())
    for (const { rows, bytes } of sizes) {
      assert.deepEqual([typeof rows.exact, typeof bytes.exact], ['boolean', 'boolean'])
      assert.ok(Number.isSafeInteger(bytes.value) && bytes.value >= 0 && rows.value >= 0)
    }
    assert.ok((sizes.find(({ table }) => table === 'entry')?.bytes.value ?? 0) > 0)
  },
})
