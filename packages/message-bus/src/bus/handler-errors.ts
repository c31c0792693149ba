import type { Envelope } from '../contract/envelope.ts'
import { sentence, summarize } from '../contract/errors.ts'
import type { MessageBusOptions } from './options.ts'

/** Where errors of handlers go: away from publishers, never out of sight. */
export class HandlerErrors {
  readonly #tell: MessageBusOptions['onHandlerError']
  #count = 0

  constructor(tell: MessageBusOptions['onHandlerError']) {
    this.#tell = tell
  }

  get count(): number {
    return this.#count
  }

  report(error: unknown, envelope: Envelope): void {
    this.#count++
    if (!this.#tell) {
      if (this.#count === 1) warn(error, envelope)
      return
    }
    try {
      this.#tell(error, envelope)
    } catch (broken) {
      warn(broken, envelope)
    }
  }
}

/** Says it where the platform has a place for it (Node, Bun, Deno), without importing one. */
function warn(error: unknown, envelope: Envelope): void {
  const host = globalThis as { process?: { emitWarning?: (message: string, type: string) => void } }
  const text = summarize(error).message
  host.process?.emitWarning?.(
    `A handler of "${envelope.topic}" failed: ${sentence(text)} Pass onHandlerError to see all.`,
    'MessageBusWarning',
  )
}
