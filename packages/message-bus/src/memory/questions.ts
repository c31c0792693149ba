import { decodeEnvelope, type Envelope } from '../contract/envelope.ts'
import {
  MessageBusClosedError,
  NoRespondersError,
  RequestTimeoutError,
  ResponderFailedError,
  summarize,
} from '../contract/errors.ts'
import { encodePayload } from '../contract/json.ts'
import type { QuestionHandler } from '../contract/questions.ts'
import type { Subscription } from '../contract/subscription.ts'
import { checkTopic } from '../contract/topic.ts'
import { Membership } from './membership.ts'
import type { MemorySettings } from './options.ts'

interface Responder {
  readonly handler: QuestionHandler
  readonly membership: Membership
}

/** Questions in memory: responders by topic, in turn. */
export class MemoryQuestions {
  readonly #settings: MemorySettings
  readonly #responders = new Map<string, Responder[]>()
  readonly #open = new Set<(error: MessageBusClosedError) => void>()

  constructor(settings: MemorySettings) {
    this.#settings = settings
  }

  get responders(): number {
    return [...this.#responders.values()].reduce((sum, those) => sum + those.length, 0)
  }

  respond(topic: string, handler: QuestionHandler, signal: AbortSignal | undefined): Subscription {
    checkTopic(topic)
    const leave = (): void => {
      const left = (this.#responders.get(topic) ?? []).filter((other) => other !== responder)
      if (left.length > 0) this.#responders.set(topic, left)
      else this.#responders.delete(topic)
    }
    const membership = new Membership(this.#settings.ports.newId(), topic, signal, leave)
    const responder: Responder = { handler, membership }
    if (signal?.aborted) void membership.close()
    else this.#responders.set(topic, [...(this.#responders.get(topic) ?? []), responder])
    return membership
  }

  /** Asks the responder whose turn it is. `text` is the envelope's JSON. */
  request(topic: string, text: string, timeoutMs: number, signal: AbortSignal | undefined): Promise<unknown> {
    const [responder, ...others] = this.#responders.get(topic) ?? []
    if (!responder) return Promise.reject(new NoRespondersError(topic))
    this.#responders.set(topic, [...others, responder])
    if (signal?.aborted) return Promise.reject(signal.reason)
    return new Promise((resolve, reject) => {
      const controller = new AbortController()
      const end = (): void => {
        cancel()
        signal?.removeEventListener('abort', onAbort)
        this.#open.delete(giveUp)
      }
      const giveUp = (reason: unknown): void => {
        end()
        reject(reason)
        controller.abort(reason)
      }
      const onAbort = (): void => giveUp(signal?.reason)
      const cancel = this.#settings.ports.setTimer(
        () => giveUp(new RequestTimeoutError(topic, timeoutMs)),
        timeoutMs,
      )
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#open.add(giveUp)
      this.#answer(responder, decodeEnvelope(text), controller.signal).then(
        (answer) => {
          end()
          resolve(answer)
        },
        (error: unknown) => {
          end()
          reject(error)
        },
      )
    })
  }

  async close(): Promise<void> {
    for (const giveUp of [...this.#open]) giveUp(new MessageBusClosedError())
    for (const those of [...this.#responders.values()]) {
      for (const { membership } of those) await membership.close()
    }
  }

  async #answer({ handler }: Responder, envelope: Envelope, signal: AbortSignal): Promise<unknown> {
    // The question leaves the asker's turn, as it would over a network.
    await undefined
    try {
      const answer = await handler(envelope.payload, { envelope, signal })
      return JSON.parse(encodePayload(answer, this.#settings.maxPayloadBytes))
    } catch (error) {
      const { message, code } = summarize(error)
      const retriable = (error as { retriable?: unknown } | null | undefined)?.retriable !== false
      throw new ResponderFailedError(envelope.topic, message, code, retriable)
    }
  }
}
