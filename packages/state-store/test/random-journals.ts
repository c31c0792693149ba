import fc from 'fast-check'
import type { EntryRow } from '../src/engine/entry-row.ts'
import type { WriteOperation } from '../src/engine/writes.ts'

// Random journals that are long and crooked enough for the views: steps by agents, failures, mail, rollbacks (also to
// versions that an earlier rollback took off the line), resumes and forks. The operations are worked out beforehand, as a
// client that never loses a race would issue them, so that every one of them is accepted.

/** The frozen time that the journals start from: a full minute. */
export const START = 1_750_000_020_000

const POISON = [
  'a\u0000b',
  '\ud800',
  'x\udc00y',
  '\\u0000',
  'C:\\\\u0000',
  '"\\u0000"',
  '\\\u0000',
  'ä👍',
] as const
const DEEP = [`${'['.repeat(1_000)}${']'.repeat(1_000)}`, `${'['.repeat(1_001)}${']'.repeat(1_001)}`] as const

const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('plain', 'with "quotes"', '100%') },
  { weight: 1, arbitrary: fc.constantFrom(...POISON) },
)

const oddNumber = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 90_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(-1, -0.5, 1.5, 12.999, 1e15, 1e300, 2 ** 53, '7', null, [1]) },
)

const failedAttempt = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record(
      { attempt: oddNumber, message: word, code: word },
      { requiredKeys: ['attempt', 'message'] },
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('no object', 7, null) },
)

/** What the runtime writes, and what nobody should. */
const metaText = fc
  .record(
    {
      agent: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom('writer', 'editor', 'Writer') },
        { weight: 1, arbitrary: fc.oneof(word, fc.constant(5)) },
      ),
      attempts: oddNumber,
      durationMs: oddNumber,
      tokens: oddNumber,
      errors: fc.oneof(
        { weight: 5, arbitrary: fc.array(failedAttempt, { maxLength: 3 }) },
        { weight: 1, arbitrary: word },
      ),
      reason: word,
    },
    { requiredKeys: [] },
  )
  .map((meta) => JSON.stringify(meta))

const payloadText = fc.oneof(
  { weight: 4, arbitrary: fc.json({ maxDepth: 2 }).filter((text) => text.isWellFormed()) },
  { weight: 2, arbitrary: word.map((text) => JSON.stringify({ message: text, code: 'E_ODD', [text]: 1 })) },
  { weight: 1, arbitrary: word.map((text) => JSON.stringify(text)) },
  // As a codec may leave it.
  { weight: 1, arbitrary: fc.constantFrom('', 'bm90IEpTT04=', '{"cut', '1 2', '-0', ...DEEP) },
)

const line = fc.record({
  kind: fc.constantFrom(
    'step_completed',
    'step_completed',
    'step_completed',
    'step_failed',
    'step_skipped',
    'timer_set',
    'timer_fired',
    'signal_received',
    'shared_set',
  ),
  payload: payloadText,
  meta: metaText,
})

const command = fc.record({
  run: fc.nat(3),
  // The longest ones leave an hour, and a day, behind.
  waitMs: fc.constantFrom(0, 0, 0, 7, 900, 61_000, 61_000, 2_000_000, 50_000_000),
  act: fc.oneof(
    { weight: 6, arbitrary: fc.array(line, { minLength: 1, maxLength: 4 }) },
    { weight: 3, arbitrary: fc.record({ backTo: fc.double({ min: 0, max: 1, noNaN: true }) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        end: fc.constantFrom('completed', 'failed', 'cancelled'),
        payload: payloadText,
      }),
    },
    { weight: 1, arbitrary: fc.record({ forkAt: fc.double({ min: 0, max: 1, noNaN: true }) }) },
    { weight: 1, arbitrary: fc.record({ results: payloadText }) },
    { weight: 1, arbitrary: fc.record({ mail: fc.constantFrom('signal', 'cancel') }) },
  ),
})

type Command = typeof command extends fc.Arbitrary<infer C> ? C : never
type Line = typeof line extends fc.Arbitrary<infer L> ? L : never

interface Known {
  readonly id: string
  version: number
  fence: number
  held: boolean
  ended: 'completed' | 'other' | null
  compacted: boolean
}

const SLOTS: { readonly [kind: string]: number } = {
  step_completed: 1,
  step_skipped: 1,
  timer_set: 2,
  timer_fired: 3,
  signal_received: 4,
}

const entryOf = (kind: string, step: string | null, payload: string, meta: string): EntryRow => ({
  kind,
  step,
  slot: SLOTS[kind] ?? null,
  hash: null,
  format: 1,
  payload,
  meta,
  lifecycle: ['started', 'completed', 'failed', 'cancelled', 'resumed', 'rolled_back'].includes(kind),
})

/** A version from 1 to the last, by the share of the journal before it. */
const placeAt = (share: number, last: number): number => Math.min(last, 1 + Math.floor(share * last))

/** Turns commands into operations that are accepted one after the other. */
class Script {
  readonly operations: WriteOperation[] = []
  readonly #runs: Known[] = []
  #now = START
  #names = 0

