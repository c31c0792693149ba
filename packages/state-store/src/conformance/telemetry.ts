import assert from 'node:assert/strict'
import type { StateStore } from '../contract/store.ts'
import type { MetricSample } from '../contract/telemetry.ts'
import { casesOf, reopeningCasesOf } from './conformance-case.ts'
import { accepted, commitOf, heldRun, NOBODY, NOON, rejects, step, write } from './given.ts'
import { isAbout, linesOf, messagesOf, until } from './given-telemetry.ts'

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
    // Several batches: a row's time is the store's, less the row's age, so that two batches may overlap by milliseconds.
    assert.deepEqual(
      items.map(({ message }) => Number(message)).sort((one, other) => one - other),
      Array.from({ length: 200 }, (_, index) => index),
    )
    assert.equal(next, null)
  },

  'lines of one program stay in their order, whatever they travelled with': async (harness) => {
    const store = await harness.open()
    const messages = Array.from({ length: 300 }, (_, index) => `${index}`)
    for (const message of messages) {
      store.telemetry.log({ message })
      if (Number(message) % 25 === 0) await store.telemetry.flush()
      else if (Number(message) % 10 === 0) await store.now()
    }
    assert.deepEqual(await messagesOf(store), messages)
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
    one.telemetry.log({ message: 'one' })
    two.telemetry.log({ message: 'two' })
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
})
