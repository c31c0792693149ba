import type { Envelope } from './envelope.ts'
import { BadEnvelopeError, ReservedError } from './errors.ts'
import type { EventContext, SubscribeOptions } from './events.ts'
import { checkOptions, type Known } from './known-options.ts'
import type { Published, Subscription } from './subscription.ts'
import { checkTopic } from './topic.ts'
import type { ConsumeOptions, Consumer, SendOptions, WorkContext } from './work.ts'

export type Metadata = Readonly<Record<string, unknown>>

/** A task for an agent. */
export interface TaskMessage<Input = unknown> {
  readonly taskId: string
  readonly agentId: string
  readonly input: Input
  readonly metadata: Metadata
  /** Epoch milliseconds. */
  readonly timestamp: number
}

/** What came of a task, or a lifecycle message of a workflow: then `agentId` is `workflow:<type>`. */
export interface ResultMessage<Result = unknown> {
  readonly taskId: string
  readonly agentId: string
  readonly result: Result
  readonly metadata: Metadata
  /** Epoch milliseconds. */
  readonly timestamp: number
}

/** A task or result as its sender writes it: `metadata` is `{}`, `timestamp` the bus's time unless given. */
export type Written<M extends TaskMessage | ResultMessage> = Omit<M, 'metadata' | 'timestamp'> &
  Partial<Pick<M, 'metadata' | 'timestamp'>>

export type TaskHandler<Input = unknown> = (task: TaskMessage<Input>, context: WorkContext) => unknown
export type ResultHandler<Result = unknown> = (
  result: ResultMessage<Result>,
  context: EventContext,
) => unknown

/** Tasks and results in the agents' words: tasks are work on a queue per agent, results are events. */
export interface AgentMessages {
  /**
   * Sends a task to an agent. The message's id is `taskId` unless `options.id` says otherwise, so that a task
   * published twice is worked on once.
   * @throws ReservedError for an agent id that begins with `workflow:`, and what `send` throws
   */
  publishTask(task: Written<TaskMessage>, options?: SendOptions): Promise<Published>
  /** Works on an agent's tasks, like `consume`. */
  subscribeToTasks<Input = unknown>(
    agentId: string,
    handler: TaskHandler<Input>,
    options?: ConsumeOptions,
  ): Promise<Consumer>
  /** Publishes a result; with an `id` the same one is taken once. Throws what `publish` throws. */
  publishResult(
    result: Written<ResultMessage>,
    options?: { readonly id?: string | undefined },
  ): Promise<Published>
  /** Listens to results whose `agentId` matches the pattern, like `subscribe`. */
  subscribeToResults<Result = unknown>(
    pattern: string,
    handler: ResultHandler<Result>,
    options?: SubscribeOptions,
  ): Promise<Subscription>
  /**
   * The task's last final result while the bus still keeps it, or `undefined`. See {@link isFinal}.
   * @param options `waitMs`: how long to wait for one that has not come yet; `signal` ends the wait with its reason
   */
  getResult<Result = unknown>(
    taskId: string,
    options?: { readonly waitMs?: number | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<ResultMessage<Result> | undefined>
}

/** Agents may not take an id that begins so: it marks the lifecycle of workflows. */
export const WORKFLOW_PREFIX = 'workflow:'

const TASKS = 'tasks:'
const RESULTS = 'results:'

/** Queue of an agent's tasks. @throws BadTopicError, ReservedError */
export function taskQueue(agentId: string): string {
  checkTopic(agentId)
  if (agentId.startsWith(WORKFLOW_PREFIX)) {
    throw new ReservedError(agentId, 'The prefix "workflow:" marks workflows; give the agent another id.')
  }
  return TASKS + agentId
}

/** Topic, or pattern of topics, of results. */
export const resultTopic = (agentId: string): string => RESULTS + agentId

/** Keeps plain `publish` and `send` off the names under which tasks and results travel. @throws ReservedError */
export function refuseReserved(topic: string): void {
  if (typeof topic !== 'string' || !(topic.startsWith(TASKS) || topic.startsWith(RESULTS))) return
  throw new ReservedError(topic, 'Use publishTask or publishResult for it.')
}

/**
 * Is this the end of its task? Every result is, but for lifecycle messages (those with `metadata.event_type`), of
 * which only `..._completed`, `..._failed` and `..._cancelled` are. Any other one, such as `workflow_resumed`, means
 * that the task goes on: a final result kept from before is forgotten.
 */
export function isFinal(result: ResultMessage): boolean {
  const event = result.metadata.event_type
  return typeof event !== 'string' || /_(completed|failed|cancelled)$/.test(event)
}

const COMMON = { taskId: true, agentId: true, metadata: true, timestamp: true } as const
const FIELDS = {
  publishTask: { ...COMMON, input: true } satisfies Known<TaskMessage>,
  publishResult: { ...COMMON, result: true } satisfies Known<ResultMessage>,
}

/** Fills in what the sender left out. @throws BadEnvelopeError, BadOptionError */
export function writtenOut<M extends TaskMessage | ResultMessage>(
  call: keyof typeof FIELDS,
  message: Written<M>,
  now: number,
): M {
  checkOptions(call, message, FIELDS[call])
  if (typeof message.taskId !== 'string' || message.taskId === '' || message.taskId.length > 255) {
    throw new BadEnvelopeError('taskId', 'text of 1 to 255 characters', { given: message.taskId })
  }
  return { ...message, metadata: message.metadata ?? {}, timestamp: message.timestamp ?? now } as M
}

/** The task or result inside an envelope. */
export const inside = <M extends TaskMessage | ResultMessage>(envelope: Envelope): M => envelope.payload as M
