import type { Json, StateStore } from '@pawl/state-store'
import type { AnyAgent } from '../define/agent.ts'
import type { Ports } from '../drive/ports.ts'
import type { AgentGate, Probe } from '../enter/agent-gate.ts'
import { AgentDisabledError } from '../errors.ts'
import { unparkAll } from '../keep/parked.ts'
import type { Emit } from '../leave/events.ts'
import {
  type AutoDisable,
  type AutoDisableSettings,
  autoDisableSettings,
  whyDisable,
} from './auto-disable.ts'
import type { CallBook } from './call-book.ts'
import type { Roster } from './roster.ts'

const PREFIX = 'agent-off/'

/** A probe without an outcome for this long gives its place to another: as `probeTimeoutMs` of a breaker. */
const PROBE_MS = 60_000

/** What waits for an agent that somebody disabled looks again after this; enabling it wakes it before. */
const LOOK_AGAIN_MS = 60_000

/** What processes share of an agent that was disabled by its health. All times count from when the cell was written. */
interface Off {
  readonly format: 1
  /** As the registry has it: another reason there means that somebody disabled it by hand since, for good. */
  readonly reason: string
  readonly probeAfterMs: number
  /** When a probe may be made. */
  readonly dueInMs: number
  /** The probe that is under way. */
  readonly probe: string | null
}

interface ProbationParts {
  readonly store: StateStore
  readonly ports: Ports
  readonly roster: Roster
  readonly calls: CallBook
  readonly emit: Emit
  /** For agents that do not say themselves. */
  readonly autoDisable: AutoDisable | undefined
}

/**
 * Disables agents whose calls fail too often, in all processes, and lets one call after the other through, over all of
 * them, until one succeeds. What somebody disabled by hand is never probed.
 */
export class Probation implements AgentGate {
  readonly #parts: ProbationParts
  readonly #settings = new WeakMap<AnyAgent, AutoDisableSettings | 'never'>()
  readonly #disabling = new Set<string>()

  constructor(parts: ProbationParts) {
    this.#parts = parts
  }

  isEnabled(id: string): boolean {
    return this.#parts.roster.isEnabled(id)
  }

