import type { z } from 'zod'
import { checkedInput } from './checked-input.ts'

/** Who does a task, and what this one is there for. */
export interface Agent {
  readonly id: string
  readonly description: string
}

/** What a task is given besides its input. */
export interface TaskContext {
  /** Aborted on cancel, timeout or a lost lease: the task stops at the next file and throws its reason. */
  readonly signal: AbortSignal
  /** One line for people who watch the run; never holds a secret. */
  readonly log: (message: string) => void
}

/** One thing that an agent can do. Input and output are plain JSON; the same input gives the same output. */
export interface Task<Input, Output> extends Agent {
  readonly run: (input: Input, context: TaskContext) => Promise<Output>
}

/** A task whose input is validated first. Its `run` rejects with `INPUT_INVALID` naming every wrong field. */
export function taskOf<Schema extends z.ZodType, Output>(
  agent: Agent,
  schema: Schema,
  work: (input: z.output<Schema>, context: TaskContext) => Promise<Output>,
): Task<z.input<Schema>, Output> {
  return { ...agent, run: async (input, context) => work(checkedInput(schema, input, agent.id), context) }
}
