import type { MessageBus } from '@pawl/message-bus'
import {
  type ClaimRequest,
  type Commit,
  type Entry,
  type Heartbeat,
  LIFECYCLE_KINDS,
  type StateStore,
} from '@pawl/state-store'
import { ForwardingStore } from './forwarding-store.ts'
import { GappedStore } from './gapped-store.ts'

/** A fault that the contracts forbid, built into the store or the bus: the checker must find it. */
export interface PlantedBug {
  readonly name: string
  /** Rules of the checker; it must name one of them. */
  readonly breaks: readonly string[]
  /** Between the processes and the store; the checker sees what really stands there. */
  readonly store?: (next: StateStore) => StateStore
  /** Of the store itself: the checker sees it too. */
  readonly engine?: (next: StateStore) => StateStore
  readonly bus?: (next: MessageBus) => MessageBus
}

type Journal = readonly Entry[]

/** A store that tells another journal than it holds, to whoever continues a run. */
function misreading(change: (journal: Journal) => Journal): (next: StateStore) => StateStore {
  class Misreading extends ForwardingStore {
    override async journal(at: Parameters<StateStore['journal']>[0]) {
      return change(await super.journal(at))
    }
  }
  return (next) => new Misreading(next)
}

const isStep = ({ kind }: Entry): boolean => kind === 'step_completed'

function swapLastTwo(journal: Journal): Journal {
  const last = journal.findLastIndex(isStep)
  const before = journal.findLastIndex((entry, index) => isStep(entry) && index < last)
  if (before < 0) return journal
  return journal.map((entry, index) => {
    if (index === last) return { ...entry, payload: journal[before]!.payload }
    return index === before ? { ...entry, payload: journal[last]!.payload } : entry
  })
}

/** The last finished step is not told; the entry in its place says nothing. */
function forgetLast(journal: Journal): Journal {
  const last = journal.findLastIndex(isStep)
  return journal.map((entry, index) =>
    index === last ? { ...entry, kind: 'timer_set', meta: { wakeAt: 0 } } : entry,
  )
}

/** A store that lets a holder write whose run was given to another. */
class Fenceless extends ForwardingStore {
  override async commit(commit: Commit) {
    const verdict = await super.commit(commit)
    if (verdict.ok || verdict.reason !== 'stale_fence') return verdict
    const run = await super.run(commit.runId)
    return super.commit({ ...commit, fence: run!.fence, version: run!.version + 1 })
  }
}

/** A store that says yes to every seventh commit of a step and forgets it. */
class Forgetful extends ForwardingStore {
  #commits = 0

  override async commit(commit: Commit) {
    const { entries, version, next } = commit
    const drops = entries[0]?.kind === 'step_completed' && next === undefined && ++this.#commits % 7 === 0
    if (!drops) return super.commit(commit)
    return {
      ok: true,
      version: version + entries.length - 1,
      status: 'running',
      inbox: 0,
      at: await super.now(),
    } as const
  }
}

/** A store that writes the entries of one commit in another order. */
class Reordering extends ForwardingStore {
  override commit(commit: Commit) {
    return super.commit({ ...commit, entries: commit.entries.toReversed() })
  }
}

/** A store that gives a run away a second time, but tells nobody who has it. */
class Abandoning extends ForwardingStore {
  readonly #abandoned = new Set<string>()

