import type { Envelope } from '../contract/envelope.ts'
import type { Incoming, Middleware, Outgoing } from '../contract/middleware.ts'

type Next<M> = (message: M) => Promise<unknown>

/** The middleware of one bus: the first one used is nearest to the user's code, the last one to the broker. */
export class Around {
  readonly #middleware: Middleware[] = []
  /** The last message on its way out, by topic: so that middleware that takes its time reorders nothing. */
  readonly #leaving = new Map<string, Promise<unknown>>()

  get empty(): boolean {
    return this.#middleware.length === 0
  }

  add(middleware: Middleware): void {
    this.#middleware.push(middleware)
  }

  /**
   * Brings a message through all of it. `take` is called at the end and returns at once with a promise of the outcome.
   * Messages of a topic are taken in the order in which they were given; their outcomes are not waited for.
   */
  out(message: Outgoing, take: Next<Outgoing>): Promise<unknown> {
    const before = this.#leaving.get(message.topic)
    let wasTaken = (): void => {}
    const taken = new Promise<void>((resolve) => {
      wasTaken = resolve
    })
    const through = this.#chain('outgoing', async (last: Outgoing) => {
      await before
      const outcome = take(last)
      wasTaken()
      return outcome
    })
    this.#leaving.set(message.topic, taken)
    return through(message).finally(() => {
      wasTaken()
      if (this.#leaving.get(message.topic) === taken) this.#leaving.delete(message.topic)
    })
  }

  /** Brings a message through all of it to its handler. */
  in(verb: Incoming['verb'], envelope: Envelope, handle: (envelope: Envelope) => unknown): Promise<unknown> {
    return this.#chain('incoming', async (last: Incoming) => handle(last.envelope))({ verb, envelope })
  }

  #chain<M extends Outgoing | Incoming>(side: 'outgoing' | 'incoming', end: Next<M>): Next<M> {
    // Outgoing messages meet the first one first, incoming ones the last one.
    const inwards = side === 'outgoing' ? [...this.#middleware].reverse() : this.#middleware
    return inwards.reduce<Next<M>>((next, middleware) => {
      const step = middleware[side] as ((message: M, next: Next<M>) => Promise<unknown>) | undefined
      return step ? async (message) => step.call(middleware, message, next) : next
    }, end)
  }
}
