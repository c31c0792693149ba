import type { Middleware } from '../contract/middleware.ts'

/** Turns the JSON of a payload into another text and back: encryption, compression. */
export interface Codec {
  encode(json: string): string | Promise<string>
  /** @throws what makes the message a dead letter: a wrong key, a text that was changed */
  decode(text: string): string | Promise<string>
}

export interface SealedOptions {
  /**
   * What becomes of messages that were not sealed: `refuse` (default) treats them as what cannot be decoded; `accept`
   * hands them on, so that a codec can be introduced while older messages wait.
   */
  readonly plain?: 'refuse' | 'accept' | undefined
}

/** The one member of a payload that was encoded. */
const SEALED = '$sealed'

/**
 * Encodes every payload before it leaves, answers too, and decodes it before it reaches a handler, an asker or
 * `getResult`. What stands at the broker is `{ "$sealed": text }`, also in dead letters; topics, ids, sessions and
 * headers are left readable. What cannot be decoded is not tried again: work becomes a dead letter.
 */
export const sealed = ({ encode, decode }: Codec, { plain = 'refuse' }: SealedOptions = {}): Middleware => ({
  name: 'codec',
  async outgoing(message, next) {
    const json = JSON.stringify(message.payload) ?? 'null'
    return next({ ...message, payload: { [SEALED]: await encode(json) } })
  },
  async incoming(message, next) {
    const text = (message.envelope.payload as { readonly [SEALED]?: unknown } | null)?.[SEALED]
    if (typeof text !== 'string' && plain === 'accept') return next(message)
    return next({ ...message, envelope: { ...message.envelope, payload: await opened(text, decode) } })
  },
})

async function opened(text: unknown, decode: Codec['decode']): Promise<unknown> {
  if (typeof text !== 'string')
    throw Object.assign(
      new Error('The payload is not sealed. Take older messages with { plain: "accept" }.'),
      {
        retriable: false,
      },
    )
  try {
    return JSON.parse(await decode(text))
  } catch (cause) {
    throw Object.assign(new Error('The payload could not be decoded.', { cause }), { retriable: false })
  }
}
