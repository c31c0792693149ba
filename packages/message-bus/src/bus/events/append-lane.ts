import type { AcceptingEvent, Broker } from '../../broker/broker.ts'
import { MessageBusClosedError } from '../../contract/errors.ts'
import type { Published } from '../../contract/subscription.ts'

interface Waiting {
  readonly event: AcceptingEvent
  readonly resolve: (published: Published) => void
  readonly reject: (error: unknown) => void
}

/** Brings events to the log, in order: what gathers while a call is under way travels together. */
export class AppendLane {
  readonly #broker: Broker
  #waiting: Waiting[] = []
  #busy = false

  constructor(broker: Broker) {
    this.#broker = broker
  }

  append(event: AcceptingEvent): Promise<Published> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ event, resolve, reject })
      this.#schedule()
    })
  }

  close(): void {
    for (const { reject } of this.#waiting.splice(0)) reject(new MessageBusClosedError())
  }

  #schedule(): void {
    if (this.#busy || this.#waiting.length === 0) return
    this.#busy = true
    queueMicrotask(() => void this.#flush())
  }

  async #flush(): Promise<void> {
    const { count, chars } = this.#broker.limits
    let size = 0
    let end = 0
    while (end < this.#waiting.length && end < count) {
      size += (this.#waiting[end] as Waiting).event.payload.length
      if (end > 0 && size > chars) break
      end++
    }
    const batch = this.#waiting.splice(0, end)
    try {
      const verdicts = await this.#broker.append(batch.map(({ event }) => event))
      batch.forEach(({ event, resolve }, index) => {
        resolve({ id: event.head.id, duplicate: verdicts[index] === 'duplicate' })
      })
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
    this.#busy = false
    this.#schedule()
  }
}
