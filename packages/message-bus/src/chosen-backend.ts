import { BadOptionError } from './contract/errors.ts'

export type Choice =
  | { readonly kind: 'memory' }
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'upstash'; readonly url: string; readonly token: string }

interface Asked {
  readonly type?: string | undefined
  readonly redisUrl?: string | undefined
  readonly redisToken?: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

const URL_NAME = 'UPSTASH_REDIS_REST_URL'
const TOKEN_NAME = 'UPSTASH_REDIS_REST_TOKEN'

const NEEDS_TOKEN =
  'given beside an http(s):// address, which is Upstash (Redis over TCP is redis:// or rediss://)'

/** Decides from the configuration and the environment alone. @throws BadOptionError */
export function chosenBackend(asked: Asked, environment: Environment): Choice {
  const { type } = asked
  if (type === 'memory') return { kind: 'memory' }
  if (type !== undefined && type !== 'redis' && type !== 'upstash')
    throw new BadOptionError('type', "'memory', 'redis' or 'upstash'", type)
  const choice = fromOptions(asked) ?? fromEnvironment(environment, type)
  if (choice && !(type === 'upstash' && choice.kind === 'redis')) return choice
  if (type === 'upstash')
    throw new BadOptionError(
      'redisUrl',
      `an https:// address, or ${URL_NAME} in the environment`,
      asked.redisUrl,
    )
  if (type === 'redis')
    throw new BadOptionError('redisUrl', 'an address, or REDIS_URL in the environment', asked.redisUrl)
  return { kind: 'memory' }
}

function fromOptions({ redisUrl, redisToken }: Asked): Choice | undefined {
  if (redisUrl === undefined) {
    if (redisToken === undefined) return undefined
    throw new BadOptionError('redisUrl', 'given beside "redisToken"', redisUrl)
  }
  if (/^https?:\/\//.test(redisUrl)) {
    if (!redisToken) throw new BadOptionError('redisToken', NEEDS_TOKEN, redisToken)
    return { kind: 'upstash', url: redisUrl, token: redisToken }
  }
  if (/^rediss?:\/\//.test(redisUrl)) return { kind: 'redis', url: redisUrl }
  throw new BadOptionError('redisUrl', 'a redis://, rediss:// or https:// address', redisUrl)
}

/** An empty variable is one that is not set. */
function fromEnvironment(environment: Environment, type: string | undefined): Choice | undefined {
  const url = environment[URL_NAME] || undefined
  const token = environment[TOKEN_NAME] || undefined
  if (url && token) return { kind: 'upstash', url, token }
  if (url) throw new BadOptionError(TOKEN_NAME, `set beside ${URL_NAME}`, undefined)
  if (token) throw new BadOptionError(URL_NAME, `set beside ${TOKEN_NAME}`, undefined)
  const redis = type === 'upstash' ? undefined : environment.REDIS_URL || undefined
  return redis === undefined ? undefined : fromOptions({ redisUrl: redis })
}
