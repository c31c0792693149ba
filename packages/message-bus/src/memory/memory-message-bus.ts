import {
  inside,
  type ResultHandler,
  type ResultMessage,
  refuseReserved,
  resultTopic,
  type TaskHandler,
  type TaskMessage,
  taskQueue,
  type Written,
  writtenOut,
} from '../contract/agent-messages.ts'
import {
  encodeEnvelope,
  type Head,
  type MessageOptions,
  newHead,
  type WorkHeadOptions,
} from '../contract/envelope.ts'
import { MessageBusClosedError } from '../contract/errors.ts'
import type { EventHandler, SubscribeOptions } from '../contract/events.ts'
import { encodePayload } from '../contract/json.ts'
import type { MessageBus, MessageBusHealth } from '../contract/message-bus.ts'
import { duration } from '../contract/option.ts'
import type { QuestionHandler, RequestOptions } from '../contract/questions.ts'
import type { Published, Subscription } from '../contract/subscription.ts'
import { checkTopic, compileTopicPattern } from '../contract/topic.ts'
import type { ConsumeOptions, DeadLetter, QueueStatus, SendOptions, WorkHandler } from '../contract/work.ts'
import { DedupWindow } from './dedup-window.ts'
import { MemoryEvents } from './events.ts'
import { HandlerErrors } from './handler-errors.ts'
import { type MemoryMessageBusOptions, type MemorySettings, memorySettings } from './options.ts'
import { MemoryQuestions } from './questions.ts'
import { Results } from './results.ts'
import { MemoryWork } from './work.ts'

/**
 * A message bus inside this process: for tests, for one machine, and as the measure of what other backends do.
 * Nothing survives the process. Payloads are copied through JSON, as a network would.
 * @throws BadOptionError
 */
export function createMemoryMessageBus(options: MemoryMessageBusOptions = {}): MessageBus {
  return new MemoryMessageBus(options)
}

class MemoryMessageBus implements MessageBus {
  readonly kind = 'memory'
  readonly #settings: MemorySettings
  readonly #dedup: DedupWindow
  readonly #errors: HandlerErrors
  readonly #events: MemoryEvents
  readonly #work: MemoryWork
  readonly #questions: MemoryQuestions
  readonly #results: Results
  #closed = false

  constructor(options: MemoryMessageBusOptions) {
    const settings = memorySettings(options)
    this.#settings = settings
    this.#dedup = new DedupWindow(settings.dedupMs, settings.maxDedupIds)
    this.#errors = new HandlerErrors(options.onHandlerError)
    this.#events = new MemoryEvents(settings, this.#dedup, this.#errors)
    this.#work = new MemoryWork(settings, this.#dedup, this.#errors)
    this.#questions = new MemoryQuestions(settings)
    this.#results = new Results(settings)
  }

  async publish(topic: string, payload: unknown, options: MessageOptions = {}): Promise<Published> {
    this.#mustBeOpen()
    refuseReserved(topic)
    return this.#publish(topic, payload, options)
  }

  async subscribe(
    pattern: string,
    handler: EventHandler,
    options: SubscribeOptions = {},
  ): Promise<Subscription> {
    this.#mustBeOpen()
    return this.#events.subscribe(pattern, handler, options)
  }

  async send(queue: string, payload: unknown, options: SendOptions = {}): Promise<Published> {
    this.#mustBeOpen()
    refuseReserved(queue)
    return this.#send(queue, payload, options)
  }

  async consume(queue: string, handler: WorkHandler, options: ConsumeOptions = {}): Promise<Subscription> {
    this.#mustBeOpen()
    return this.#work.consume(queue, handler, options)
  }

  async deadLetters(queue: string): Promise<readonly DeadLetter[]> {
    this.#mustBeOpen()
    return this.#work.deadLetters(checkTopic(queue))
  }

  async replayDeadLetters(queue: string, ids?: readonly string[]): Promise<number> {
    this.#mustBeOpen()
    return this.#work.replay(checkTopic(queue), ids)
  }

