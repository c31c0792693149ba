import fc from 'fast-check'
import type { EntryRow } from '../src/engine/entry-row.ts'
import type { WriteOperation } from '../src/engine/writes.ts'
import { compacted, shared, taking } from './random-shared.ts'

// Random batches for an engine, over few names, so that they meet: the same runs, keys, steps and workers again and again.

/** The frozen time that a sequence starts from. */
export const BASE = 1_750_000_000_000

export const runIds = Array.from({ length: 5 }, (_, index) => `0197a000-0000-7000-8000-00000000000${index}`)
const runId = fc.constantFrom(...runIds)
const key = fc.option(fc.constantFrom('k', 'K', 'é'), { freq: 2 })
const type = fc.constantFrom('letter', 'parcel')
const worker = fc.constantFrom('anna', 'bob')
const waitsFor = fc.constantFrom('stripe', 'Stripe')
const small = fc.integer({ min: 1, max: 6 })
const lease = fc.constantFrom(10, 50, 1_000)
/** As the store makes it: what JSON escapes stays escaped. */
const payload = fc.oneof(
  fc.constantFrom('null', '-0', '"\\u0000"', '{"b":1,"a":2}', '"ä👍"', '"\\ud800"'),
  fc.json({ maxDepth: 1 }).filter((text) => text.isWellFormed()),
)

const SLOTS: { readonly [kind: string]: number } = {
  step_completed: 1,
  step_skipped: 1,
  timer_set: 2,
  timer_fired: 3,
  signal_received: 4,
}
const LIFECYCLE = new Set(['started', 'completed', 'failed', 'cancelled', 'resumed', 'rolled_back'])

const entryOf = (kind: string, step: string | null, text: string, meta = '{}'): EntryRow => ({
  kind,
  step,
  slot: SLOTS[kind] ?? null,
  hash: null,
  format: 1,
  payload: text,
  meta,
  lifecycle: LIFECYCLE.has(kind),
})

const entry = fc
  .oneof(
    {
      weight: 6,
      arbitrary: fc.record({ step: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'A'), text: payload }),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('timer_set', 'timer_fired', 'shared_set', 'failed', 'completed'),
    },
    { weight: 1, arbitrary: fc.record({ inbox: small }) },
  )
  .map((made): EntryRow => {
    if (typeof made === 'string') return entryOf(made, made.startsWith('timer') ? 't' : null, 'null')
    if ('inbox' in made) {
      const meta = JSON.stringify({ reason: '\u0000', inbox: made.inbox })
      return entryOf('signal_received', `s${made.inbox}`, '1', meta)
    }
    return entryOf('step_completed', made.step, made.text)
  })

const next = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constant({ status: 'running', readyInMs: null, waitsFor: null, inboxSeen: 0 } as const),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      status: fc.constant('waiting' as const),
      readyInMs: fc.option(fc.constantFrom(0, 20)),
      waitsFor: fc.option(waitsFor),
      inboxSeen: fc.nat(2),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      status: fc.constantFrom('completed' as const, 'failed' as const, 'cancelled' as const),
      readyInMs: fc.constant(null),
      waitsFor: fc.constant(null),
      inboxSeen: fc.constant(0),
    }),
  },
)

const open = fc.record({
  op: fc.constant('open' as const),
  runId,
  key,
  onKey: fc.constantFrom('return' as const, 'error' as const, 'new-if-finished' as const),
  type,
  definitionVersion: fc.constantFrom('1', '1', '1', '1:high'),
  readyInMs: fc.constantFrom(0, 0, 30),
  claimFor: fc.option(fc.record({ worker, leaseMs: lease })),
  entry: payload.map((text) => entryOf('started', null, text)),
})

