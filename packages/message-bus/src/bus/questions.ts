import type { Broker, Unwatch } from '../broker/broker.ts'
import { decodeEnvelope, type Envelope, encodeEnvelope, type Head } from '../contract/envelope.ts'
import {
  MessageBusClosedError,
  NoRespondersError,
  RequestTimeoutError,
  ResponderFailedError,
  saidBy,
  summarize,
} from '../contract/errors.ts'
import { encodePayload } from '../contract/json.ts'
import type { QuestionHandler } from '../contract/questions.ts'
import type { Subscription } from '../contract/subscription.ts'
import { checkTopic } from '../contract/topic.ts'
import { Membership } from './membership.ts'
import type { BusSettings } from './options.ts'
import { FAREWELL_MS, within } from './within.ts'

interface Responder {
  readonly handler: QuestionHandler
  readonly membership: Membership
}

interface Topic {
  responders: Responder[]
  /** Who left last: it answers what is asked until the broker knows. */
  last: Responder | undefined
  readonly stop: Promise<Unwatch>
  /** Questions are heard. Before that there is nothing that its end must wait for. */
  heard: boolean
}

/** An answer on its way back. */
type Answer =
  | { readonly to: string; readonly payload: unknown }
  | {
      readonly to: string
      readonly failed: { readonly message: string; readonly code?: string; readonly retriable: boolean }
    }

/** Questions as this bus asks and answers them. */
export class QuestionSide {
  readonly #broker: Broker
  readonly #settings: BusSettings
  /** Where this bus hears answers. */
  readonly #address: string
  readonly #topics = new Map<string, Topic>()
  readonly #asked = new Map<string, (answer: Answer) => void>()
  readonly #waiting = new Set<(error: Error) => void>()
  /** Topics whose last responder has left, until the broker knows. */
  readonly #leaving = new Map<string, Promise<void>>()
  /** Questions being answered here, by id. */
  readonly #answering = new Map<string, AbortController>()
  /** Questions taken or asked, until they are answered. None rejects. */
  readonly #underWay = new Set<Promise<unknown>>()
  #hearing: Promise<Unwatch> | undefined
  #closed = false

  constructor(broker: Broker, settings: BusSettings, address: string) {
    this.#broker = broker
    this.#settings = settings
    this.#address = address
  }

