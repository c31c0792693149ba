import type { EventBus } from '@pawl/event-bus'
import { type Entry, isFinished, type Run, type StateStore } from '@pawl/state-store'
import type { AnyWorkflow } from '../define/workflow.ts'
import type { Ports } from '../drive/ports.ts'
import { RuntimeError } from '../errors.ts'
import type { RuntimeEvents } from './events.ts'
import { isEnding, PendingChunks } from './pending-chunks.ts'
import { Percent } from './percent.ts'
import { isTold, type WorkflowProgress } from './progress.ts'
import { type Heard, RunFeed } from './run-feed.ts'
import { cursorOf, placeOf, type StreamPlace } from './stream-cursor.ts'
import { dataOf } from './timeline.ts'
import { type Chunk, type TextNews, ToldTexts } from './told-texts.ts'

export interface FollowOptions {
  /** Where to take the stream up: the `cursor` of an item, or a version of the journal. Default: from the start. */
  readonly after?: string | number | undefined
  readonly signal?: AbortSignal | undefined
}

interface StreamParts {
  readonly store: StateStore
  readonly events: EventBus<RuntimeEvents>
  readonly ports: Ports
  /** Whether this process drives the run now: then it hears of all that is written. */
  readonly holds: (runId: string) => boolean
}

/** Entries that are read in one go. */
const PAGE = 1_000
const CHUNKS = 500

/**
 * Text that an entry speaks of may come a little after it: that of a transaction, or of a batch that the store had to take
 * apart. It is asked for so often, for entries that are so young when the run is looked at.
 */
const LATE_TRIES = 12
const LATE_MS = 200
const LATE_AGE_MS = 5_000

/**
 * Follows a run until it has ended, whichever process drives it: each committed entry once, in order, and before the entry
 * of a step the text that it wrote, as far as that was kept, no part of it twice. Events of this process make it prompt;
 * nothing rests on them. Without the definition nobody knows how many steps there will be. A reader who is slow is told
 * from the store, and holds a bounded piece of memory.
 */
export async function* followRun(
  run: { readonly runId: string; readonly type: string },
  definition: AnyWorkflow | undefined,
  parts: StreamParts,
  options: FollowOptions = {},
): AsyncGenerator<WorkflowProgress, void, undefined> {
  const { signal } = options
  const from = placeOf(options.after)
  signal?.throwIfAborted()
  const feed = new RunFeed(run.runId, parts)
  try {
    for await (const item of new Follower(run, definition, parts, feed, from).items(signal)) {
      yield item
      signal?.throwIfAborted()
    }
  } finally {
    feed.close()
  }
}

type Item = AsyncGenerator<WorkflowProgress, void, undefined>

/** One stream of one run, and how far it is. */
class Follower {
  readonly #runId: string
  readonly #workflow: string
  readonly #parts: StreamParts
  readonly #feed: RunFeed
  readonly #from: StreamPlace
  readonly #percent: Percent
  readonly #texts = new ToldTexts()
  readonly #pending = new PendingChunks()
  /** Which agents do which steps, as far as that is known. */
  readonly #agents = new Map<string, string>()
  #version = 0
  /** The store's output was read up to here. */
  #place: number
  /** Whether entries up to where the stream is taken up have been noted. */
  #isThere = false
  /** When the run was written to last, as of the last look. */
  #updatedAt = 0
  /** Whether everything was told that there was when the stream began. */
  #isLive = false
  /** The run's fence when it was looked at last, if this process held it then. */
  #heldFence: number | undefined
  /** The version at which waiting was told. */
  #waitsAt = 0