  override async claim(request: ClaimRequest) {
    const claimed = await super.claim(request)
    for (const { runId, fence } of claimed) if (fence > 2) this.#abandoned.add(runId)
    return claimed.filter(({ runId }) => !this.#abandoned.has(runId))
  }

  override async heartbeat(heartbeat: Heartbeat) {
    const beat = await super.heartbeat(heartbeat)
    return { ...beat, held: beat.held.filter(({ runId }) => !this.#abandoned.has(runId)) }
  }
}

/** A store that takes lifecycle entries as sent the moment they are written. */
class Trusting extends ForwardingStore {
  override async commit(commit: Commit) {
    const verdict = await super.commit(commit)
    if (verdict.ok && commit.entries.some(({ kind }) => LIFECYCLE_KINDS.has(kind))) {
      super.confirm({ runId: commit.runId, version: verdict.version })
    }
    return verdict
  }
}

/** A store that never says what was left behind: nobody sends it again. */
class Silent extends ForwardingStore {
  override async unsent() {
    return []
  }
}

/** A store that takes the signals with it that a rollback leaves unread again. */
class Overeager extends ForwardingStore {
  readonly #gone = new Map<string, Set<number>>()

  override async rollback(request: Parameters<StateStore['rollback']>[0]) {
    const journal = await super.journal({ runId: request.runId })
    const gone = this.#gone.get(request.runId) ?? new Set<number>()
    this.#gone.set(request.runId, gone)
    for (const { kind, version, meta } of journal)
      if (kind === 'signal_received' && version > request.version) gone.add(meta.inbox ?? 0)
    return super.rollback(request)
  }

  override async inbox(runId: string, after?: number) {
    const items = await super.inbox(runId, after)
    const gone = this.#gone.get(runId)
    return items.map((item) => (gone?.has(item.seq) ? { ...item, name: 'gone' } : item))
  }
}

/** A store in which a run that waits for an agent is never woken. */
class Parking extends ForwardingStore {
  override commit(commit: Commit) {
    const { next } = commit
    if (next?.status !== 'waiting' || next.waitsFor === undefined) return super.commit(commit)
    const { readyInMs: _never, ...rest } = next
    return super.commit({ ...commit, next: rest })
  }

  override async unpark() {
    return { unparked: 0 }
  }
}

type Publish = MessageBus['publishResult']

const publishing =
  (publish: (send: Publish) => Publish) =>
  (bus: MessageBus): MessageBus => {
    const publishResult = publish(bus.publishResult.bind(bus))
    return new Proxy(bus, {
      get: (target, name) =>
        name === 'publishResult' ? publishResult : (Reflect.get(target, name) as unknown),
    })
  }

/** Swallows every fifth message. */
const swallowing = publishing((send) => {
  let count = 0
  return async (message, options) =>
    ++count % 5 === 0 ? { id: options?.id ?? '', duplicate: false } : send(message, options)
})

/** Keeps every third message back until the next one is there. */
const holdingBack = publishing((send) => {
  let count = 0
  let held: Parameters<Publish> | undefined
  return async (...message) => {
    if (++count % 3 === 0 && held === undefined) {
      held = message
      return { id: message[1]?.id ?? '', duplicate: false }
    }
    const published = await send(...message)
    if (held !== undefined) await send(...held)
    held = undefined
    return published
  }
})

/** Takes the trace context off what a process says at an end. */
const untraced = publishing((send) => async (message, options) => {
  const { traceparent, ...metadata } = message.metadata ?? {}
  const isEnd = metadata.event_type === 'workflow_completed'
  return send(isEnd ? { ...message, metadata } : message, options)
})

export const plantedBugs: readonly PlantedBug[] = [
  { name: 'two recorded outcomes are swapped on replay', breaks: ['output'], store: misreading(swapLastTwo) },
  {
    name: 'a finished step is forgotten and runs again',
    breaks: ['ran-again'],
    store: misreading(forgetLast),
  },
  {
    name: 'versions have a gap',
    breaks: ['versions'],
    engine: (next) => new GappedStore(next),
  },
  { name: 'a stale fence is accepted', breaks: ['stale-fence'], store: (next) => new Fenceless(next) },
  { name: 'a committed entry is dropped', breaks: ['journal'], store: (next) => new Forgetful(next) },
  {
    name: 'entries of a commit change places',
    breaks: ['order', 'journal'],
    store: (next) => new Reordering(next),
  },
  { name: 'a signal is lost on rollback', breaks: ['signal-lost'], store: (next) => new Overeager(next) },
  { name: 'a run is given away to nobody', breaks: ['run-lost'], store: (next) => new Abandoning(next) },
  { name: 'a parked run is never woken', breaks: ['run-lost'], store: (next) => new Parking(next) },
  { name: 'the outbox is skipped after a crash', breaks: ['outbox'], store: (next) => new Silent(next) },
  { name: 'what was not sent counts as sent', breaks: ['outbox'], store: (next) => new Trusting(next) },
  { name: 'messages are swallowed', breaks: ['outbox'], bus: swallowing },
  { name: 'messages overtake one another', breaks: ['outbox-order'], bus: holdingBack },
  { name: 'messages lose their trace', breaks: ['trace'], bus: untraced },
]
