import type { TaskContext } from '../src/agents/agent.ts'

/** A context that is never aborted and keeps what the agents say. */
export function quietContext(signal: AbortSignal = new AbortController().signal): TaskContext & {
  readonly lines: string[]
} {
  const lines: string[] = []
  return { signal, lines, log: (message) => lines.push(message) }
}