  play({ run: number, waitMs, act }: Command): void {
    this.#now += waitMs
    this.operations.push({ op: 'set_clock', now: this.#now })
    const run = this.#runs[number] ?? this.#open()
    if (Array.isArray(act)) this.#work(run, act)
    else if ('backTo' in act) this.#rollBack(run, placeAt(act.backTo, run.version))
    else if ('end' in act) this.#end(run, act.end as 'completed', act.payload)
    else if ('results' in act) this.#compact(run, act.results)
    else if ('forkAt' in act) this.#fork(run, placeAt(act.forkAt, run.version))
    else this.#mail(run, act.mail as 'signal')
  }

  #newId(): string {
    return `0197a000-0000-7000-8000-00000000000${this.#runs.length}`
  }

  #open(): Known {
    const run: Known = { id: this.#newId(), version: 1, fence: 1, held: true, ended: null, compacted: false }
    this.operations.push({
      op: 'open',
      runId: run.id,
      key: null,
      onKey: 'return',
      type: this.#runs.length % 2 === 0 ? 'letter' : 'parcel',
      definitionVersion: '1',
      readyInMs: 0,
      claimFor: { worker: 'anna', leaseMs: 1e9 },
      entry: entryOf('started', null, '{"to":"Bea"}', '{}'),
    })
    this.#runs.push(run)
    return run
  }

  #work(run: Known, lines: readonly Line[]): void {
    if (!this.#take(run)) return
    const entries = lines.map(({ kind, payload, meta }) => {
      this.#names += 1
      // A failed step is done again under its name.
      const step = kind === 'step_failed' ? `s${this.#names % 3}` : `s${this.#names}`
      return entryOf(kind, kind === 'shared_set' ? null : step, payload, meta)
    })
    this.#commit(run, entries, 'running')
  }

  #end(run: Known, kind: 'completed' | 'failed' | 'cancelled', payload: string): void {
    if (!this.#take(run)) return
    this.#commit(run, [entryOf(kind, null, payload, '{}')], kind)
    run.held = false
    run.ended = kind === 'completed' ? 'completed' : 'other'
  }

  #commit(
    run: Known,
    entries: readonly EntryRow[],
    status: 'running' | 'completed' | 'failed' | 'cancelled',
  ) {
    const { id: runId, fence } = run
    const limits = {
      maxEntries: 50_000,
      maxBytes: 1_000_000,
      readyInMs: null,
      waitsFor: null,
      inboxSeen: 0,
      progress: true,
      sent: 0,
    }
    const version = run.version + 1
    this.operations.push({ op: 'commit', runId, worker: 'anna', fence, version, entries, status, ...limits })
    run.version += entries.length
  }

  #rollBack(run: Known, toVersion: number): void {
    if (run.compacted) return
    const entry = entryOf('rolled_back', null, 'null', JSON.stringify({ toVersion, reason: 'because' }))
    this.operations.push({ op: 'rollback', runId: run.id, toVersion, entry })
    Object.assign(run, { version: run.version + 1, fence: run.fence + 1, held: false, ended: null })
  }

  #fork(run: Known, version: number): void {
    if (this.#runs.length > 8 || run.compacted) return
    const made: Known = {
      id: this.#newId(),
      version: version + 1,
      fence: 0,
      held: false,
      ended: null,
      compacted: false,
    }
    const entry = entryOf('forked', null, JSON.stringify({ runId: run.id, version }), '{}')
    this.operations.push({ op: 'fork', runId: run.id, version, newRunId: made.id, key: null, entry })
    this.#runs.push(made)
    this.#claim(made)
  }

  #compact(run: Known, results: string): void {
    const { id: runId, version } = run
    if (run.ended === null || run.compacted) return
    this.operations.push({ op: 'confirm', runId, version })
    // As a codec, or a fold of something else, may leave it.
    const payload = results.length % 2 === 0 ? `{"results":${results}}` : results
    this.operations.push({ op: 'compact', runId, version, entry: entryOf('compacted', 's1', payload, '{}') })
    run.compacted = true
  }

  #mail(run: Known, kind: 'signal' | 'cancel'): void {
    if (!run.held) return
    const id = `m${this.operations.length}`
    this.operations.push({ op: 'send', runId: run.id, id, kind, name: 'go', payload: '1' })
  }

  /** Makes the run the writer's, if that can be. */
  #take(run: Known): boolean {
    if (run.held) return true
    if (run.ended === 'completed' || run.compacted) return false
    const entry = entryOf('resumed', null, 'null', JSON.stringify({ toVersion: run.version }))
    this.operations.push({ op: 'resume', runId: run.id, expectVersion: run.version, entry })
    Object.assign(run, { version: run.version + 1, fence: run.fence + 1, ended: null })
    this.#claim(run)
    return true
  }

  #claim(run: Known): void {
    const definitions = ['letter', 'parcel'].map((type) => ({ type, definitionVersion: '1', rank: 0 }))
    const crashLoop = entryOf('failed', null, '"crash"', '{}')
    const rest = { leaseMs: 1e9, limit: 1, maxClaims: 5, format: 1, definitions, runId: null, crashLoop }
    this.operations.push({ op: 'claim', worker: 'anna', ...rest })
    run.fence += 1
    run.held = true
  }
}

/** Operations to be written one after the other, each in a batch of its own. */
export const anyJournals: fc.Arbitrary<readonly WriteOperation[]> = fc
  .array(command, { minLength: 8, maxLength: 40 })
  .map((commands) => {
    const script = new Script()
    for (const one of commands) script.play(one)
    return script.operations
  })
