import {
  type AgentFilter,
  type AgentRegistration,
  type Agents,
  MAX_DETAILS_LENGTH,
  type RegisteredAgent,
} from '../contract/agents.ts'
import type { Json } from '../contract/json.ts'
import type { Page } from '../contract/run.ts'
import type { AgentRow } from '../engine/agents.ts'
import type { Access } from './access.ts'
import { checkBoolean, checkLimit, checkName, checkText, checkTime } from './checks.ts'
import { makeNameCursor, readNameCursor } from './cursor.ts'
import type { Encoder } from './encode.ts'

/** Agents in front of an engine: checks, encodes and decodes. */
export class StoredAgents implements Agents {
  readonly #engine: Access
  readonly #encoder: Encoder

  constructor(engine: Access, encoder: Encoder) {
    this.#engine = engine
    this.#encoder = encoder
  }

  async register({ name, metadata }: AgentRegistration): Promise<RegisteredAgent> {
    const agent = checkName('name', name)
    const details = this.#encoder.details(metadata, `The metadata of agent '${agent}'`, MAX_DETAILS_LENGTH)
    const operation = { op: 'register_agent', name: agent, metadata: details } as const
    return agentOf(await this.#engine.write(operation, details.length))
  }

  async read(name: string): Promise<RegisteredAgent | undefined> {
    return agentIn(await this.#engine.read({ op: 'agent', name: checkName('name', name) }))
  }

  async list({ enabled, seenSince, limit, cursor }: AgentFilter = {}): Promise<Page<RegisteredAgent>> {
    const most = checkLimit(limit, 100, 200)
    const rows = await this.#engine.read({
      op: 'agents',
      enabled: enabled === undefined ? null : checkBoolean('enabled', enabled),
      seenSince: checkTime('seenSince', seenSince),
      limit: most,
      after: readNameCursor('agent', cursor),
    })
    const last = rows.at(-1)
    const next = last !== undefined && rows.length === most ? makeNameCursor('agent', last.name) : null
    return { items: rows.map(agentOf), next }
  }

  async setEnabled(change: Parameters<Agents['setEnabled']>[0]): Promise<RegisteredAgent | undefined> {
    const operation = {
      op: 'enable_agent',
      name: checkName('name', change.name),
      enabled: checkBoolean('enabled', change.enabled),
      reason: change.reason === undefined ? null : checkText('reason', change.reason),
    } as const
    return agentIn(await this.#engine.write(operation))
  }

  async remove(name: string): Promise<void> {
    await this.#engine.write({ op: 'remove_agent', name: checkName('name', name) })
  }
}

const agentIn = (row: AgentRow | null): RegisteredAgent | undefined =>
  row === null ? undefined : agentOf(row)

const agentOf = (row: AgentRow): RegisteredAgent => ({
  name: row.name,
  metadata: JSON.parse(row.metadata) as Json,
  enabled: row.enabled,
  reason: row.reason,
  revision: row.revision,
  registeredAt: row.registered_at,
  changedAt: row.changed_at,
  seenAt: row.seen_at,
})
