import type {
  AgentRow,
  EnableAgentOperation,
  RegisterAgentOperation,
  RemoveAgentOperation,
} from '../../engine/agents.ts'
import type { Scope } from '../scope.ts'

/** A row as SQLite has it: without a type for truth. */
export type StoredAgent = Omit<AgentRow, 'enabled'> & { readonly enabled: number }

export const AGENT_COLUMNS = 'name, metadata, enabled, reason, revision, registered_at, changed_at, seen_at'

export const agentRow = ({ name, metadata, enabled, ...rest }: StoredAgent): AgentRow => ({
  name,
  metadata,
  enabled: enabled === 1,
  ...rest,
})

/**
 * register_agent, enable_agent, remove_agent. What changes an agent puts a new row in the place of the old one, whose
 * number is the revision; an agent that is only seen again keeps its row.
 */
export function prepareAgents(scope: Scope) {
  const { db, namespace } = scope
  const find = db.prepare(`select ${AGENT_COLUMNS} from agent where namespace = ? and name = ?`)
  const see = db.prepare('update agent set seen_at = ? where namespace = ? and name = ?')
  const remove = db.prepare('delete from agent where namespace = ? and name = ?')
  const insert = db.prepare(`
    insert into agent (namespace, name, metadata, enabled, reason, registered_at, changed_at, seen_at)
    values (?, ?, ?, ?, ?, ?, ?, ?)`)

  const read = (name: string): AgentRow | undefined => {
    const row = find.get(namespace, name) as StoredAgent | undefined
    return row === undefined ? undefined : agentRow(row)
  }

  function put(agent: Omit<AgentRow, 'revision' | 'changed_at'>): AgentRow {
    const { name, metadata, enabled, reason, registered_at, seen_at } = agent
    remove.run(namespace, name)
    insert.run(namespace, name, metadata, enabled ? 1 : 0, reason, registered_at, scope.now, seen_at)
    return read(name)!
  }

  return {
    register_agent({ name, metadata }: RegisterAgentOperation): AgentRow {
      const now = scope.now
      const agent = read(name)
      if (agent === undefined) {
        return put({ name, metadata, enabled: true, reason: null, registered_at: now, seen_at: now })
      }
      if (agent.metadata !== metadata) return put({ ...agent, metadata, seen_at: now })
      see.run(now, namespace, name)
      return { ...agent, seen_at: now }
    },
    enable_agent({ name, enabled, reason }: EnableAgentOperation): AgentRow | null {
      const agent = read(name)
      if (agent === undefined) return null
      return agent.enabled === enabled && agent.reason === reason ? agent : put({ ...agent, enabled, reason })
    },
    remove_agent({ name }: RemoveAgentOperation): null {
      remove.run(namespace, name)
      return null
    },
  }
}
