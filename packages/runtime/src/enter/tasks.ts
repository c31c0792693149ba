import type { OnKey, Run } from '@pawl/state-store'
import type { AnyAgent, OutputOf } from '../define/agent.ts'
import { type Duration, toMs } from '../define/duration.ts'
import type { Jsonify } from '../define/jsonify.ts'
import { checkId } from '../define/names.ts'
import { validate } from '../define/schema.ts'
import { agentOf, TASK_PREFIX } from '../define/task-type.ts'
import type { AnyWorkflow } from '../define/workflow.ts'
import { RuntimeError } from '../errors.ts'
import type { Fittings, Live } from './live.ts'
import { openRun } from './open-run.ts'
import { type QueueStatus, queueStatusOf } from './queue-status.ts'
import type { OfType } from './results.ts'
import type { WaitOptions } from './runtime-options.ts'
import { translateStoreError } from './store-errors.ts'
import { EXECUTED, PRIORITIES, type TaskPriority, taskDefinition, versionOf } from './task-definitions.ts'

/** What an agent's `run` takes. */
export type TaskInput<A> = A extends { readonly run: (input: infer Input, ...rest: never[]) => unknown }
  ? Input
  : unknown

/** What a task's result holds: the agent's output as the journal keeps it. */
export type TaskOutput<A> = Jsonify<OutputOf<A>>

/** A task that completed. */
export interface TaskResult<Output = unknown> {
  /** The id of the task's run. */
  readonly taskId: string
  readonly status: 'completed'
  readonly output: Output
  /** The version of the last entry. */
  readonly version: number
}

export interface TaskOptions {
  /** A name of the caller's own, unique among open runs and tasks: the same one again does not make a second task. */
  readonly key?: string
  /** What to do if the key exists. Default `return`: the task that has it. */
  readonly onKey?: OnKey
  /** The task's id, a UUID: the same one again is the same task. */
  readonly taskId?: string
}

export interface SubmitTaskOptions extends TaskOptions {
  /** Default `normal`. More urgent tasks begin first, whatever waits below; of one priority the longest ready does. */
  readonly priority?: TaskPriority
  /**
   * The task may begin after this time. Default: at once. The submitting process looks when it is over, if it works on the
   * queue; others, and the next one if it dies, within one `sweep`.
   */
  readonly delay?: Duration
}

/** A task that was handed in. */
export interface TaskHandle<Output = unknown> {
  /** The id of the task's run: every verb about runs takes it. */
  readonly taskId: string
  /** `false` if the key belonged to a task that existed. */
  readonly created: boolean
  /** Resolves once the task completed; rejects with `WorkflowFailedError` or `WorkflowCancelledError`. */
  result(options?: WaitOptions): Promise<TaskResult<Output>>
}

/** What is known of a task that was opened. */
export interface OpenedTask {
  readonly taskId: string
  readonly definition: OfType
  readonly created: boolean
}

/** Opens a task that this process does at once if it has room, like a workflow's run. */
export async function openExecuted(
  live: Live,
  fittings: Fittings,
  reference: AnyAgent | string,
  input: unknown,
  options: TaskOptions,
): Promise<OpenedTask> {
  const id = checkId('agent', idOf(reference))
  const agent = fittings.agents.find(id, 'executeTask')
  // Checked here and kept as it was handed in: the step hands it to the schema once more, which may change it.
  await validate(agent.input, input, `agent '${id}'`)
  return open(live, fittings, taskDefinition(id, EXECUTED), input, options)
}

/** Puts a task into the queue. Its agent may be known to other processes alone. */
export async function openSubmitted(
  live: Live,
  fittings: Fittings,
  reference: AnyAgent | string,
  input: unknown,
  { priority = 'normal', delay = 0, ...options }: SubmitTaskOptions,
): Promise<OpenedTask> {
  const id = checkId('agent', idOf(reference))
  const afterMs = toMs(delay)
  const definition = taskDefinition(id, versionOf(checkPriority(priority)))
  const agent = typeof reference === 'string' ? fittings.agents.get(id) : reference
  await validate(agent?.input, input, `agent '${id}'`)
  const opened = await open(live, fittings, definition, input, { ...options, afterMs })
  if (opened.created && afterMs > 0) live.worker.claimTasksIn(afterMs)
  return opened
}

/** How many tasks the queue of the whole store has, in which state. */
export async function readQueueStatus({ parts }: Live, { settings }: Fittings): Promise<QueueStatus> {
  const backlog = await translateStoreError(parts.store.backlog({ typePrefix: TASK_PREFIX }))
  return queueStatusOf(backlog, settings.taskConcurrency)
}

/** Throws `RUN_NOT_FOUND` for a run that is a workflow's. */
export function checkIsTask({ runId, type }: Run): void {
  if (agentOf(type) !== undefined) return
  throw new RuntimeError(
    'RUN_NOT_FOUND',
    `Run ${runId} is no task but a run of workflow '${type}'. Use the verbs about workflows.`,
  )
}

async function open(
  live: Live,
  { settings, ports }: Fittings,
  definition: AnyWorkflow,
  input: unknown,
  { taskId, ...options }: TaskOptions & { readonly afterMs?: number },
): Promise<OpenedTask> {
  const named = { ...options, ...(taskId === undefined ? {} : { runId: taskId }), newId: ports.id() }
  const { runId, created } = await openRun(live, settings, definition, input, named)
  return { taskId: runId, definition, created }
}

const idOf = (reference: AnyAgent | string): string =>
  typeof reference === 'string' ? reference : reference?.id

function checkPriority(priority: TaskPriority): TaskPriority {
  if (PRIORITIES.includes(priority)) return priority
  throw new RuntimeError(
    'INVALID_INPUT',
    `There is no priority '${String(priority).slice(0, 40)}'. Use one of: ${PRIORITIES.join(', ')}.`,
  )
}
