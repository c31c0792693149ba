import assert from 'node:assert/strict'
import { MAX_DETAILS_LENGTH } from '../contract/agents.ts'
import type { FireVerdict, NewSchedule, ScheduleFilter } from '../contract/schedules.ts'
import type { StateStore } from '../contract/store.ts'
import { casesOf, reopeningCasesOf } from './conformance-case.ts'
import { claimOne, finish, NOON, rejects } from './given.ts'
import { SURVIVORS, textOf } from './survivors.ts'

const HOUR = 3_600_000

/** Every hour a letter; the first one an hour from now. */
const hourly = (more: Partial<NewSchedule> = {}): NewSchedule => ({
  id: 'hourly',
  spec: { cron: '0 * * * *' },
  run: { type: 'letter', input: { to: 'Bea' } },
  first: { inMs: HOUR },
  ...more,
})

const ids = async (store: StateStore, filter?: ScheduleFilter): Promise<readonly string[]> =>
  (await store.schedules.list(filter)).items.map((schedule) => schedule.id)
const due = async (store: StateStore, withinMs = 0): Promise<readonly string[]> =>
  (await store.schedules.due({ withinMs })).map((schedule) => schedule.id)

function fired(verdict: FireVerdict): FireVerdict & { readonly ok: true } {
  assert.ok(verdict.ok, `the tick is fired: ${JSON.stringify(verdict)}`)
  return verdict
}

const tick = (from = NOON + HOUR) => ({ id: 'hourly', from, to: from + HOUR })

/** The clock stands at the first tick. */
async function atTheTick(store: StateStore, more: Partial<NewSchedule> = {}): Promise<void> {
  await store.setTestClock(NOON)
  await store.schedules.put(hourly(more))
  await store.setTestClock(NOON + HOUR)
}

