import type { HarnessOptions } from '../../src/conformance/index.ts'
import type { StateStore } from '../../src/contract/store.ts'
import type { NewEntry, Next } from '../../src/index.ts'

// What is written into the data that a release leaves for its successors' upgrade tests: something of everything that
// the store can hold, with fixed ids and times. A release that can hold more writes more; what is here stays, so that
// every release has it.

/** The frozen time that the story begins at. */
const BEGIN = 1_750_000_000_000

/** The frozen time at which the answers are asked for, after the story's end. */
export const ASKED_AT = BEGIN + 2 * 86_400_000

/** Base64: what it passes over cannot be read by whoever lacks it. */
const codec = {
  encode: (text: string) => Buffer.from(text, 'utf8').toString('base64'),
  decode: (text: string) => Buffer.from(text, 'base64').toString('utf8'),
}

/** How each namespace of the story is opened. */
export const NAMESPACES: readonly HarnessOptions[] = [
  { namespace: 'default' },
  { namespace: 'o\'neill & 100% "sons"' },
  { namespace: 'encoded', codec },
]

const uuid = (number: number): string => `0197a000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`

const HOSTILE: readonly unknown[] = [
  { text: 'a\u0000b', '\u0000': 0 },
  ['\ud800', 'x\udc00y', { '\udfff': '\ud83d' }],
  { zero: -0, list: [0, -0] },
  { zulu: 1, alpha: 2, mike: { b: 1, a: 2 } },
  JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1},"a":{"__proto__":1}}'),
  { "it's": 1, 'a"b': 2, '100%': 3, '\\': 4, '': 5, $ref: 6 },
  "'); drop table run; --",
  "👩‍👩‍👧 \u2028\u2029\ufeff\n\t$$ $1 E'\\' ",
  [Number.MAX_SAFE_INTEGER, 1e308, 5e-324, -1e-7, 0.1 + 0.2],
  ['null', 'true', '1e5', '2020-01-01T00:00:00Z', '{}'],
  [{}, [], '', null, false, 0],
  nested(60),
  'ä'.repeat(300),
]

function nested(levels: number): unknown {
  let value: unknown = 'the core'
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { in: value }
  return value
}

const step = (name: string, payload: unknown = name): NewEntry => ({
  kind: 'step_completed',
  step: name,
  payload,
  meta: { agent: 'writer', attempts: 2, durationMs: 7, tokens: 11, errors: [{ attempt: 1, message: 'oh' }] },
})

interface Held {
  readonly runId: string
  readonly fence: number
}

/** Writes to one store as its worker, a second later each time. */
class Teller {
  readonly #store: StateStore
  #now = BEGIN
  #opened = 0

  constructor(store: StateStore) {
    this.#store = store
  }

  async tick(ms = 1_000): Promise<void> {
    this.#now += ms
    await this.#store.setTestClock(this.#now)
  }

  async open(
    options: { key?: string; input?: unknown; held?: boolean; type?: string; readyInMs?: number } = {},
  ) {
    await this.tick()
    this.#opened += 1
    const { key, input = { to: 'Bea' }, held = true, type = 'letter', readyInMs } = options
    const { runId, fence } = await this.#store.open({
      type,
      definitionVersion: '3',
      runId: uuid(this.#opened),
      input,
      onKey: 'new-if-finished',
      ...(key === undefined ? {} : { key }),
      ...(readyInMs === undefined ? {} : { readyInMs }),
      ...(held ? { claimFor: { worker: 'anna', leaseMs: 3_600_000 } } : {}),
    })
    return { runId, fence: fence ?? 0 }
  }

  async commit(
    { runId, fence }: Held,
    version: number,
    entries: readonly NewEntry[],
    next?: Next,
  ): Promise<void> {
    await this.tick()
    const commit = { runId, worker: 'anna', fence, version, entries, ...(next === undefined ? {} : { next }) }
    const verdict = await this.#store.commit(commit)
    if (!verdict.ok) throw new Error(verdict.message)
  }

  async end(run: Held, version: number, kind: 'completed' | 'failed' | 'cancelled'): Promise<void> {
    const meta = kind === 'failed' ? { failedSteps: ['b'] } : {}
    await this.commit(run, version, [{ kind, payload: { said: kind }, meta }], { status: kind })
  }

  async fork(runId: string, version?: number): Promise<string> {
    await this.tick()
    this.#opened += 1
    const newRunId = uuid(this.#opened)
    await this.#store.fork({ runId, newRunId, ...(version === undefined ? {} : { version }) })
    return newRunId
  }

  /** Confirmations are heard of at the next write. */
  async confirm(runId: string, version: number): Promise<void> {
    this.#store.confirm({ runId, version })
    await this.tick()
  }
}

