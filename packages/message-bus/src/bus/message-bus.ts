import type { Broker } from '../broker/broker.ts'
import {
  inside,
  isFinal,
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
import { type Head, type MessageOptions, newHead, type WorkHeadOptions } from '../contract/envelope.ts'
import { MessageBusClosedError } from '../contract/errors.ts'
import type { EventHandler, SubscribeOptions } from '../contract/events.ts'
import { encodePayload } from '../contract/json.ts'
import { checkCall, mustBeSaid } from '../contract/known-options.ts'
import type { CloseOptions, MessageBus, MessageBusHealth } from '../contract/message-bus.ts'
import type { Middleware, Outgoing } from '../contract/middleware.ts'
import { callable, duration, optionsObject } from '../contract/option.ts'
import type { QuestionHandler, RequestOptions } from '../contract/questions.ts'
import type { MessageBusStats } from '../contract/stats.ts'
import type { Published, Subscription } from '../contract/subscription.ts'
import { checkTopic, compileTopicPattern } from '../contract/topic.ts'
import type {
  Consumed,
  ConsumeOnceOptions,
  ConsumeOptions,
  Consumer,
  DeadLetter,
  DeadLetterSelection,
  QueueStatus,
  ReplayOptions,
  SendOptions,
  WorkHandler,
} from '../contract/work.ts'
import { Around } from './around.ts'
import { EventSide } from './events/events.ts'
import { HandlerErrors } from './handler-errors.ts'
import { handling } from './handling.ts'
import { healthOf, statsOf } from './health.ts'
import type { BusSettings } from './options.ts'
import { QuestionSide } from './questions.ts'
import { Results } from './results.ts'
import { withBackoff } from './with-backoff.ts'
import { within } from './within.ts'
import { WorkSide } from './work/work.ts'

/** A message bus over any broker: what is common to all backends. */
export class BrokeredMessageBus implements MessageBus {
  readonly #broker: Broker
  readonly #settings: BusSettings
  readonly #errors: HandlerErrors
  readonly #around = new Around()
  readonly #events: EventSide
  readonly #work: WorkSide
  readonly #questions: QuestionSide
  readonly #results: Results
  #closed = false
  #closing: Promise<void> | undefined
  readonly #hurry = Promise.withResolvers<void>()

  constructor(broker: Broker, settings: BusSettings) {
    this.#broker = broker
    this.#settings = settings
    this.#errors = new HandlerErrors(settings.onHandlerError)
    this.#events = new EventSide(broker, settings, this.#errors)
    this.#work = new WorkSide(broker, settings, this.#errors)
    this.#questions = new QuestionSide(broker, settings, settings.ports.newId())
    this.#results = new Results(broker, this.#events, settings.ports)
  }

  get kind(): string {
    return this.#broker.kind
  }

  use(middleware: Middleware): this {
    const { outgoing, incoming } = optionsObject('middleware', middleware)
    callable('outgoing or incoming', outgoing ?? incoming)
    this.#around.add(middleware)
    return this
  }

  async publish<Payload>(topic: string, payload: Payload, options: MessageOptions = {}): Promise<Published> {
    this.#enter('publish', options)
    refuseReserved(topic)
    return this.#publish(topic, payload, options)
  }

  async subscribe<Payload>(
    pattern: string,
    handler: EventHandler<Payload>,
    options: SubscribeOptions = {},
  ): Promise<Subscription> {
    this.#mustTake()
    checkCall('subscribe', options)
    return this.#events.subscribe(pattern, handling(this.#around, 'event', handler), options)
  }

  async send<Payload>(queue: string, payload: Payload, options: SendOptions = {}): Promise<Published> {
    this.#enter('send', options)
    refuseReserved(queue)
    return this.#send(queue, payload, options)
  }

  async consume<Payload>(
    queue: string,
    handler: WorkHandler<Payload>,
    options: ConsumeOptions = {},
  ): Promise<Consumer> {
    this.#mustTake()
    checkCall('consume', options)
    return this.#work.consume(queue, handling(this.#around, 'work', handler), options)
  }

  async consumeOnce<Payload>(
    queue: string,
    handler: WorkHandler<Payload>,
    options: ConsumeOnceOptions = {},
  ): Promise<Consumed> {
    this.#mustTake()
    checkCall('consumeOnce', options)
    return this.#work.consumeOnce(queue, handling(this.#around, 'work', handler), options)
  }

  async deadLetters(queue: string, selection: DeadLetterSelection = {}): Promise<readonly DeadLetter[]> {
    this.#enter('deadLetters', selection)
    return this.#work.deadLetters(checkTopic(queue), selection)
  }

  async replayDeadLetters(queue: string, which: readonly string[] | ReplayOptions = {}): Promise<number> {
    this.#mustBeOpen()
    const options = isList(which) ? { ids: which } : which
    checkCall('replayDeadLetters', options)
    mustBeSaid(options)
    return this.#work.replay(checkTopic(queue), options)
  }

  async purgeDeadLetters(queue: string, selection: DeadLetterSelection = {}): Promise<number> {
    this.#enter('purgeDeadLetters', selection)
    mustBeSaid(selection)
    return this.#work.purge(checkTopic(queue), selection)
  }

  async queueStatus(queue: string): Promise<QueueStatus> {
    this.#mustBeOpen()
    return this.#work.status(checkTopic(queue))
  }

  async request<Answer>(topic: string, payload: unknown, options: RequestOptions = {}): Promise<Answer> {
    this.#enter('request', options)
    const { timeoutMs = this.#settings.requestTimeoutMs, signal, sender, headers } = options
    duration('timeoutMs', timeoutMs)
    return this.#leaving('request', topic, payload, { sender, headers }, async (message) => {
      const head = this.#head(topic, { ...message.options, type: 'request' })
      const text = this.#encode(message.payload)
      const answer = await this.#questions.request(head, text, timeoutMs, signal)
      return this.#opened('answer', head, answer) as Promise<Answer>
    })
  }

  async respond<Question>(
    topic: string,
    given: QuestionHandler<Question>,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Subscription> {
    this.#mustTake()
    checkCall('respond', options)
    const handler = callable('handler', given) as QuestionHandler
    const answering: QuestionHandler = this.#around.empty
      ? handler
      : (_, context) =>
          this.#around
            .in('question', context.envelope, (envelope) =>
              handler(envelope.payload, { envelope, signal: context.signal }),
            )
            .then((answer) =>
              this.#around.out(
                { verb: 'answer', topic, payload: answer, options: {} },
                async (last) => last.payload,
              ),
            )
    return this.#questions.respond(topic, answering, options.signal)
  }

  async publishTask(task: Written<TaskMessage>, options: SendOptions = {}): Promise<Published> {
    this.#enter('publishTask', options)
    const queue = taskQueue(task.agentId)
    const message = writtenOut<TaskMessage>('publishTask', task, this.#settings.ports.now())
    return this.#send(queue, message, { id: task.taskId, type: 'task', target: task.agentId, ...options })
  }

  async subscribeToTasks<Input>(
    agentId: string,
    handler: TaskHandler<Input>,
    options: ConsumeOptions = {},
  ): Promise<Consumer> {
    const queue = taskQueue(agentId)
    callable('handler', handler)
    return this.consume(
      queue,
      (envelope, context) => handler(inside<TaskMessage<Input>>(envelope), context),
      options,
    )
  }

  async publishResult(
    result: Written<ResultMessage>,
    options: { readonly id?: string | undefined } = {},
  ): Promise<Published> {
    this.#enter('publishResult', options)
    checkTopic(result.agentId)
    const message = writtenOut<ResultMessage>('publishResult', result, this.#settings.ports.now())
    const { taskId, agentId } = message
    const about = { id: options.id, type: 'result', sender: agentId, sessionId: taskId }
    return this.#publish(resultTopic(agentId), message, about, { taskId, final: isFinal(message) })
  }

  async subscribeToResults<Result>(
    pattern: string,
    handler: ResultHandler<Result>,
    options: SubscribeOptions = {},
  ): Promise<Subscription> {
    this.#mustTake()
    checkCall('subscribe', options)
    // Checked as it was given, so that an error names it as it was given.
    compileTopicPattern(pattern)
    callable('handler', handler)
    const listener: EventHandler = (envelope, context) =>
      handler(inside<ResultMessage<Result>>(envelope), context)
    return this.#events.subscribe(resultTopic(pattern), handling(this.#around, 'event', listener), options)
  }

  async getResult<Result>(
    taskId: string,
    options: { readonly waitMs?: number | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<ResultMessage<Result> | undefined> {
    this.#enter('getResult', options)
    const text = await this.#results.get(taskId, duration('waitMs', options.waitMs ?? 0), options.signal)
    if (text === undefined) return undefined
    const payload: unknown = JSON.parse(text)
    const head = this.#head(resultTopic('task'), { type: 'result', sessionId: taskId })
    return (await this.#opened('result', head, payload)) as ResultMessage<Result>
  }

  async stats(): Promise<MessageBusStats> {
    this.#mustBeOpen()
    return statsOf(this.#work, this.#events, this.#broker)
  }

  async healthCheck(): Promise<MessageBusHealth> {
    const numbers = {
      subscriptions: this.#events.subscriptions,
      responders: this.#questions.responders,
      handlerErrors: this.#errors.count,
    }
    return healthOf(this.#broker, this.#work, this.#settings.ports.now, numbers, this.#closed)
  }

  async close(options: CloseOptions = {}): Promise<void> {
    checkCall('close', options)
    const drainMs = duration('drainMs', options.drainMs ?? 0)
    if (drainMs === 0) this.#hurry.resolve()
    this.#closing ??= this.#close(drainMs)
    await this.#closing
  }

  async #close(drainMs: number): Promise<void> {
    if (drainMs > 0)
      await within(this.#settings.ports, drainMs, Promise.race([this.#drain(), this.#hurry.promise]))
    this.#closed = true
    this.#results.close()
    await Promise.all([this.#work.close(), this.#events.close(), this.#questions.close()])
    await this.#broker.close()
  }

  /** Questions last: handlers may ask them. */
  async #drain(): Promise<void> {
    await Promise.all([this.#work.drain(), this.#events.drain()])
    await this.#questions.drain()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (this.#closing ?? this.close())
  }

  #enter(call: Parameters<typeof checkCall>[0], options: object): void {
    this.#mustBeOpen()
    checkCall(call, options)
  }

  /** For what takes messages: a bus that drains takes nothing new. */
  #mustTake(): void {
    if (this.#closing) throw new MessageBusClosedError()
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

  /** With middleware or without. */
  #leaving<T>(
    verb: Outgoing['verb'],
    topic: string,
    payload: unknown,
    options: MessageOptions,
    take: (message: Pick<Outgoing, 'payload' | 'options'>) => Promise<T>,
  ): Promise<T> {
    if (this.#around.empty) return take({ payload, options })
    checkTopic(topic)
    return this.#around.out({ verb, topic, payload, options }, (last) => {
      this.#mustBeOpen()
      return take(last)
    }) as Promise<T>
  }

  /** A payload that no handler gets, past the middleware. */
  async #opened(verb: 'answer' | 'result', head: Head, payload: unknown): Promise<unknown> {
    if (this.#around.empty) return payload
    return this.#around.in(verb, { ...head, payload }, (envelope) => envelope.payload)
  }

  #publish(
    topic: string,
    payload: unknown,
    options: MessageOptions,
    result?: { readonly taskId: string; readonly final: boolean },
  ): Promise<Published> {
    return this.#leaving('publish', topic, payload, options, (message) => {
      const head = this.#head(topic, message.options)
      const text = this.#encode(message.payload)
      const kept = result && { taskId: result.taskId, text: result.final ? text : null }
      return this.#events.append({
        head,
        payload: text,
        given: message.options.id !== undefined,
        result: kept,
      })
    })
  }

  #send(queue: string, payload: unknown, options: SendOptions): Promise<Published> {
    const { signal, delayMs = 0 } = options
    return this.#leaving('send', queue, payload, options, (message) => {
      const about: SendOptions = message.options
      const head = this.#head(queue, {
        ...withBackoff(about, this.#settings),
        maxAttempts: about.maxAttempts ?? 5,
      })
      duration('delayMs', delayMs)
      const text = this.#encode(message.payload)
      return this.#work.send({ head, payload: text, given: about.id !== undefined, delayMs }, signal)
    })
  }
}

const isList = (which: readonly string[] | ReplayOptions): which is readonly string[] => Array.isArray(which)