const commit = fc
  .record({
    runId,
    worker,
    fence: fc.integer({ min: 0, max: 4 }),
    version: fc.integer({ min: 1, max: 8 }),
    entries: fc.array(entry, { maxLength: 3 }),
    next,
    progress: fc.boolean(),
    sent: fc.constantFrom(0, 0, 1, 2, 6),
    maxEntries: fc.constantFrom(6, 50_000, 50_000),
    maxBytes: fc.constantFrom(20, 1_000_000, 1_000_000),
  })
  .map(({ next: then, ...rest }) => ({ op: 'commit' as const, ...rest, ...then }))

const about = {
  // Few, so that some come twice; out of order, as those of several processes are.
  id: fc.constantFrom(
    ...['7', '3', 'b', '1', 'f'].map((digit) => `0197a000-0000-7000-8000-${digit.repeat(12)}`),
  ),
  agoMs: fc.constantFrom(0, 0, 50, 70, 2 * BASE),
  past: fc.boolean(),
  runId: fc.option(runId),
  step: fc.option(fc.constantFrom('a', 'é')),
  agent: fc.option(fc.constantFrom('writer', 'Writer')),
}
const context = fc.option(fc.constantFrom('{}', '{"b":[1,null],"a":"ä👍"}'))

/** A level that there is none of fails its operation alone. */
const telemetry = fc.record({
  op: fc.constant('telemetry' as const),
  notBefore: fc.constantFrom(null, BASE - 20, BASE + 30, BASE + 500),
  logs: fc.array(
    fc.record({
      ...about,
      level: fc.constantFrom('debug', 'info', 'warn', 'error', 'info', 'warn', 'loud' as 'info'),
      message: fc.constantFrom('', 'slow', 'ä👍'),
      context,
    }),
    { maxLength: 3 },
  ),
  samples: fc.array(
    fc.record({
      ...about,
      name: fc.constantFrom('n', 'N'),
      value: fc.constantFrom(0, -1.5, 1e308, 5e-324),
      tags: context,
    }),
    { maxLength: 2 },
  ),
})