/** Tells the story to a store that holds nothing. */
export async function tell(store: StateStore): Promise<void> {
  const teller = new Teller(store)
  await tellOfStatuses(store, teller)
  await tellOfGoingBack(store, teller)
  await tellOfHostileValues(store, teller)
  await tellOfCrashes(store, teller)
}

async function tellOfStatuses(store: StateStore, teller: Teller): Promise<void> {
  await teller.open({ held: false, key: 'queued' })
  await teller.open({ held: false, type: 'parcel', readyInMs: 3_600_000 })

  const running = await teller.open({ key: 'it\'s 100% \\ "mine"' })
  await teller.commit(running, 2, [step('a'), { kind: 'shared_set', payload: { left: 2 } }])
  await teller.commit(running, 4, [{ ...step('b'), hash: 'h1', meta: { declared: '{"x":1}' } }])
  await teller.confirm(running.runId, 1)

  const patient = await teller.open()
  await teller.commit(patient, 2, [step('a')], { status: 'waiting', inboxSeen: 0 })

  const asleep = await teller.open({ type: 'parcel' })
  const timer: NewEntry = { kind: 'timer_set', step: 'nap', meta: { wakeAt: BEGIN + 86_400_000 } }
  await teller.commit(asleep, 2, [timer], { status: 'waiting', inboxSeen: 0, readyInMs: 86_400_000 })

  const completed = await teller.open({ key: 'again' })
  await teller.commit(completed, 2, [step('a'), step('b', [1, 2, 3])])
  await teller.end(completed, 4, 'completed')
  await teller.confirm(completed.runId, 4)
  const unsent = await teller.open({ key: 'again' })
  await teller.end(unsent, 2, 'completed')
  await teller.confirm(unsent.runId, 1)

  const failed = await teller.open()
  await teller.commit(failed, 2, [{ kind: 'step_failed', step: 'b', payload: { message: 'oh' } }])
  await teller.end(failed, 3, 'failed')

  const asked = await teller.open()
  await store.send({ runId: asked.runId, kind: 'cancel', name: 'enough', id: 'c1' })
  await teller.end(asked, 2, 'cancelled')
}

async function tellOfGoingBack(store: StateStore, teller: Teller): Promise<void> {
  const run = await teller.open({ key: 'back' })
  const { runId } = run
  await teller.commit(run, 2, [step('a'), step('b')])
  for (const [index, payload] of [{ yes: 1 }, { yes: 2 }, 'unread'].entries()) {
    await store.send({ runId, kind: 'signal', name: 'approval', id: `m${index + 1}`, payload })
  }
  const signals = [1, 2].map(
    (seq): NewEntry => ({
      kind: 'signal_received',
      step: `approval ${seq}`,
      payload: { yes: seq },
      meta: { inbox: seq },
    }),
  )
  await teller.commit(run, 4, signals)
  await teller.fork(runId, 4)
  await store.rollback({ runId, version: 2, reason: 'a mistake' })
  await teller.fork(runId)
  await teller.tick()
  await store.resume({ runId, reason: 'go on' })
  const definitions = [{ type: 'letter', definitionVersion: '3' }]
  await teller.tick()
  const claimed = await store.claim({ worker: 'anna', leaseMs: 3_600_000, limit: 50, definitions })
  const again = claimed.find((one) => one.runId === runId)!
  await teller.commit(again, again.version + 1, [step('b', 'other'), { kind: 'step_skipped', step: 'c' }])

  const left = await teller.open()
  await teller.commit(left, 2, [step('a')])
  await teller.end(left, 3, 'completed')
  await teller.tick()
  await store.rollback({ runId: left.runId, version: 1 })

  const resumed = await teller.open()
  await teller.end(resumed, 2, 'failed')
  await teller.tick()
  await store.resume({ runId: resumed.runId })
}

async function tellOfHostileValues(store: StateStore, teller: Teller): Promise<void> {
  const run = await teller.open({ input: HOSTILE })
  await teller.commit(
    run,
    2,
    HOSTILE.map((value, index) => step(`it's step ${index} "100%" 👍`, value)),
  )
  for (const [index, payload] of HOSTILE.entries()) {
    await store.send({ runId: run.runId, kind: 'signal', name: '"%\\\'', id: `h${index}`, payload })
  }
  await teller.end(run, 2 + HOSTILE.length, 'completed')
}

/** A worker that never records anything, until the run is given up; and one that is gone while it holds a run. */
async function tellOfCrashes(store: StateStore, teller: Teller): Promise<void> {
  await teller.open({ held: false, type: 'trap' })
  const definitions = [{ type: 'trap', definitionVersion: '3' }]
  for (let count = 0; count < 7; count++) {
    await teller.tick(10_000)
    await store.claim({ worker: `mole ${count}`, leaseMs: 1_000, limit: 1, definitions })
  }
  await teller.open({ held: false, type: 'trap' })
  await teller.tick()
  await store.claim({ worker: 'gone', leaseMs: 1_000, limit: 1, definitions })
}