  constructor(
    { runId, type }: { readonly runId: string; readonly type: string },
    definition: AnyWorkflow | undefined,
    parts: StreamParts,
    feed: RunFeed,
    from: StreamPlace,
  ) {
    this.#runId = runId
    this.#workflow = type
    this.#parts = parts
    this.#feed = feed
    this.#from = from
    this.#place = from.place
    this.#percent = new Percent(definition?.expectedSteps)
    const form = definition?.form
    for (const { name, agent } of form?.kind === 'graph' ? form.steps : []) {
      this.#learnAgent(name, typeof agent === 'object' ? agent.id : agent)
    }
  }

  async *items(signal: AbortSignal | undefined): Item {
    for (let look = true; ; look = this.#feed.takeLook() || look) {
      signal?.throwIfAborted()
      if (look) {
        look = false
        const run = await this.#run()
        yield* this.#tellStored(run)
        if (isFinished(run.status) && run.version === this.#version) return
        if (run.status === 'waiting' && run.version === this.#version) yield* this.#tellWaiting(run)
        continue
      }
      const heard = this.#feed.next()
      if (heard === undefined) await this.#feed.news(signal)
      else if (heard.what !== 'journal') yield* this.#tellHeard(heard)
      else look = heard.version === null || heard.version > this.#version
    }
  }

  async #run(): Promise<Run> {
    const run = await this.#parts.store.run(this.#runId)
    if (run !== undefined) return run
    throw new RuntimeError('RUN_NOT_FOUND', `There is no run ${this.#runId} any more: it was pruned.`)
  }

  /** Tells what the store has: entries, and the text that belongs before them. */
  async *#tellStored(run: Run): Item {
    const { store, holds } = this.#parts
    const isBehind = this.#feed.takeBehind()
    this.#updatedAt = run.updatedAt
    const isHeld = holds(this.#runId)
    // Who holds the run, or held it until now, hears of all text at once, unless he came late or was too slow.
    const reads = isBehind || !this.#isLive || !(isHeld || run.fence === this.#heldFence)
    this.#heldFence = isHeld ? run.fence : undefined
    let entries: readonly Entry[]
    do {
      const from = this.#version + 1
      entries = run.version < from ? [] : (await store.entries(this.#runId, { from, limit: PAGE })).items
      // After the entries: what was written before them is there by now.
      if (reads) await this.#read(isBehind)
      for (const entry of entries) yield* this.#tellEntry(entry)
    } while (entries.length === PAGE)
    this.#arrive()
    for (let chunk = this.#pending.take(); chunk !== undefined; chunk = this.#pending.take()) {
      yield* this.#tellChunk(chunk)
    }
    this.#isLive = true
  }

  async *#tellEntry(entry: Entry): Item {
    this.#learnAgent(entry.step, entry.meta.agent)
    if (entry.version > this.#from.version) {
      this.#arrive()
      yield* this.#tellTextBefore(entry)
      for (const news of this.#texts.before(entry)) yield this.#textItem(news.step, news, entry.at)
    }
    this.#version = entry.version
    const percent = this.#percent.after(entry)
    this.#texts.note(entry)
    if (entry.version <= this.#from.version || !isTold(entry)) return
    const { kind: type, step, at } = entry
    yield { ...this.#about(entry.meta.agent ?? null, at), percent, type, step, data: dataOf(entry) }
  }

  /** Everything that was written before an entry, as far as it has to do with it. */
  async *#tellTextBefore(entry: Entry): Item {
    yield* this.#tellPending(entry)
    const { step } = entry
    if (step === null && !isEnding(entry)) return
    for (let heard = this.#feed.nextOf(step); heard !== undefined; heard = this.#feed.nextOf(step)) {
      yield* this.#tellHeard(heard)
    }
    const tries = this.#updatedAt - entry.at < LATE_AGE_MS ? LATE_TRIES : 0
    for (let time = 0; time < tries && this.#texts.lacks(entry); time++) {
      // Of what this process wrote itself a flush is as a rule the last word.
      if (time > 0 || !this.#parts.holds(this.#runId)) await this.#pause(LATE_MS)
      await this.#read(true)
      yield* this.#tellPending(entry)
    }
  }

  *#tellPending(entry: Entry): Generator<WorkflowProgress, void, undefined> {
    const next = () => this.#pending.takeBefore(entry)
    for (let chunk = next(); chunk !== undefined; chunk = next()) yield* this.#tellChunk(chunk)
  }

  async *#tellHeard(heard: Exclude<Heard, { readonly what: 'journal' }>): Item {
    if (heard.what === 'step') {
      yield this.#stepItem(heard.event)
      return
    }
    const { chunk, step } = heard
    if (this.#texts.misses(chunk)) {
      // Written before this stream began to listen, or let go: the store has it, or nobody.
      await this.#read(true)
      for (let kept = this.#pending.takeOf(step); kept !== undefined; kept = this.#pending.takeOf(step)) {
        yield* this.#tellChunk(kept)
      }
    }
    yield* this.#tellChunk(chunk)
  }

  *#tellChunk(chunk: Chunk): Generator<WorkflowProgress, void, undefined> {
    for (const news of this.#texts.take(chunk)) yield this.#textItem(chunk.step, news, chunk.at)
  }

  *#tellWaiting(run: Run): Generator<WorkflowProgress, void, undefined> {
    if (this.#waitsAt === run.version) return
    this.#waitsAt = run.version
    const data = { readyAt: run.readyAt }
    yield { ...this.#about(null, run.updatedAt), type: 'waiting', step: null, data }
  }

  /** Reads the output that is new in the store; `flush` if this process may have some that has not left. */
  async #read(flush: boolean): Promise<void> {
    const { store, holds } = this.#parts
    if (flush && holds(this.#runId)) await store.output.flush()
    for (;;) {
      const asked = { runId: this.#runId, after: this.#place, limit: CHUNKS }
      const chunks = await store.output.read(asked)
      this.#pending.add(chunks)
      this.#place = chunks.at(-1)?.place ?? this.#place
      if (chunks.length < CHUNKS) return
    }
  }

  /** Everything up to where the stream is taken up has been noted. */
  #arrive(): void {
    if (this.#isThere) return
    this.#isThere = true
    this.#texts.restore(this.#from.positions)
  }

  #learnAgent(step: string | null, agent: string | null | undefined): void {
    if (step !== null && typeof agent === 'string') this.#agents.set(step, agent)
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#parts.ports.setTimer(resolve, ms)
    })
  }

  #about(agent: string | null, at: number) {
    const { positions } = this.#texts
    const place = this.#pending.first === undefined ? this.#place : this.#pending.first - 1
    return {
      runId: this.#runId,
      workflow: this.#workflow,
      version: this.#version,
      agent,
      at,
      percent: this.#percent.now,
      cursor: cursorOf({ version: this.#version, place, positions }),
    }
  }

  #textItem(step: string, news: TextNews, at: number): WorkflowProgress {
    const about = { ...this.#about(this.#agents.get(step) ?? null, at), step }
    switch (news.type) {
      case 'output':
        return { ...about, type: 'output', data: { ...news.of, offset: news.offset, text: news.text } }
      case 'output_rewind':
        return { ...about, type: 'output_rewind', data: { ...news.of, to: news.to } }
      case 'output_ended':
        return { ...about, type: 'output_ended', data: { ...news.of, length: news.length } }
    }
  }

  #stepItem({ type, payload, timestamp }: (Heard & { readonly what: 'step' })['event']): WorkflowProgress {
    const { step, agent } = payload
    this.#learnAgent(step, agent)
    if ('done' in payload) this.#percent.advance(step, payload.done)
    const about = { ...this.#about(agent, timestamp), step }
    if ('done' in payload) return { ...about, type: 'step_progress', data: { done: payload.done } }
    if (type === 'step.started' || !('attempt' in payload))
      return { ...about, type: 'step_started', data: null }
    return { ...about, type: 'step_retried', data: { attempt: payload.attempt, error: payload.error } }
  }
}
