import assert from 'node:assert/strict'
import { casesOf, reopeningCasesOf } from './conformance-case.ts'
import { messagesOf, until } from './given-telemetry.ts'

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

export const rotationHandleCases = reopeningCasesOf('rotation', {
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
