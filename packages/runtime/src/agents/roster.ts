import type { RegisteredAgent, StateStore } from '@pawl/state-store'
import type { AnyAgent } from '../define/agent.ts'
import type { Ports } from '../drive/ports.ts'
import type { AgentRegistry } from '../enter/agent-registry.ts'
import { Rounds, within } from '../enter/rounds.ts'
import type { Emit } from '../leave/events.ts'
import type { CallBook } from './call-book.ts'
import { OwnPresence } from './presence.ts'

/** How often a process tells of its agents, and learns which of them are disabled. */
const ROUND_MS = 15_000

/** How long the end of the process waits until others know of it. */
const LEAVE_MS = 1_000

/** What a process tells of itself in one cell; the rest is left out. */
const MOST_TOLD = 200
const MOST_TEXT = 48_000

export interface RosterParts {
  readonly store: StateStore
  readonly ports: Ports
  readonly agents: AgentRegistry
  readonly calls: CallBook
  readonly worker: string
  readonly emit: Emit
}

interface Known {
  readonly enabled: boolean
  readonly reason: string | null
}

/** The agents of this process as the store has them: told now and then, and whether they are enabled. */
export class Roster {
  readonly #parts: RosterParts
  readonly #presence: OwnPresence
  readonly #rounds: Rounds
  readonly #known = new Map<string, Known>()
  /** The store's time minus this machine's. */
  #clockOffset = 0
  #isPresent = false

  constructor(parts: RosterParts) {
    this.#parts = parts
    this.#rounds = new Rounds(parts.ports)
    this.#presence = new OwnPresence(parts.store, parts.worker, 3 * ROUND_MS)
  }

  /** Tells of the agents here, then again and again. */
  async start(): Promise<void> {
    await this.round()
    this.#rounds.every(ROUND_MS, () => this.round())
  }

  /** This process ends: it is not among those that run agents any more. Never rejects. */
  async stop(): Promise<void> {
    this.#rounds.stop()
    await within(
      this.#parts.ports,
      LEAVE_MS,
      this.#presence.leave().catch(() => {}),
    )
  }

  /** As far as is known here; an agent that the store was not told of yet is not, until it was. */
  isEnabled(id: string): boolean {
    return this.#known.get(id)?.enabled ?? this.#parts.agents.get(id) === undefined
  }

  /** The store's time, as far as this machine knows. */
  storeNow(): number {
    return this.#parts.ports.now() + this.#clockOffset
  }

  /**
   * Tells of every agent here, in one write of the store, and learns what was said of them. A process without agents asks
   * nothing. Never rejects: what the store did not hear now it hears in the next round.
   */
  async round(): Promise<void> {
    const agents = this.#parts.agents.all()
    if (agents.length === 0 && !this.#isPresent) return
    const told = await Promise.allSettled([...agents.map((agent) => this.#register(agent)), this.#appear()])
    const failed = told.flatMap((one, place) =>
      one.status === 'rejected' ? [{ name: agents[place]?.id ?? 'this process', cause: one.reason }] : [],
    )
    if (failed.length > 0) this.#warn(failed)
  }

  /** Tells of one agent at once. Never rejects. */
  async tell(agent: AnyAgent): Promise<void> {
    const told = await Promise.allSettled([this.#register(agent), this.#appear()])
    const failed = told.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    if (failed.length > 0) this.#warn([{ name: agent.id, cause: failed[0] }])
  }

  /** What is known of an agent; one that the store was not told of is told at once. Never rejects. */
  async meet(agent: AnyAgent): Promise<Known> {
    if (!this.#known.has(agent.id)) await this.tell(agent)
    const known = this.#known.get(agent.id) ?? { enabled: true, reason: null }
    // A store that is out of reach must not be asked before each call.
    this.#known.set(agent.id, known)
    return known
  }

  /** Reads what the store says of an agent now: whoever enabled it has woken its runs, and they must not miss that. */
  async look(id: string): Promise<Known | undefined> {
    const row = await this.#parts.store.agents.read(id)
    return row === undefined ? undefined : this.take(row)
  }

  /** Takes over what the store says of an agent, and tells of a change. */
  take({ name, enabled, reason }: RegisteredAgent): Known {
    const before = this.#known.get(name)
    const known = { enabled, reason }
    this.#known.set(name, known)
    if (enabled === (before?.enabled ?? true)) return known
    // Whatever it did before, it gets another chance.
    if (enabled) this.#parts.calls.forget(name)
    this.#parts.emit(enabled ? 'agent.enabled' : 'agent.disabled', { agent: name, reason })
    return known
  }

  /** Forgets an agent that this process does not run any more. */
  async forget(id: string): Promise<void> {
    this.#known.delete(id)
    this.#parts.calls.forget(id)
    await this.#appear()
  }

  async #register(agent: AnyAgent): Promise<void> {
    const metadata = metadataOf(agent)
    const row = await this.#parts.store.agents.register({ name: agent.id, metadata })
    this.#clockOffset = row.seenAt - this.#parts.ports.now()
    this.take(row)
  }

  async #appear(): Promise<void> {
    const { agents, calls } = this.#parts
    const own = agents.ids().slice(0, MOST_TOLD)
    const counted = Object.fromEntries(own.map((id) => [id, calls.countsOf(id)]))
    const isLarge = JSON.stringify(counted).length > MOST_TEXT
    const bare = isLarge ? Object.fromEntries(own.map((id) => [id, { ...counted[id]!, times: {} }])) : counted
    this.#isPresent = own.length > 0
    await this.#presence.tell(bare)
  }

  #warn(failed: readonly { readonly name: string; readonly cause: unknown }[]): void {
    const names = failed.map(({ name }) => name).join(', ')
    this.#parts.emit('runtime.warning', {
      code: 'AGENTS_NOT_TOLD',
      message: `The store did not hear of ${names}; it is told again within ${ROUND_MS / 1_000} s.`,
      cause: failed[0]?.cause,
    })
  }
}

/** What others may know of an agent. */
const metadataOf = ({ description, version, labels, capabilities, breaker }: AnyAgent) => ({
  ...(description === undefined ? {} : { description }),
  ...(version === undefined ? {} : { version }),
  ...(labels === undefined ? {} : { labels }),
  ...(capabilities === undefined ? {} : { capabilities }),
  breaker: breaker === false ? null : { resetTimeoutMs: breaker?.resetTimeoutMs ?? 30_000 },
})
