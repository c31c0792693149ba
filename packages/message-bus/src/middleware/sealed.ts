import type { Middleware } from '../contract/middleware.ts'

/** Turns the JSON of a payload into another text and back: encryption, compression. */
export interface Codec {
  encode(json: string): string | Promise<string>
  /** @throws what makes the message a dead letter: a wrong key, a text that was changed */
  decode(text: string): string | Promise<string>
}

/** The one member of a payload that was encoded. */
const SEALED = '$sealed'

/**
 * Encodes every payload before it leaves, answers too, and decodes it before it reaches a handler, an asker or `getResult`. What stands at the
 * broker is `{ "$sealed": text }`; topics, ids, sessions and headers are left readable. A payload that is not sealed is
 * handed on as it is, so that a codec can be introduced while older messages are still waiting. What cannot be decoded
 * is not tried again: work becomes a dead letter.
 */
export const sealed = ({ encode, decode }: Codec): Middleware => ({
  name: 'codec',
  async outgoing(message, next) {
    const json = JSON.stringify(message.payload) ?? 'null'
    return next({ ...message, payload: { [SEALED]: await encode(json) } })
  },
  async incoming(message, next) {
    const text = (message.envelope.payload as { readonly [SEALED]?: unknown } | null)?.[SEALED]
    if (typeof text !== 'string') return next(message)
    return next({ ...message, envelope: { ...message.envelope, payload: await opened(text, decode) } })
  },
})

async function opened(text: string, decode: Codec['decode']): Promise<unknown> {
  try {
    return JSON.parse(await decode(text))
  } catch (cause) {
    throw Object.assign(new Error('The payload could not be decoded.', { cause }), { retriable: false })
  }
}
