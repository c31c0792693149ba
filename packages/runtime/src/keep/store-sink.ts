import type { BusEvent, EventSink } from '@pawl/event-bus'
import type { NewEntry, StateStore, Verdict } from '@pawl/state-store'
import { v7 as uuidv7 } from 'uuid'
import { RuntimeError } from '../errors.ts'

/** The type of the runs that hold events. Nobody has a workflow of this name, so nobody claims them. */
const EVENTS_TYPE = 'pawl.events'

export interface StoreSinkOptions {
  /** Tells one trail of events from others. */
  readonly name: string
}

/** Long enough that no other holder is looked for: nobody may claim a run of events. */
const LEASE_MS = 86_400_000

/**
 * A sink that keeps a bus's events in a state store, lossless and in order: each trail is a journal, each event an
 * entry under its id, committed under a fence. What was acknowledged is as durable as a step. A batch that comes again
 * is written once. When a journal is full the next one is opened. Read it with `storedEvents`.
 *
 * `append` rejects with the store's error; the bus then tries again.
 */
export function storeSink(store: StateStore, { name }: StoreSinkOptions): EventSink {
  let trail: Promise<Trail> | undefined
  const append = async (events: readonly BusEvent[]): Promise<void> => {
    trail ??= Trail.open(store, name)
    const open = await trail.catch((error: unknown) => {
      trail = undefined
      throw error
    })
    const verdict = await open.append(events)
    if (verdict.ok) return
    if (verdict.reason !== 'run_limit') throw refused(name, verdict.message)
    await open.end()
    trail = Trail.open(store, name)
    const next = await (await trail).append(events)
    if (!next.ok) throw refused(name, next.message)
  }
  return { append }
}

/** The events of a name, oldest first, over all its journals. */
export async function* storedEvents(
  store: StateStore,
  name: string,
): AsyncGenerator<BusEvent, void, undefined> {
  let cursor: string | undefined
  for (;;) {
    const page = await store.runs({
      type: EVENTS_TYPE,
      order: 'oldest',
      ...(cursor === undefined ? {} : { cursor }),
    })
    if (page.items.length === 0) return
    for (const { runId } of page.items) {
      const [started, ...entries] = await store.journal({ runId })
      if ((started?.payload as { readonly name?: unknown } | null)?.name !== name) continue
      for (const { kind, payload } of entries)
        if (kind === 'step_completed') yield payload as unknown as BusEvent
    }
    cursor = page.next ?? undefined
  }
}

/** One journal of events while this process holds it. */
class Trail {
  readonly #store: StateStore
  readonly #runId: string
  readonly #worker: string
  readonly #fence: number
  #version = 1

  private constructor(store: StateStore, runId: string, worker: string, fence: number) {
    this.#store = store
    this.#runId = runId
    this.#worker = worker
    this.#fence = fence
  }

  static async open(store: StateStore, name: string): Promise<Trail> {
    const worker = `events ${uuidv7()}`
    const claimFor = { worker, leaseMs: LEASE_MS }
    const opened = await store.open({ type: EVENTS_TYPE, input: { name }, claimFor })
    // It is no workflow: no message tells of it.
    store.confirm({ runId: opened.runId, version: 1 })
    return new Trail(store, opened.runId, worker, opened.fence ?? 0)
  }

  async append(events: readonly BusEvent[]): Promise<Verdict> {
    const verdict = await this.#commit(events.map(entryOf))
    if (verdict.ok || (verdict.reason !== 'version_conflict' && verdict.reason !== 'duplicate_step'))
      return verdict
    // A batch whose answer was lost comes again with others: what is there already is left out.
    const known = await this.#catchUp()
    return this.#commit(events.filter(({ id }) => !known.has(id)).map(entryOf))
  }

  /** Ends the journal; another one goes on. */
  async end(): Promise<void> {
    const next = { status: 'completed' } as const
    const version = this.#version + 1
    await this.#store.commit({ ...this.#holder, version, entries: [{ kind: 'completed' }], next })
    this.#store.confirm({ runId: this.#runId, version })
  }

  get #holder() {
    return { runId: this.#runId, worker: this.#worker, fence: this.#fence }
  }

  async #commit(entries: readonly NewEntry[]): Promise<Verdict> {
    const version = this.#version + 1
    const verdict = await this.#store.commit({ ...this.#holder, version, entries })
    if (verdict.ok) this.#version = verdict.version
    return verdict
  }

  /** Finds the end of the journal, and the ids of what lies behind the place where this process thought it was. */
  async #catchUp(): Promise<ReadonlySet<string>> {
    const journal = await this.#store.journal({ runId: this.#runId })
    const known = journal.slice(this.#version).map(({ step }) => step ?? '')
    this.#version = journal.length
    return new Set(known)
  }
}

const entryOf = (event: BusEvent): NewEntry => ({ kind: 'step_completed', step: event.id, payload: event })

const refused = (name: string, message: string): RuntimeError =>
  new RuntimeError('SINK_REFUSED', `The events of '${name}' are not kept: ${message} Open the sink again.`)
