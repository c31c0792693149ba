import { BadOptionError, NotDecodedError } from '../contract/errors.ts'
import { checkOptions } from '../contract/known-options.ts'
import type { Middleware } from '../contract/middleware.ts'
import { callable, optionsObject } from '../contract/option.ts'

/** Turns the JSON of a payload into another text and back: encryption, compression. */
export interface Codec {
  encode(json: string): string | Promise<string>
  /** @throws what makes the message a dead letter: a wrong key, a text that was changed */
  decode(text: string): string | Promise<string>
}

export interface SealedOptions {
  /**
   * Messages that are not sealed: `refuse` (default) treats those that come in as what cannot be decoded; `accept` hands
   * them on; `send` does so too, and sends its own unsealed. A codec is introduced by `send` everywhere, then `accept`,
   * then without.
   */
  readonly plain?: 'refuse' | 'accept' | 'send' | undefined
}

/** The one member of a payload that was encoded. */
const SEALED = '$sealed'

/**
 * Encodes every payload before it leaves, answers too, and decodes it before it reaches a handler, an asker or
 * `getResult`. What stands at the broker is `{ "$sealed": text }`, also in dead letters; topics, ids, sessions and
 * headers are left readable. What cannot be decoded is not tried again: work becomes a dead letter.
 */
export function sealed(codec: Codec, options: SealedOptions = {}): Middleware {
  const { encode, decode } = optionsObject('codec', codec)
  callable('encode', encode)
  callable('decode', decode)
  checkOptions('sealed', options, { plain: true })
  const { plain = 'refuse' } = options
  if (plain !== 'refuse' && plain !== 'accept' && plain !== 'send')
    throw new BadOptionError('plain', "'refuse', 'accept' or 'send'", plain)
  return {
    name: 'codec',
    async outgoing(message, next) {
      if (plain === 'send') return next(message)
      const json = JSON.stringify(message.payload) ?? 'null'
      return next({ ...message, payload: { [SEALED]: await encode(json) } })
    },
    async incoming(message, next) {
      const text = (message.envelope.payload as { readonly [SEALED]?: unknown } | null)?.[SEALED]
      if (typeof text !== 'string' && plain !== 'refuse') return next(message)
      return next({ ...message, envelope: { ...message.envelope, payload: await opened(text, decode) } })
    },
  }
}

async function opened(text: unknown, decode: Codec['decode']): Promise<unknown> {
  if (typeof text !== 'string')
    throw new NotDecodedError('it is not sealed. While older ones wait, use { plain: "accept" }')
  try {
    return JSON.parse(await decode(text))
  } catch (cause) {
    throw new NotDecodedError('the codec cannot read it', cause)
  }
}
