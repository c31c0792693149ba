import fc from 'fast-check'
import type { EntryRow } from '../src/engine/entry-row.ts'
import type { WriteOperation } from '../src/engine/writes.ts'

// Random operations about what is not one run's journal: cells, agents, schedules, and runs that go for good. Over few
// names and times, so that they meet.

export const cellKeys = ['k1', 'K1', 'é']
const agentNames = ['a', 'b']
export const scheduleIds = ['s', 't']

/** Ticks lie around the frozen times that a sequence passes through. */
const tickOf = (base: number, number: number): number => base + number * 50

const text = fc.constantFrom('1', '"\\u0000"', '{"b":1,"a":-0}', '"ä👍"')
const key = fc.constantFrom(...cellKeys)
const revision = fc.integer({ min: 1, max: 8 })
const writeId = fc.constantFrom('w1', 'w2', 'w3', 'w4')
const name = fc.constantFrom(...agentNames)
const id = fc.constantFrom(...scheduleIds)
const knownMs = fc.constantFrom(30, 600_000)

const cells = fc.oneof(
  fc.record({
    op: fc.constant('write_cell' as const),
    key,
    value: text,
    expected: fc.option(revision, { freq: 1 }),
    id: writeId,
    ttlMs: fc.option(fc.constantFrom(10, 60)),
    knownMs,
  }),
  fc.record({ op: fc.constant('remove_cell' as const), key, expected: revision, id: writeId, knownMs }),
)

const agents = fc.oneof(
  fc.record({ op: fc.constant('register_agent' as const), name, metadata: text }),
  fc.record({
    op: fc.constant('enable_agent' as const),
    name,
    enabled: fc.boolean(),
    reason: fc.option(fc.constantFrom('slow', '')),
  }),
  fc.record({ op: fc.constant('remove_agent' as const), name }),
)

const schedules = (base: number, runId: fc.Arbitrary<string>): fc.Arbitrary<readonly WriteOperation[]> => {
  const tick = fc.integer({ min: 0, max: 2 }).map((number) => tickOf(base, number))
  const after = fc.oneof(
    fc.option(fc.integer({ min: 3, max: 5 }).map((number) => tickOf(base, number))),
    tick,
  )
  const put = fc
    .record({
      id,
      spec: fc.constantFrom('1', '2'),
      input: text,
      type: fc.constantFrom('letter', 'parcel'),
      first: fc.oneof({ weight: 3, arbitrary: tick }, { weight: 1, arbitrary: fc.constant(null) }),
    })
    .map(({ first, ...rest }) => ({
      op: 'put_schedule' as const,
      definitionVersion: '1',
      ...rest,
      at: first,
      inMs: first === null ? 50 : null,
    }))
  const pause = fc.record({ op: fc.constant('pause_schedule' as const), id, paused: fc.boolean() })
  const fire = fc
    .record({ id, from: tick, to: after, runId })
    .map((one) => ({ op: 'fire' as const, ...one, key: `schedule/${one.id}/${one.from}`, format: 1 }))
  const advance = fc.record({ op: fc.constant('advance' as const), id, from: tick, to: after })
  const remove = fc.record({ op: fc.constant('remove_schedule' as const), id })
  // One that has a chance: the tick that was put is fired, perhaps twice, or skipped.
  const story = fc.tuple(put, fire, fc.oneof(fire, advance, pause)).map(([made, fired, then]) => {
    const from = made.at ?? fired.from
    const same = { ...fired, id: made.id, from, key: `schedule/${made.id}/${from}` }
    return [made, same, { ...then, id: made.id, ...('from' in then ? { from } : {}) }] as WriteOperation[]
  })
  return fc.oneof(
    { weight: 3, arbitrary: story },
    { weight: 3, arbitrary: fc.oneof(pause, fire, advance, put).map((one) => [one]) },
    { weight: 1, arbitrary: remove.map((one) => [one]) },
  )
}

/** What stands for the middle of a journal. */
export const compacted: EntryRow = {
  kind: 'compacted',
  step: 'a',
  slot: null,
  hash: null,
  format: 1,
  payload: '{"results":{"a":1}}',
  meta: '{}',
  lifecycle: false,
}

/** What takes a run away, or all of it but its result. */
export const taking = (
  runId: fc.Arbitrary<string>,
  version: fc.Arbitrary<number>,
): fc.Arbitrary<WriteOperation> =>
  fc.oneof(
    fc.record({ op: fc.constant('delete_run' as const), runId, version }),
    fc.record({ op: fc.constant('compact' as const), runId, version, entry: fc.constant(compacted) }),
  )

/** One operation, or a few that belong together. */
export const shared = (base: number, runId: fc.Arbitrary<string>): fc.Arbitrary<readonly WriteOperation[]> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.oneof(cells, agents).map((one) => [one]) },
    { weight: 1, arbitrary: schedules(base, runId) },
  )