export const scheduleCases = [
  ...casesOf('schedules', {
    'what was put is read and listed': async (harness) => {
      const store = await harness.open()
      await store.setTestClock(NOON)
      assert.equal(await store.schedules.read('hourly'), undefined)
      const made = await store.schedules.put(hourly())
      const expected = {
        id: 'hourly',
        spec: { cron: '0 * * * *' },
        type: 'letter',
        definitionVersion: '1',
        paused: false,
        nextAt: NOON + HOUR,
        last: null,
        createdAt: NOON,
        updatedAt: NOON,
      }
      assert.deepEqual(made, expected)
      assert.deepEqual(await store.schedules.read('hourly'), { ...expected, input: { to: 'Bea' } })
      assert.deepEqual((await store.schedules.list()).items, [expected])
    },

    'the first tick may be a time': async (harness) => {
      const store = await harness.open()
      const { nextAt } = await store.schedules.put(hourly({ first: { at: NOON + 5 } }))
      assert.equal(nextAt, NOON + 5)
    },

    'the same spec keeps the next tick, another one sets it': async (harness) => {
      const store = await harness.open()
      await store.setTestClock(NOON)
      await store.schedules.put(hourly())
      await store.setTestClock(NOON + 10)
      const run = { type: 'parcel', input: 2, definitionVersion: '7' }
      const same = await store.schedules.put(hourly({ run }))
      assert.deepEqual(
        [same.nextAt, same.type, same.definitionVersion, same.createdAt, same.updatedAt],
        [NOON + HOUR, 'parcel', '7', NOON, NOON + 10],
      )
      assert.equal((await store.schedules.read('hourly'))?.input, 2)
      const other = await store.schedules.put(hourly({ spec: { cron: '30 * * * *' } }))
      assert.deepEqual([other.nextAt, other.type], [NOON + 10 + HOUR, 'letter'])
    },

    'it is due when its tick has come, the longest due first': async (harness) => {
      const store = await harness.open()
      await store.setTestClock(NOON)
      for (const [id, inMs] of [
        ['c', 30],
        ['a', 20],
        ['b', 20],
        ['d', 40],
      ] as const) {
        await store.schedules.put(hourly({ id, first: { inMs } }))
      }
      assert.deepEqual(await due(store), [])
      await store.setTestClock(NOON + 19)
      assert.deepEqual(await due(store), [])
      await store.setTestClock(NOON + 30)
      assert.deepEqual(await due(store), ['a', 'b', 'c'])
      assert.deepEqual(await due(store, 10), ['a', 'b', 'c', 'd'])
      assert.deepEqual(
        (await store.schedules.due({ limit: 2 })).map((schedule) => schedule.id),
        ['a', 'b'],
      )
    },

    'a tick opens its run and moves the schedule on': async (harness) => {
      const store = await harness.open()
      await atTheTick(store)
      const verdict = fired(await store.schedules.fire(tick()))
      assert.deepEqual([verdict.created, verdict.nextAt], [true, NOON + 2 * HOUR])
      const run = await store.run(verdict.runId)
      assert.deepEqual(
        [run?.type, run?.key, run?.status, run?.createdAt],
        ['letter', `schedule/hourly/${NOON + HOUR}`, 'queued', NOON + HOUR],
      )
      assert.deepEqual((await store.stateAt(verdict)).input, { to: 'Bea' })
      const schedule = await store.schedules.read('hourly')
      assert.deepEqual(schedule?.last, { at: NOON + HOUR, runId: verdict.runId })
      assert.equal(schedule?.nextAt, NOON + 2 * HOUR)
      assert.deepEqual(await due(store), [])
      assert.equal((await claimOne(store, 'anna')).runId, verdict.runId)
    },

    'a tick that many fire at once opens one run': async (harness) => {
      const store = await harness.open()
      await atTheTick(store)
      const verdicts = await Promise.all(Array.from({ length: 10 }, () => store.schedules.fire(tick())))
      assert.equal(new Set(verdicts.map((verdict) => fired(verdict).runId)).size, 1)
      assert.equal(verdicts.filter((verdict) => fired(verdict).created).length, 1)
      assert.equal((await store.runs()).items.length, 1)
    },

    'a tick that is fired late again is the same run': async (harness) => {
      const store = await harness.open()
      await atTheTick(store)
      const { runId } = fired(await store.schedules.fire(tick()))
      await finish(store, await claimOne(store, 'anna'), 2)
      const next = fired(await store.schedules.fire(tick(NOON + 2 * HOUR)))
      const late = fired(await store.schedules.fire(tick()))
      assert.deepEqual([late.runId, late.created, late.nextAt], [runId, false, NOON + 3 * HOUR])
      assert.notEqual(next.runId, runId)
      assert.equal((await store.schedules.read('hourly'))?.last?.runId, next.runId)
    },

    'a tick whose run was pruned is not fired again': async (harness) => {
      const store = await harness.open()
      await atTheTick(store)
      const { runId } = fired(await store.schedules.fire(tick()))
      await finish(store, await claimOne(store, 'anna'), 2)
      store.confirm({ runId, version: 2 })
      await store.setTestClock(NOON + HOUR)
      assert.equal((await store.prune({ olderThan: 0 })).runs, 1)
      assert.deepEqual(await store.schedules.fire(tick()), {
        ok: false,
        reason: 'moved',
        nextAt: NOON + 2 * HOUR,
      })
    },

    'a tick that is not the next one is refused': async (harness) => {
      const store = await harness.open()
      await atTheTick(store)
      const nextAt = NOON + HOUR
      assert.deepEqual(await store.schedules.fire(tick(NOON)), { ok: false, reason: 'moved', nextAt })
      assert.deepEqual(await store.schedules.advance(tick(NOON + 1)), { ok: false, reason: 'moved', nextAt })
      assert.equal((await store.runs()).items.length, 0)
    },

    'a tick can be skipped, and the same again changes nothing': async (harness) => {
      const store = await harness.open()
      await atTheTick(store)
      const skipped = { ok: true, nextAt: NOON + 2 * HOUR }
      assert.deepEqual(await store.schedules.advance(tick()), skipped)
      assert.deepEqual(await store.schedules.advance(tick()), skipped)
      assert.deepEqual([(await store.runs()).items, await due(store)], [[], []])
      assert.equal((await store.schedules.read('hourly'))?.last, null)
    },

    'the last tick ends it': async (harness) => {
      const store = await harness.open()
      await atTheTick(store)
      const last = { ...tick(), to: null }
      assert.equal(fired(await store.schedules.fire(last)).nextAt, null)
      await store.setTestClock(NOON + 100 * HOUR)
      assert.deepEqual([await due(store), await ids(store)], [[], ['hourly']])
      assert.equal((await store.schedules.put(hourly())).nextAt, null)
      assert.equal((await store.schedules.put(hourly({ spec: 2 }))).nextAt, NOON + 101 * HOUR)
    },

    'a paused one is not due and not fired': async (harness) => {
      const store = await harness.open()
      await atTheTick(store)
      assert.equal((await store.schedules.pause('hourly'))?.paused, true)
      assert.equal((await store.schedules.pause('hourly'))?.paused, true)
      assert.deepEqual(await due(store), [])
      const refusal = { ok: false, reason: 'paused', nextAt: NOON + HOUR }
      assert.deepEqual(await store.schedules.fire(tick()), refusal)
      assert.equal((await store.schedules.put(hourly({ spec: 2, first: { inMs: 0 } }))).paused, true)
      assert.equal((await store.schedules.advance(tick())).ok, true)
      assert.equal((await store.schedules.unpause('hourly'))?.paused, false)
      await store.setTestClock(NOON + 2 * HOUR)
      assert.deepEqual(await due(store), ['hourly'])
    },

    'one that is not there is said to be so': async (harness) => {
      const store = await harness.open()
      const unknown = { ok: false, reason: 'unknown_schedule' }
      assert.deepEqual(await store.schedules.fire(tick()), unknown)
      assert.deepEqual(await store.schedules.advance(tick()), unknown)
      assert.equal(await store.schedules.pause('hourly'), undefined)
      assert.equal(await store.schedules.unpause('hourly'), undefined)
    },

    'one that is removed is gone, its runs stay': async (harness) => {
      const store = await harness.open()
      await atTheTick(store)
      const { runId } = fired(await store.schedules.fire(tick()))
      await store.schedules.remove('hourly')
      await store.schedules.remove('hourly')
      assert.deepEqual([await ids(store), await store.schedules.read('hourly')], [[], undefined])
      assert.equal((await store.run(runId))?.status, 'queued')
    },

    'are listed by id in pages that leave nothing out': async (harness) => {
      const store = await harness.open()
      const all = ['%', '1', 'A', 'a', 'é']
      for (const id of all.toReversed()) await store.schedules.put(hourly({ id }))
      await store.schedules.put(hourly({ id: 'z', run: { type: 'parcel' } }))
      await store.schedules.pause('a')
      const seen: string[] = []
      let cursor: string | null = null
      do {
        const more: ScheduleFilter = cursor === null ? {} : { cursor }
        const page: Awaited<ReturnType<StateStore['schedules']['list']>> = await store.schedules.list({
          limit: 2,
          type: 'letter',
          ...more,
        })
        seen.push(...page.items.map((schedule) => schedule.id))
        cursor = page.next
      } while (cursor !== null)
      assert.deepEqual(seen, all)
      assert.deepEqual(await ids(store, { type: 'parcel' }), ['z'])
      assert.deepEqual(await ids(store, { paused: true }), ['a'])
      assert.deepEqual(await ids(store, { paused: false, type: 'letter' }), ['%', '1', 'A', 'é'])
    },

    'hostile inputs and specs survive': async (harness) => {
      const store = await harness.open()
      for (const [id, value] of Object.entries(SURVIVORS)) {
        const spec = textOf(value).length > MAX_DETAILS_LENGTH ? null : value
        await store.schedules.put({ id, spec, run: { type: 'letter', input: value }, first: { at: NOON } })
        const kept = await store.schedules.read(id)
        const { runId } = fired(await store.schedules.fire({ id, from: NOON, to: null }))
        const { input } = await store.stateAt({ runId })
        assert.ok(textOf(kept?.spec) === textOf(spec), id)
        assert.ok(textOf(kept?.input) === textOf(value), id)
        assert.ok(textOf(input) === textOf(value), id)
      }
    },

    'a codec passes over the input of the runs': async (harness) => {
      const seen: string[] = []
      const encode = (text: string) => {
        seen.push(text)
        return [...text].toReversed().join('')
      }
      const store = await harness.open({
        codec: { encode, decode: (text) => [...text].toReversed().join('') },
      })
      await store.schedules.put(hourly({ run: { type: 'letter', input: 'secret' }, first: { at: NOON } }))
      assert.deepEqual(seen, ['"secret"'])
      const { runId } = fired(await store.schedules.fire(tick(NOON)))
      assert.equal((await store.stateAt({ runId })).input, 'secret')
      assert.equal((await store.schedules.read('hourly'))?.input, 'secret')
    },

    'what makes no sense is refused': async (harness) => {
      const store = await harness.open()
      const { put, fire, list } = {
        put: (more: object) => store.schedules.put({ ...hourly(), ...more } as NewSchedule),
        fire: (more: object) => store.schedules.fire({ ...tick(), ...more }),
        list: (filter: ScheduleFilter) => store.schedules.list(filter),
      }
      await rejects(put({ id: '' }), 'INVALID_ARGUMENT')
      await rejects(put({ id: 'x'.repeat(481) }), 'INVALID_ARGUMENT')
      await rejects(put({ spec: () => {} }), 'NOT_JSON')
      await rejects(put({ spec: 'x'.repeat(MAX_DETAILS_LENGTH) }), 'ENTRY_TOO_LARGE')
      await rejects(put({ run: { type: '' } }), 'INVALID_ARGUMENT')
      await rejects(put({ first: {} }), 'INVALID_ARGUMENT')
      await rejects(put({ first: { at: 1, inMs: 1 } }), 'INVALID_ARGUMENT')
      await rejects(put({ first: { inMs: -1 } }), 'INVALID_ARGUMENT')
      await rejects(fire({ to: NOON }), 'INVALID_ARGUMENT')
      await rejects(fire({ from: Number.NaN }), 'INVALID_ARGUMENT')
      await rejects(list({ cursor: 'agent:a' }), 'INVALID_ARGUMENT')
      await rejects(store.schedules.due({ limit: 0 }), 'INVALID_ARGUMENT')
      await put({ id: 'x'.repeat(480) })
      assert.equal((await ids(store)).length, 1)
    },
  }),

  ...reopeningCasesOf('schedules', {
    'a tick that several processes fire opens one run': async (harness) => {
      const stores = [await harness.open(), await harness.open(), await harness.open()]
      await atTheTick(stores[0]!)
      const verdicts = await Promise.all(stores.map((store) => store.schedules.fire(tick())))
      assert.equal(new Set(verdicts.map((verdict) => fired(verdict).runId)).size, 1)
      assert.equal((await stores[0]!.runs()).items.length, 1)
    },

    'of one tenant are not those of another': async (harness) => {
      const [one, two] = [await harness.open({ namespace: 'one' }), await harness.open({ namespace: 'two' })]
      await atTheTick(one)
      assert.deepEqual([await ids(two), await due(two), await due(one)], [[], [], ['hourly']])
      assert.equal((await two.schedules.fire(tick())).ok, false)
      await two.schedules.remove('hourly')
      fired(await one.schedules.fire(tick()))
    },
  }),
]
