import type { Call, Reply } from './redis-calls.ts'

type Json = null | number | string | readonly Json[]

/** What one command came to, as Upstash says it. */
export type Answer = { readonly result: Json } | { readonly error: string }

/** How strings of an answer are written: as text, in which bad UTF-8 is lost, or in base64. */
export type Encoding = 'text' | 'base64'

export const answer = (reply: Reply, encoding: Encoding): Answer =>
  reply instanceof Error ? { error: reply.message } : { result: encode(reply, encoding) }

/** "OK" stays "OK" in base64 too: Upstash's REST description, «Base64 Encoded Responses». */
function encode(reply: Reply, encoding: Encoding): Json {
  if (Array.isArray(reply)) return reply.map((one: Reply) => encode(one, encoding))
  if (reply instanceof Error) return reply.message
  if (!Buffer.isBuffer(reply)) return reply as null | number
  const text = reply.toString('utf8')
  return encoding === 'text' || text === 'OK' ? text : reply.toString('base64')
}

/** A command from JSON, or from the path of a URL; `undefined` if it is none. */
export function callFrom(value: unknown): Call | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined
  const args: unknown[] = value
  if (!args.every((arg) => ['string', 'number', 'boolean'].includes(typeof arg))) return undefined
  return args.map(String)
}

/** After the table «REST - Redis API Compatibility» of Upstash's REST description. */
const REFUSED = new Set(
  (
    'BLPOP BRPOP BRPOPLPUSH BLMOVE BLMPOP BZPOPMAX BZPOPMIN BZMPOP WATCH UNWATCH DISCARD MULTI EXEC ' +
    'SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE MONITOR CLUSTER HELLO AUTH QUIT RESET SELECT'
  ).split(' '),
)

/** Why Upstash's REST API does not take this command, if it does not. */
export function refusal(call: Call): string | undefined {
  const name = call[0]!.toUpperCase()
  const blocks = ['XREAD', 'XREADGROUP'].includes(name) && call.some((arg) => arg.toUpperCase() === 'BLOCK')
  if (!blocks && !REFUSED.has(name)) return undefined
  return `ERR Command is not available: '${name}'. See https://upstash.com/docs/redis/overall/compatibility for details`
}
