import assert from 'node:assert/strict'
import { MAX_CLAIMS_WITHOUT_PROGRESS } from '../contract/claim.ts'
import { casesOf } from './conformance-case.ts'
import {
  claim,
  claimOne,
  finish,
  heldRun,
  LEASE,
  LETTER,
  NOBODY,
  NOON,
  readyRun,
  rejects,
  step,
  waiting,
  write,
} from './given.ts'

export const claimCases = casesOf('claim', {
  'takes a ready run with a new fence': async (harness) => {
    const store = await harness.open()
    const runId = await readyRun(store, { key: 'k' })
    const { at, ...claimed } = (await claim(store, 'anna'))[0]!
    assert.equal(typeof at, 'number')
    assert.deepEqual(claimed, {
      runId,
      ...LETTER,
      key: 'k',
      fence: 1,
      version: 1,
      epoch: 0,
      inbox: 0,
      claims: 1,
      recovered: false,
    })
    assert.deepEqual(
      [(await store.run(runId))?.status, (await store.run(runId))?.worker],
      ['running', 'anna'],
    )
  },

  'a run is claimed once': async (harness) => {
    const store = await harness.open()
    await Promise.all(Array.from({ length: 20 }, () => readyRun(store)))
    const workers = Array.from({ length: 10 }, (_, index) => claim(store, `worker ${index}`, 4))
    const taken = (await Promise.all(workers)).flat().map((run) => run.runId)
    assert.equal(taken.length, 20)
    assert.equal(new Set(taken).size, 20)
  },

  'at most as many as asked for, the longest ready first': async (harness) => {
    const store = await harness.open()
    const ids: string[] = []
    for (let minute = 0; minute < 4; minute++) {
      await store.setTestClock(NOON + minute)
      ids.push(await readyRun(store))
    }
    const order = [...(await claim(store, 'anna', 3)), ...(await claim(store, 'anna', 3))]
    assert.deepEqual(
      order.map((run) => run.runId),
      ids,
    )
  },

  'other types and definition versions are left alone': async (harness) => {
    const store = await harness.open()
    await readyRun(store, { type: 'parcel' })
    await readyRun(store, { definitionVersion: '2' })
    assert.deepEqual(await claim(store, 'anna'), [])
    const definitions = [LETTER, { type: 'letter', definitionVersion: '2' }]
    const taken = await store.claim({ worker: 'anna', leaseMs: LEASE, limit: 5, definitions })
    assert.deepEqual(
      taken.map((run) => run.definitionVersion),
      ['2'],
    )
  },

  'a definition that is named twice finds a run once': async (harness) => {
    const store = await harness.open()
    await readyRun(store)
    const definitions = [LETTER, { ...LETTER }]
    const taken = await store.claim({ worker: 'anna', leaseMs: LEASE, limit: 5, definitions })
    assert.equal(taken.length, 1)
    await write(store, { ...taken[0]!, worker: 'anna' }, 2, [step('a')])
  },

  'the higher rank comes first, whatever was ready before': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const made: { readonly [rank: string]: string[] } = { '-1': [], '0': [], '7': [] }
    for (let minute = 0; minute < 4; minute++) {
      await store.setTestClock(NOON + minute)
      for (const rank of ['-1', '0', '7']) {
        made[rank]!.push(await readyRun(store, { definitionVersion: `1:${rank}` }))
      }
    }
    const definitions = [
      { type: 'letter', definitionVersion: '1:-1', rank: -1 },
      { type: 'letter', definitionVersion: '1:7', rank: 7 },
      { type: 'letter', definitionVersion: '1:0' },
    ]
    const order: string[] = []
    for (const limit of [3, 3, 1, 10]) {
      const taken = await store.claim({ worker: 'anna', leaseMs: LEASE, limit, definitions })
      order.push(...taken.map((run) => run.runId))
    }
    assert.deepEqual(order, [...made['7']!, ...made['0']!, ...made['-1']!])
  },

  'definitions of one rank share one line, the longest ready first': async (harness) => {
    const store = await harness.open()
    const ids: string[] = []
    for (let minute = 0; minute < 4; minute++) {
      await store.setTestClock(NOON + minute)
      ids.push(await readyRun(store, { type: minute % 2 === 0 ? 'parcel' : 'letter' }))
    }
    await readyRun(store, { type: 'card' })
    const definitions = ['letter', 'parcel', 'card'].map((type) => ({
      type,
      definitionVersion: '1',
      rank: type === 'card' ? 1 : 2,
    }))
    const taken = await store.claim({ worker: 'anna', leaseMs: LEASE, limit: 4, definitions })
    assert.deepEqual(
      taken.map((run) => run.runId),
      ids,
    )
  },

  'a definition that is named with two ranks has the higher one': async (harness) => {
    const store = await harness.open()
    const parcel = await readyRun(store, { type: 'parcel' })
    const letter = await readyRun(store)
    const definitions = [
      { ...LETTER, rank: 2 },
      { type: 'parcel', definitionVersion: '1', rank: 1 },
      { ...LETTER, rank: 0 },
    ]
    const taken = await store.claim({ worker: 'anna', leaseMs: LEASE, limit: 5, definitions })
    assert.deepEqual(
      taken.map((run) => run.runId),
      [letter, parcel],
    )
  },

  'a rank that is no whole number is refused': async (harness) => {
    const store = await harness.open()
    for (const rank of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, -(2 ** 31), '1' as never]) {
      const definitions = [{ ...LETTER, rank }]
      await rejects(
        store.claim({ worker: 'anna', leaseMs: LEASE, limit: 1, definitions }),
        'INVALID_ARGUMENT',
      )
    }
  },

  'one run alone can be asked for, whatever its definition and its time': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const ready = await readyRun(store)
    const delayed = await readyRun(store, { type: 'parcel', readyInMs: 1_000 })
    const request = { worker: 'anna', leaseMs: LEASE, limit: 5, definitions: [LETTER] }
    const [taken] = await store.claim({ ...request, runId: delayed })
    assert.deepEqual([taken?.runId, taken?.type, taken?.fence], [delayed, 'parcel', 1])
    assert.deepEqual(await store.claim({ ...request, runId: delayed }), [])
    const patient = await heldRun(store)
    await write(store, patient, 2, [], waiting())
    const over = await heldRun(store)
    await finish(store, over, 2)
    for (const runId of [patient.runId, over.runId, NOBODY, '\u0000']) {
      assert.deepEqual(await store.claim({ ...request, runId }), [])
    }
    assert.equal((await store.run(ready))?.status, 'queued')
    await store.setTestClock(NOON + LEASE)
    const [again] = await store.claim({ ...request, worker: 'bob', runId: delayed })
    assert.deepEqual([again?.runId, again?.recovered], [delayed, true])
  },

  'finished runs and held runs are not claimed': async (harness) => {
    const store = await harness.open()
    await heldRun(store, 'anna')
    await finish(store, await heldRun(store, 'anna'), 2)
    assert.deepEqual(await claim(store, 'bob'), [])
  },

  'a run of a silent worker is claimed, marked as recovered': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const run = await heldRun(store, 'anna')
    await store.setTestClock(NOON + LEASE - 1)
    assert.deepEqual(await claim(store, 'bob'), [])
    await store.setTestClock(NOON + LEASE)
    const taken = await claimOne(store, 'bob')
    assert.deepEqual([taken.runId, taken.fence, taken.recovered], [run.runId, run.fence + 1, true])
  },

  'a heartbeat keeps what the worker holds': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    await heldRun(store, 'anna')
    await store.setTestClock(NOON + LEASE - 1)
    const { leaseUntil, at } = await store.heartbeat({ worker: 'anna', leaseMs: LEASE })
    assert.deepEqual([leaseUntil, at], [NOON + LEASE - 1 + LEASE, NOON + LEASE - 1])
    await store.setTestClock(NOON + LEASE + 1)
    assert.deepEqual(await claim(store, 'bob'), [])
  },

  'a heartbeat after the loss no longer lists the run': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    await heldRun(store, 'anna')
    await store.setTestClock(NOON + LEASE)
    await claimOne(store, 'bob')
    assert.deepEqual((await store.heartbeat({ worker: 'anna', leaseMs: LEASE })).held, [])
  },

  'a heartbeat tells of mail': async (harness) => {
    const store = await harness.open()
    const { runId, fence } = await heldRun(store, 'anna')
    await store.send({ runId, kind: 'signal', name: 'go' })
    const { held } = await store.heartbeat({ worker: 'anna', leaseMs: LEASE })
    assert.deepEqual(held, [{ runId, fence, inbox: 1 }])
  },

  'release gives everything back at once and forgives the claims': async (harness) => {
    const store = await harness.open()
    const run = await heldRun(store, 'anna')
    await heldRun(store, 'anna')
    assert.deepEqual(await store.release('anna'), { released: 2 })
    assert.deepEqual(await store.release('anna'), { released: 0 })
    const row = await store.run(run.runId)
    assert.deepEqual([row?.status, row?.worker, row?.claims], ['queued', null, 0])
    assert.equal((await claim(store, 'bob')).length, 2)
  },

  'five claims without progress end in a crash loop': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const runId = await readyRun(store)
    for (let count = 1; count <= MAX_CLAIMS_WITHOUT_PROGRESS; count++) {
      await store.setTestClock(NOON + count * LEASE)
      assert.equal((await claimOne(store, `worker ${count}`)).claims, count)
    }
    await store.setTestClock(NOON + 100 * LEASE)
    assert.deepEqual(await claim(store, 'the last'), [])
    const { status, error } = await store.stateAt({ runId })
    assert.deepEqual([status, (error as { code: string }).code], ['failed', 'crash_loop'])
    const row = await store.run(runId)
    assert.deepEqual([row?.status, row?.version, row?.finishedAt], ['failed', 2, NOON + 100 * LEASE])
  },

  'a crash loop takes no place in the answer of a claim': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    await readyRun(store)
    for (let count = 1; count <= MAX_CLAIMS_WITHOUT_PROGRESS; count++) {
      await store.setTestClock(NOON + count * LEASE)
      await claimOne(store, `worker ${count}`)
    }
    const healthy = await readyRun(store, { readyInMs: 2 * LEASE })
    await store.setTestClock(NOON + 100 * LEASE)
    assert.deepEqual(
      (await claim(store, 'the last', 1)).map((run) => run.runId),
      [healthy],
    )
  },

  'a recorded step starts the count of claims again': async (harness) => {
    const store = await harness.open()
    await store.setTestClock(NOON)
    const runId = await readyRun(store)
    for (let count = 1; count <= 2 * MAX_CLAIMS_WITHOUT_PROGRESS; count++) {
      await store.setTestClock(NOON + count * LEASE)
      const run = await claimOne(store, `worker ${count}`)
      await write(store, run, run.version + 1, [step(`step ${count}`)])
    }
    assert.equal((await store.run(runId))?.claims, 0)
  },

  'released claims never end in a crash loop': async (harness) => {
    const store = await harness.open()
    const runId = await readyRun(store)
    for (let count = 0; count < 3 * MAX_CLAIMS_WITHOUT_PROGRESS; count++) {
      await claimOne(store, 'anna')
      await store.release('anna')
    }
    assert.equal((await store.run(runId))?.status, 'queued')
  },

  'a run that is woken often and waits again is no crash loop': async (harness) => {
    const store = await harness.open()
    const runId = await readyRun(store)
    for (let count = 1; count <= 2 * MAX_CLAIMS_WITHOUT_PROGRESS; count++) {
      const run = await claimOne(store, 'anna')
      await write(store, run, 2, [], waiting(run.inbox))
      await store.send({ runId, kind: 'signal', name: 'not the one' })
    }
    assert.equal((await store.run(runId))?.status, 'queued')
  },

  'a limit below one and a lease of nothing are refused': async (harness) => {
    const store = await harness.open()
    await rejects(claim(store, 'anna', 0), 'INVALID_ARGUMENT')
    await rejects(store.heartbeat({ worker: 'anna', leaseMs: 0 }), 'INVALID_ARGUMENT')
    await rejects(store.heartbeat({ worker: '', leaseMs: 1 }), 'INVALID_ARGUMENT')
  },
})
