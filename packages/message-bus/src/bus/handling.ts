import type { Envelope } from '../contract/envelope.ts'
import type { Incoming } from '../contract/middleware.ts'
import { callable } from '../contract/option.ts'
import type { Around } from './around.ts'

/** A handler of events or of work; what its payload is said to be nobody knows from here on. */
export type Handle = (envelope: Envelope, context: object) => unknown

/** The handler with the middleware around it. @throws BadOptionError */
export function handling<Payload, Context extends object>(
  around: Around,
  verb: Incoming['verb'],
  handler: (envelope: Envelope<Payload>, context: Context) => unknown,
): Handle {
  const handle = callable('handler', handler) as Handle
  if (around.empty) return handle
  return (envelope, context) =>
    around.in(verb, envelope, (last) =>
      handle(last, last === envelope ? context : withEnvelope(context, last)),
    )
}

/** The context of a handler whose message was changed on the way. Its other members stay what they are. */
const withEnvelope = (context: object, envelope: Envelope): object =>
  new Proxy(context, {
    get: (whole, name) => (name === 'envelope' ? envelope : Reflect.get(whole, name)),
  })