/** Few chunks, so that some come twice; fences that are the run's now and then. */
const output = fc.record({
  op: fc.constant('write_output' as const),
  runId,
  keep: fc.constantFrom(5, 12, 1_000),
  chunks: fc.array(
    fc.record({
      step: fc.constantFrom('a', 'é'),
      epoch: fc.nat(1),
      fence: fc.constantFrom(0, 1, 1, 2),
      attempt: fc.constantFrom(1, 2),
      start: fc.constantFrom(0, 3),
      payload: fc.constantFrom('""', '"x"', '"\\u0000ä👍"'),
      weight: fc.integer({ min: 1, max: 6 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
})

const others = fc.oneof(
  output,
  fc.record({ op: fc.constant('heartbeat' as const), worker, leaseMs: lease }),
  fc.record({
    op: fc.constant('claim' as const),
    worker,
    leaseMs: lease,
    limit: fc.integer({ min: 1, max: 3 }),
    maxClaims: fc.constantFrom(2, 5),
    format: fc.constant(1),
    definitions: fc.constantFrom(
      [{ type: 'letter', definitionVersion: '1', rank: 0 }],
      [
        { type: 'letter', definitionVersion: '1', rank: 0 },
        { type: 'parcel', definitionVersion: '1', rank: 0 },
      ],
      [
        { type: 'letter', definitionVersion: '1', rank: -1 },
        { type: 'parcel', definitionVersion: '1', rank: 1 },
        { type: 'letter', definitionVersion: '1:high', rank: 1 },
      ],
    ),
    runId: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: runId }),
    crashLoop: fc.constant(entryOf('failed', null, '"crash"')),
  }),
  fc.record({ op: fc.constant('release' as const), worker }),
  fc.record({
    op: fc.constant('send' as const),
    runId,
    id: fc.constantFrom('m1', 'm2', 'm3', 'm4'),
    kind: fc.constantFrom('signal' as const, 'signal' as const, 'cancel' as const),
    name: fc.constant('yes'),
    payload,
  }),
  fc.record({
    op: fc.constant('rollback' as const),
    runId,
    toVersion: small,
    entry: fc.constant(entryOf('rolled_back', null, 'null')),
  }),
  fc.record({
    op: fc.constant('resume' as const),
    runId,
    expectVersion: small,
    entry: fc.constant(entryOf('resumed', null, 'null')),
  }),
  fc.record({
    op: fc.constant('fork' as const),
    runId,
    version: fc.option(small),
    newRunId: runId,
    key,
    entry: fc.constant(entryOf('forked', null, 'null')),
  }),
  fc.record({ op: fc.constant('unpark' as const), waitsFor, limit: fc.constantFrom(1, 2, 1_000) }),
  fc.record({ op: fc.constant('confirm' as const), runId, version: small }),
  telemetry,
  fc.record({
    op: fc.constant('rotate' as const),
    keepLogsMs: fc.constantFrom(null, 0, 60),
    keepSamplesMs: fc.constantFrom(null, 0, 60),
    limit: fc.constantFrom(1, 2, 500),
  }),
  fc.record({ op: fc.constant('set_clock' as const), now: fc.integer({ min: BASE, max: BASE + 200 }) }),
)

const operation: fc.Arbitrary<WriteOperation> = fc.oneof(
  { weight: 3, arbitrary: open },
  { weight: 5, arbitrary: commit },
  { weight: 5, arbitrary: others },
  { weight: 1, arbitrary: taking(runId, small) },
)

/**
 * Commits that have a chance: made from what a run that is opened held, and committed to in order, would have. Mixed
 * with random ones they meet repetitions, stale fences, limits and duplicate steps.
 */
const story = fc
  .tuple(
    runId,
    worker,
    fc.array(fc.tuple(fc.array(entry, { minLength: 1, maxLength: 2 }), next, fc.constantFrom(0, 1, 3)), {
      maxLength: 5,
    }),
    open,
    fc.option(fc.boolean()),
    fc.option(output),
  )
  .map(([id, holder, parts, first, taken, said]): readonly WriteOperation[] => {
    const claimFor = { worker: holder, leaseMs: 50 }
    let version = 2
    const commits = parts.map(([entries, then, sent]): WriteOperation => {
      const at = version
      version += entries.length
      const limits = { maxEntries: 50_000, maxBytes: 1_000_000 }
      return {
        op: 'commit',
        runId: id,
        worker: holder,
        fence: 1,
        version: at,
        entries,
        progress: true,
        sent,
        ...limits,
        ...then,
      }
    })
    const spoken = commits.length > 0 && said !== null ? [{ ...said, runId: id }] : []
    return [{ ...first, runId: id, claimFor }, ...commits, ...spoken, ...ending(id, holder, version, taken)]
  })

/** Some stories come to an end, are heard of, and are taken away or compacted. */
function ending(
  id: string,
  holder: string,
  version: number,
  taken: boolean | null,
): readonly WriteOperation[] {
  if (taken === null) return []
  const end: WriteOperation = {
    op: 'commit',
    runId: id,
    worker: holder,
    fence: 1,
    version,
    entries: [entryOf('completed', null, '1')],
    status: 'completed',
    readyInMs: null,
    waitsFor: null,
    inboxSeen: 0,
    progress: true,
    sent: 0,
    maxEntries: 50_000,
    maxBytes: 1_000_000,
  }
  const confirmed: WriteOperation = { op: 'confirm', runId: id, version }
  const gone: WriteOperation = taken
    ? { op: 'delete_run', runId: id, version }
    : { op: 'compact', runId: id, version, entry: compacted }
  return [end, confirmed, gone]
}

/** Batches of one to a dozen operations each. */
export const anyBatches: fc.Arbitrary<readonly (readonly WriteOperation[])[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.array(operation, { minLength: 1, maxLength: 6 }) },
    { weight: 2, arbitrary: story },
    {
      weight: 3,
      arbitrary: fc.array(shared(BASE, runId), { minLength: 1, maxLength: 6 }).map((some) => some.flat()),
    },
  ),
  { minLength: 2, maxLength: 12 },
)
