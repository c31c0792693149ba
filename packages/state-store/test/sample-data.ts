import type { EntryMeta, NewEntry } from '../src/contract/entry.ts'
import type { StateStore } from '../src/contract/store.ts'

// A small history with something of everything that the views show.

/** The frozen time at the end of it. */
const END = 1_750_003_600_000

const DEFINITIONS = ['letter', 'parcel'].map((type) => ({ type, definitionVersion: '1' }))

const idOf = (number: number): string => `0197a000-0000-7000-8000-00000000000${number}`

const by = (agent: string, durationMs: number, more: EntryMeta = {}): EntryMeta => ({
  agent,
  durationMs,
  attempts: 1,
  tokens: 10 * durationMs,
  ...more,
})

const done = (step: string, payload: unknown, meta: EntryMeta = {}): NewEntry => ({
  kind: 'step_completed',
  step,
  payload,
  meta,
})

const wrong = { name: 'Error', message: 'the printer is on fire', code: 'E_FIRE' }

/** A run in somebody's hands, and what becomes of it. */
class Holder {
  readonly #store: StateStore
  readonly #runId: string
  #fence = 0
  #version = 1

  constructor(store: StateStore, runId: string) {
    this.#store = store
    this.#runId = runId
  }

  async open(type: string, key: string): Promise<void> {
    const claimFor = { worker: 'anna', leaseMs: 1e9 }
    const opened = await this.#store.open({ type, key, runId: this.#runId, input: { to: 'Bea' }, claimFor })
    this.#fence = opened.fence ?? 0
  }

  async claim(): Promise<void> {
    const [run] = await this.#store.claim({
      worker: 'anna',
      leaseMs: 1e9,
      limit: 1,
      definitions: DEFINITIONS,
    })
    this.#fence = run!.fence
    this.#version = run!.version
  }

  async write(
    entries: readonly NewEntry[],
    status: 'running' | 'completed' | 'failed' = 'running',
  ): Promise<void> {
    const verdict = await this.#store.commit({
      runId: this.#runId,
      worker: 'anna',
      fence: this.#fence,
      version: this.#version + 1,
      entries,
      next: { status },
    })
    if (!verdict.ok) throw new Error(verdict.message)
    this.#version = verdict.version
  }
}

/** Writes the history into an empty store; the clock stays frozen at its end. */
export async function writeSampleData(store: StateStore): Promise<void> {
  const at = (secondsBefore: number) => store.setTestClock(END - secondsBefore * 1_000)
  await at(1_800)
  const letter = new Holder(store, idOf(1))
  await letter.open('letter', 'letter-42')
  await letter.write([done('research', ['a', 'b'], by('reader', 900))])
  await at(1_790)
  const errors = [{ attempt: 1, message: 'too slow', code: 'TIMEOUT' }]
  await letter.write([done('draft', 'Dear Ann', by('writer', 4_000, { attempts: 2, errors }))])
  await at(1_700)
  await store.rollback({ runId: idOf(1), version: 2, reason: 'wrong name' })
  await store.resume({ runId: idOf(1) })
  await letter.claim()
  await store.send({ runId: idOf(1), kind: 'signal', name: 'approved', payload: true, id: 'm1' })
  await letter.write([done('draft', 'Dear Bea', by('writer', 2_000)), done('stamp', null)])
  await letter.write([{ kind: 'completed', payload: 'sent' }], 'completed')

  await at(600)
  const parcel = new Holder(store, idOf(2))
  await parcel.open('parcel', 'parcel-7')
  const failed: NewEntry = { kind: 'step_failed', step: 'print', payload: wrong, meta: by('writer', 50) }
  await parcel.write([failed, { kind: 'failed', payload: wrong, meta: { failedSteps: ['print'] } }], 'failed')

  await at(300)
  await store.fork({ runId: idOf(1), version: 2, newRunId: idOf(3) })
  const fork = new Holder(store, idOf(3))
  await fork.claim()
  await fork.write([done('draft', 'Dear Cleo', by('writer', 1_000))])

  await at(0)
  const about = { runId: idOf(2), step: 'print', agent: 'writer' }
  store.telemetry.log({ level: 'error', message: 'no paper', context: { reason: 'fire' }, ...about })
  store.telemetry.log({ message: 'all is well' })
  for (const value of [3, 1, 2]) store.telemetry.sample({ name: 'queue depth', value })
  await store.telemetry.flush()
}
