import type { Backlog, BacklogFilter } from '../contract/backlog.ts'
import type { Access } from './access.ts'
import { checkText } from './checks.ts'

/** The open runs of the store, counted. */
export async function readBacklog(engine: Access, { typePrefix = '' }: BacklogFilter): Promise<Backlog> {
  const prefix = checkText('typePrefix', typePrefix)
  const { at, parts } = await engine.read({ op: 'backlog', prefix })
  return {
    at,
    parts: parts.map(({ definition_version: definitionVersion, ready_since: readySince, ...part }) => ({
      ...part,
      definitionVersion,
      readySince,
    })),
  }
}