  get responders(): number {
    return [...this.#topics.values()].reduce((sum, { responders }) => sum + responders.length, 0)
  }

  async respond(
    topic: string,
    handler: QuestionHandler,
    signal: AbortSignal | undefined,
  ): Promise<Subscription> {
    checkTopic(topic)
    const membership = new Membership(this.#settings.ports.newId(), topic, signal, () =>
      this.#leave(topic, responder),
    )
    const responder: Responder = { handler, membership }
    if (signal?.aborted) {
      await membership.close()
      return membership
    }
    // Else the broker would hear of the new one before it hears that the old one has left.
    while (this.#leaving.has(topic)) await this.#leaving.get(topic)
    if (this.#closed) await membership.close()
    if (membership.closed) return membership
    const there = this.#topics.get(topic) ?? this.#open(topic)
    there.responders.push(responder)
    try {
      await there.stop
      there.heard = true
    } catch (error) {
      await membership.close()
      throw error
    }
    return membership
  }

  #open(topic: string): Topic {
    const there: Topic = {
      responders: [],
      last: undefined,
      stop: this.#broker.watchQuestions(topic, (said) => this.#hear(there, topic, said)),
      heard: false,
    }
    this.#topics.set(topic, there)
    return there
  }

  /** Asks, and resolves with the answer's payload. */
  async request(
    head: Head,
    payload: string,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    if (signal?.aborted) throw signal.reason
    const answered = new Promise((resolve, reject) => {
      const { id, topic } = head
      const end = (): void => {
        cancel()
        signal?.removeEventListener('abort', onAbort)
        this.#asked.delete(id)
        this.#waiting.delete(giveUp)
      }
      const fail = (reason: unknown): void => {
        end()
        reject(reason)
      }
      const giveUp = (reason: unknown): void => {
        fail(reason)
        this.#broker.cancelQuestion(topic, id).catch(() => {})
        this.#answering.get(id)?.abort(reason)
      }
      const onAbort = (): void => giveUp(signal?.reason)
      const cancel = this.#settings.ports.setTimer(
        () => giveUp(new RequestTimeoutError(topic, timeoutMs)),
        timeoutMs,
      )
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiting.add(giveUp)
      this.#asked.set(id, (answer) => {
        end()
        if ('payload' in answer) resolve(answer.payload)
        else {
          const { message, code, retriable } = answer.failed
          reject(new ResponderFailedError(topic, message, code, retriable))
        }
      })
      const question = `${this.#address}\n${encodeEnvelope(head, payload)}`
      const ask = async (): Promise<boolean> => {
        await this.#listen()
        // Given up meanwhile: nobody would hear the answer.
        return !this.#asked.has(id) || this.#broker.ask(topic, question, timeoutMs)
      }
      ask().then(
        (somebody) => somebody || fail(new NoRespondersError(topic)),
        (error: unknown) => fail(error),
      )
    })
    this.#track(answered)
    return answered
  }

  #track(answered: Promise<unknown>): void {
    const ended = answered.catch(() => {})
    this.#underWay.add(ended)
    void ended.then(() => this.#underWay.delete(ended))
  }

  /** Resolves when answers are heard. */
  async #listen(): Promise<void> {
    this.#hearing ??= this.#broker.watchAnswers(this.#address, (text) => this.#answered(text))
    try {
      await this.#hearing
    } catch (error) {
      this.#hearing = undefined
      throw error
    }
  }

  /** Takes no new question, and resolves when all that were taken or asked are answered. */
  async drain(): Promise<void> {
    await this.#leaveAll()
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
  }

  /** Waits a little for the broker to hear of it, which may be away. */
  async close(): Promise<void> {
    this.#closed = true
    for (const giveUp of [...this.#waiting]) giveUp(new MessageBusClosedError())
    for (const controller of this.#answering.values()) controller.abort(new MessageBusClosedError())
    await within(this.#settings.ports, FAREWELL_MS, this.#leaveAll())
    this.#hearing?.then(
      (stop) => stop(),
      () => {},
    )
  }

  async #leaveAll(): Promise<void> {
    const all = [...this.#topics.values()].flatMap(({ responders }) => responders)
    await Promise.all(all.map(({ membership }) => membership.close()))
  }

  async #leave(topic: string, responder: Responder): Promise<void> {
    const there = this.#topics.get(topic)
    if (!there?.responders.includes(responder)) return
    there.responders = there.responders.filter((other) => other !== responder)
    if (there.responders.length > 0) return
    there.last = responder
    this.#topics.delete(topic)
    const left = there.stop
      .then(
        (stop) => stop(),
        () => {},
      )
      .finally(() => this.#leaving.delete(topic))
    this.#leaving.set(topic, left)
    if (there.heard) await left
  }

  #hear(there: Topic, topic: string, said: string | undefined): void {
    if (this.#closed) return
    if (said === '') this.#track(this.#take(there, topic))
    else if (said === undefined) this.#track(this.#takeAll(there, topic))
    else this.#answering.get(said)?.abort(new RequestTimeoutError(topic, 0))
  }

  /** What was asked while nothing was heard. */
  async #takeAll(there: Topic, topic: string): Promise<void> {
    while (await this.#take(there, topic));
  }

  /**
   * Others may have been quicker: then there is nothing to take. Who takes a question answers it, also when it leaves
   * meanwhile: nobody else would.
   * @returns whether there was one
   */
  async #take(there: Topic, topic: string): Promise<boolean> {
    const next = there.responders.shift()
    if (next) there.responders.push(next)
    const responder = next ?? there.last
    if (!responder || this.#closed) return false
    try {
      const question = await this.#broker.takeQuestion(topic)
      if (question === undefined) return false
      this.#track(this.#answer(question, responder))
      return true
    } catch {
      // The broker is away: the asker's time runs out.
      return false
    }
  }

  async #answer(question: string, { handler }: Responder): Promise<void> {
    const end = question.indexOf('\n')
    const envelope = decodeEnvelope(question.slice(end + 1))
    const controller = new AbortController()
    this.#answering.set(envelope.id, controller)
    const answer = await this.#answerOf(envelope, handler, controller.signal)
    this.#answering.delete(envelope.id)
    if (!this.#closed && !controller.signal.aborted) await this.#broker.answer(question.slice(0, end), answer)
  }

  /** The answer's JSON. Never rejects. */
  async #answerOf(envelope: Envelope, handler: QuestionHandler, signal: AbortSignal): Promise<string> {
    const to = JSON.stringify(envelope.id)
    try {
      const answer = await handler(envelope.payload, { envelope, signal })
      return `{"to":${to},"payload":${encodePayload(answer, this.#settings.maxPayloadBytes)}}`
    } catch (error) {
      const retriable = saidBy(error).retriable !== false
      return `{"to":${to},"failed":${JSON.stringify({ ...summarize(error), retriable })}}`
    }
  }

  #answered(text: string): void {
    const answer = JSON.parse(text) as Answer
    this.#asked.get(answer.to)?.(answer)
  }
}