  async isEnabledNow(id: string): Promise<boolean> {
    return this.isEnabled(id) || ((await this.#parts.roster.look(id))?.enabled ?? true)
  }

  note(agent: AnyAgent, ok: boolean, durationMs: number): void {
    const { calls } = this.#parts
    calls.note(agent.id, ok, durationMs)
    if (ok) return
    const settings = this.#settingsOf(agent)
    if (settings === 'never' || this.#disabling.has(agent.id) || !this.isEnabled(agent.id)) return
    const why = whyDisable(calls.countsOf(agent.id), settings)
    if (why !== undefined) void this.#disable(agent.id, why, settings)
  }

  async admit(agent: AnyAgent): Promise<Probe | undefined> {
    const { id } = agent
    const known = await this.#parts.roster.meet(agent)
    if (known.enabled) return undefined
    try {
      return await this.#ask(id)
    } catch (error) {
      if ((error as { readonly code?: unknown }).code === 'AGENT_DISABLED') throw error
      // The store cannot say: what is known stays.
      throw new AgentDisabledError(id, known.reason, LOOK_AGAIN_MS, true)
    }
  }

  async #ask(id: string): Promise<Probe | undefined> {
    const { store, ports, roster } = this.#parts
    const row = await roster.look(id)
    if (row === undefined || row.enabled) return undefined
    const cell = await store.cells.read(`${PREFIX}${id}`)
    const off = offIn(cell?.value)
    if (cell === undefined || off === undefined || off.reason !== row.reason)
      throw new AgentDisabledError(id, row.reason, LOOK_AGAIN_MS)
    const waitMs = cell.at + (off.probe === null ? off.dueInMs : PROBE_MS) - roster.storeNow()
    if (waitMs > 0) throw new AgentDisabledError(id, row.reason, waitMs, off.probe !== null)
    const taken: Off = { ...off, probe: ports.id() }
    const revision = await this.#write(id, taken, cell.revision)
    if (revision === undefined) throw new AgentDisabledError(id, row.reason, PROBE_MS, true)
    return { end: (outcome) => this.#end(id, taken, revision, outcome) }
  }

  probeAfterMs(agent: AnyAgent): number {
    const settings = this.#settingsOf(agent)
    return settings === 'never' ? LOOK_AGAIN_MS : settings.probeAfterMs
  }

  async #disable(id: string, why: string, settings: AutoDisableSettings): Promise<void> {
    const { store, roster } = this.#parts
    this.#disabling.add(id)
    try {
      const [row, cell] = await Promise.all([store.agents.read(id), store.cells.read(`${PREFIX}${id}`)])
      // Somebody was faster; in this or in another process, or by hand.
      if (row === undefined || !row.enabled) return
      const { probeAfterMs } = settings
      const reason = `${why}; it is probed every ${Math.round(probeAfterMs / 1_000)} s`
      const off: Off = { format: 1, reason, probeAfterMs, dueInMs: probeAfterMs, probe: null }
      if ((await this.#write(id, off, cell?.revision ?? null)) === undefined) return
      const disabled = await store.agents.setEnabled({ name: id, enabled: false, reason })
      if (disabled !== undefined) roster.take(disabled)
    } catch (cause) {
      this.#warn(`Agent '${id}' fails too often and could not be disabled; it is tried again.`, cause)
    } finally {
      this.#disabling.delete(id)
    }
  }

  async #end(id: string, off: Off, revision: number, outcome: Parameters<Probe['end']>[0]): Promise<void> {
    try {
      if (outcome === 'well') await this.#enable(id, off, revision)
      else {
        const dueInMs = outcome === 'ill' ? off.probeAfterMs : 0
        await this.#write(id, { ...off, probe: null, dueInMs }, revision)
      }
    } catch (cause) {
      this.#warn(`What a probe of agent '${id}' said is lost; it is probed again in a minute.`, cause)
    }
  }

  async #enable(id: string, off: Off, revision: number): Promise<void> {
    const { store, roster } = this.#parts
    const row = await store.agents.read(id)
    // Disabled by hand while the probe was under way: that stays.
    if (row === undefined || row.enabled || row.reason !== off.reason) return
    const enabled = await store.agents.setEnabled({ name: id, enabled: true, reason: 'a probe succeeded' })
    if (enabled !== undefined) roster.take(enabled)
    await store.cells.remove({ key: `${PREFIX}${id}`, expected: revision })
    await unparkAll(store, id)
  }

  /** The revision that was written; `undefined` if somebody was faster. */
  async #write(id: string, off: Off, expected: number | null): Promise<number | undefined> {
    const { store, ports } = this.#parts
    const write = { key: `${PREFIX}${id}`, value: off, expected, id: ports.id() }
    const verdict = await store.cells.write(write)
    return verdict.ok ? verdict.revision : undefined
  }

  #settingsOf(agent: AnyAgent): AutoDisableSettings | 'never' {
    const known = this.#settings.get(agent)
    if (known !== undefined) return known
    const options = agent.autoDisable ?? this.#parts.autoDisable
    const made = options ? autoDisableSettings(options, `agent '${agent.id}'`) : 'never'
    this.#settings.set(agent, made)
    return made
  }

  #warn(message: string, cause: unknown): void {
    this.#parts.emit('runtime.warning', { code: 'AGENT_HEALTH_UNKNOWN', message, cause })
  }
}

/** What a cell says; a format that this version does not know is not guessed. */
function offIn(value: Json | undefined): Off | undefined {
  const off = (value ?? {}) as Partial<Off>
  const isKnown =
    off.format === 1 &&
    typeof off.reason === 'string' &&
    typeof off.probeAfterMs === 'number' &&
    typeof off.dueInMs === 'number'
  return isKnown ? (off as Off) : undefined
}