  async queueStatus(queue: string): Promise<QueueStatus> {
    this.#mustBeOpen()
    return this.#work.status(checkTopic(queue))
  }

  async request(topic: string, payload: unknown, options: RequestOptions = {}): Promise<unknown> {
    this.#mustBeOpen()
    const { timeoutMs = 30_000, signal, sender, headers } = options
    const head = this.#head(topic, { sender, headers, type: 'request' })
    const text = encodeEnvelope(head, this.#encode(payload))
    return this.#questions.request(topic, text, duration('timeoutMs', timeoutMs), signal)
  }

  async respond(
    topic: string,
    handler: QuestionHandler,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Subscription> {
    this.#mustBeOpen()
    return this.#questions.respond(topic, handler, options.signal)
  }

  async publishTask(task: Written<TaskMessage>, options: SendOptions = {}): Promise<Published> {
    this.#mustBeOpen()
    const queue = taskQueue(task.agentId)
    const message = writtenOut<TaskMessage>(task, this.#settings.ports.now())
    return this.#send(queue, message, { id: task.taskId, type: 'task', target: task.agentId, ...options })
  }

  async subscribeToTasks(
    agentId: string,
    handler: TaskHandler,
    options: ConsumeOptions = {},
  ): Promise<Subscription> {
    return this.consume(
      taskQueue(agentId),
      (envelope, context) => handler(inside(envelope), context),
      options,
    )
  }

  async publishResult(
    result: Written<ResultMessage>,
    options: { readonly id?: string | undefined } = {},
  ): Promise<Published> {
    this.#mustBeOpen()
    checkTopic(result.agentId)
    const message = writtenOut<ResultMessage>(result, this.#settings.ports.now())
    const published = this.#publish(resultTopic(result.agentId), message, {
      id: options.id,
      type: 'result',
      sender: result.agentId,
      sessionId: result.taskId,
    })
    if (!published.duplicate) this.#results.note(message, this.#encode(message))
    return published
  }

  async subscribeToResults(
    pattern: string,
    handler: ResultHandler,
    options: SubscribeOptions = {},
  ): Promise<Subscription> {
    this.#mustBeOpen()
    // Checked as it was given, so that an error names it as it was given.
    compileTopicPattern(pattern)
    const listener: EventHandler = (envelope, context) => handler(inside(envelope), context)
    return this.#events.subscribe(resultTopic(pattern), listener, options)
  }

  async getResult(
    taskId: string,
    options: { readonly waitMs?: number | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<ResultMessage | undefined> {
    this.#mustBeOpen()
    return this.#results.get(taskId, duration('waitMs', options.waitMs ?? 0), options.signal)
  }

  async healthCheck(): Promise<MessageBusHealth> {
    const { duplicates, forgottenEarly } = this.#dedup.counts
    const numbers = {
      events: this.#events.log.size,
      subscriptions: this.#events.subscriptions,
      queues: this.#work.queues,
      queued: this.#work.depth,
      consumers: this.#work.consumers,
      responders: this.#questions.responders,
      handlerErrors: this.#errors.count,
      duplicates,
      forgottenEarly,
      ...this.#results.counts,
    }
    return { healthy: !this.#closed, latencyMs: 0, kind: this.kind, numbers }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#work.close()
    this.#results.close()
    await Promise.all([this.#events.close(), this.#questions.close()])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new MessageBusClosedError()
  }

  #encode(payload: unknown): string {
    return encodePayload(payload, this.#settings.maxPayloadBytes)
  }

  #head(topic: string, options: WorkHeadOptions): Head {
    const { ports } = this.#settings
    return newHead(topic, options, options.id ?? ports.newId(), ports.now())
  }

  #publish(topic: string, payload: unknown, options: MessageOptions): Published {
    const head = this.#head(topic, options)
    return this.#events.append(head, this.#encode(payload), options.id !== undefined)
  }

  #send(queue: string, payload: unknown, options: SendOptions): Promise<Published> {
    const head = this.#head(queue, { ...options, maxAttempts: options.maxAttempts ?? 5 })
    return this.#work.send(head, this.#encode(payload), options.id !== undefined, options)
  }
}
