import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StateStore } from '../contract/store.ts'
import { openSqliteStore } from './index.ts'

/** What somebody does to the one run of a sequence. `number` chooses a step or a version. */
interface Act {
  readonly does: 'step' | 'roll back' | 'fail' | 'fork'
  readonly number: number
}

const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.record({
    does: fc.constantFrom('step', 'step', 'step', 'roll back', 'fail', 'fork'),
    number: fc.nat(1_000),
  }),
  { maxLength: 30 },
)

type Results = { readonly [step: string]: number }

/** The journal as a list of results, one a version: what a rollback has to find again. */
class Model {
  readonly versions: Results[] = [{}]
  readonly used = new Set<string>()
  epoch = 0

  get last(): Results {
    return this.versions.at(-1)!
  }
}

const NAMES = ['a', 'b', 'c', 'd', 'e']
const lease = { worker: 'anna', leaseMs: 60_000 }
const definitions = [{ type: 'letter', definitionVersion: '1' }]

async function take(store: StateStore, runId: string) {
  const claimed = await store.claim({ ...lease, limit: 10, definitions })
  return claimed.find((run) => run.runId === runId)!
}

async function play(store: StateStore, sequence: readonly Act[]): Promise<void> {
  let { runId, fence } = await store.open({ type: 'letter', input: null, claimFor: lease })
  let model = new Model()
  const commit = async (entry: Parameters<StateStore['commit']>[0]['entries'][number], status?: 'failed') =>
    store.commit({
      runId,
      worker: 'anna',
      fence: fence ?? 0,
      version: model.versions.length + 1,
      entries: [entry],
      ...(status === undefined ? {} : { next: { status } }),
    })
  const goOn = async () => {
    await store.resume({ runId })
    model.versions.push(model.last)
    fence = (await take(store, runId)).fence
  }

  for (const { does, number } of sequence) {
    if (does === 'step') {
      const name = NAMES[number % NAMES.length]!
      const verdict = await commit({ kind: 'step_completed', step: name, payload: number })
      expect(verdict.ok ? 'accepted' : verdict.reason).toBe(
        model.used.has(name) ? 'duplicate_step' : 'accepted',
      )
      if (!verdict.ok) continue
      model.used.add(name)
      model.versions.push({ ...model.last, [name]: number })
    } else if (does === 'roll back') {
      const version = 1 + (number % model.versions.length)
      const { epoch } = await store.rollback({ runId, version })
      model.epoch += 1
      expect(epoch).toBe(model.epoch)
      model.versions.push(model.versions[version - 1]!)
      model.used.clear()
      await goOn()
    } else if (does === 'fail') {
      expect((await commit({ kind: 'failed' }, 'failed')).ok).toBe(true)
      model.versions.push(model.last)
      await goOn()
    } else {
      const fork = await store.fork({ runId })
      const copy = new Model()
      copy.versions.length = 0
      copy.versions.push(...model.versions, model.last)
      for (const name of model.used) copy.used.add(name)
      copy.epoch = model.epoch
      runId = fork.runId
      model = copy
      fence = (await take(store, runId)).fence
    }
    expect((await store.stateAt({ runId })).results).toEqual(model.last)
  }

  for (const [index, results] of model.versions.entries()) {
    expect((await store.stateAt({ runId, version: index + 1 })).results).toEqual(results)
  }
  expect(await store.run(runId)).toMatchObject({ version: model.versions.length, epoch: model.epoch })
}

test('any sequence of steps, failures, rollbacks and forks is what the model says', {
  timeout: 180_000,
}, async () => {
  const store = await openSqliteStore({ path: ':memory:' })
  await fc.assert(
    fc.asyncProperty(acts, (sequence) => play(store, sequence)),
    { numRuns: 150 },
  )
  await store.close()
})
