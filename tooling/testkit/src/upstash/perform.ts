import { type Answer, answer, callFrom, type Encoding, refusal } from './answer.ts'
import type { Call, RedisCalls } from './redis-calls.ts'

/** A request whose token and size are in order. */
export interface RestRequest {
  /** The path, cut at its slashes and decoded. */
  readonly path: readonly string[]
  /** Parameters of the URL, which stand behind the body in a command, without the token. */
  readonly parameters: readonly string[]
  readonly body: string
  readonly encoding: Encoding
}

export interface RestResponse {
  readonly status: number
  readonly body: Answer | readonly Answer[]
}

const refuse = (error: string): RestResponse => ({ status: 400, body: { error } })

/** Executes what a request asks for. `count` is told each command that goes to Redis. */
export async function perform(
  request: RestRequest,
  redis: RedisCalls,
  count: (call: Call) => void,
): Promise<RestResponse> {
  const { path, encoding } = request
  const calls = callsOf(request)
  if (calls === undefined) return refuse('ERR failed to parse the command')
  const refused = calls.map(refusal)
  const isBatch = path[0] === 'pipeline' || path[0] === 'multi-exec'

  if (path[0] === 'multi-exec') {
    const first = refused.find((one) => one !== undefined)
    if (first !== undefined) return refuse(first)
    for (const call of calls) count(call)
    const replies = await redis.transaction(calls)
    if (!Array.isArray(replies)) return { status: 400, body: answer(replies, encoding) }
    return { status: 200, body: replies.map((reply) => answer(reply, encoding)) }
  }
  const answers = await Promise.all(
    calls.map(async (call, place): Promise<Answer> => {
      const error = refused[place]
      if (error !== undefined) return { error }
      count(call)
      return answer(await redis.call(call), encoding)
    }),
  )
  if (isBatch) return { status: 200, body: answers }
  const only = answers[0]!
  return { status: 'error' in only ? 400 : 200, body: only }
}

function callsOf({ path, parameters, body }: RestRequest): readonly Call[] | undefined {
  const isBatch = path.length === 1 && (path[0] === 'pipeline' || path[0] === 'multi-exec')
  if (path.length > 0 && !isBatch) return [[...path, ...(body === '' ? [] : [body]), ...parameters]]
  const parsed = parse(body)
  const calls = (isBatch ? (Array.isArray(parsed) ? (parsed as unknown[]) : []) : [parsed]).map(callFrom)
  return calls.length > 0 && calls.every((call) => call !== undefined) ? calls : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
