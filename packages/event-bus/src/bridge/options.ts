import { BadOptionError } from '../errors.ts'
import type { BusEvent } from '../event.ts'
import type { Visitor } from './visitor.ts'

type Awaitable<T> = T | Promise<T>

/** What the WebSocket and the SSE bridge have in common. */
export interface BridgeOptions<Identity> {
  /**
   * Who is it? Asked before a connection exists; `false`, `null` or `undefined` refuse it with 401, anything else is
   * the identity that `maySee` gets. There is no default: `() => true` lets everybody in, and says so in your code.
   */
  readonly authorize: (visitor: Visitor) => Awaitable<Identity | false | null | undefined>
  /** May they see this job? Asked for each subscription. Default: whoever was let in may see every job. */
  readonly maySee?: (identity: Identity, jobId: string) => Awaitable<boolean>
  /** Origins whose pages may connect, like `https://app.example`; `*` is all. Default: the server's own. */
  readonly origins?: readonly string[]
  /** Where the bridge lives; a job's address is one segment longer. */
  readonly path?: string
  /** Which events leave the process. Default `**`. */
  readonly pattern?: string
  /** The job that an event belongs to; nothing for none. Default: `jobId`, else `runId`, of its meta, else payload. */
  readonly jobOf?: (event: BusEvent) => string | undefined
  /**
   * Two events of one job with the same key: a client that is behind needs the later one alone. Default: the type and
   * step of events whose last segment is `progress`.
   */
  readonly progressOf?: (event: BusEvent) => string | undefined
  /** A sign of life this often; who does not answer until the next one is gone. Default 15 s. */
  readonly heartbeatMs?: number
  /** Connections at once, those that are still being authorized included. Over it: 503. Default 10,000. */
  readonly maxConnections?: number
  /** Jobs of one connection. Default 32. */
  readonly maxSubscriptions?: number
  /** Memory of what waits for one client, in bytes. Over it the connection is closed with 4413. Default 1 MiB. */
  readonly maxBufferedBytes?: number
  /** `authorize` and `maySee` have so long to answer; then it is a no. Default 10 s. */
  readonly authorizeTimeoutMs?: number
  /** Gets what `authorize` and `maySee` threw, and events that are not JSON. Default: nobody. */
  readonly onError?: (error: unknown) => void
}

/** The options with their defaults. */
export type Settings<Identity> = Required<Omit<BridgeOptions<Identity>, 'origins'>> & {
  readonly origins: readonly string[] | undefined
}

/** @throws BadOptionError */
export function settingsOf<Identity>(options: BridgeOptions<Identity>, path: string): Settings<Identity> {
  return {
    authorize: options.authorize,
    maySee: options.maySee ?? (() => true),
    origins: options.origins,
    path: checkedPath(options.path ?? path),
    pattern: options.pattern ?? '**',
    jobOf: options.jobOf ?? jobOf,
    progressOf: options.progressOf ?? progressOf,
    heartbeatMs: count('heartbeatMs', options.heartbeatMs ?? 15_000),
    maxConnections: count('maxConnections', options.maxConnections ?? 10_000),
    maxSubscriptions: count('maxSubscriptions', options.maxSubscriptions ?? 32),
    maxBufferedBytes: count('maxBufferedBytes', options.maxBufferedBytes ?? 1_048_576),
    authorizeTimeoutMs: count('authorizeTimeoutMs', options.authorizeTimeoutMs ?? 10_000),
    onError: options.onError ?? (() => {}),
  }
}

/** @throws BadOptionError unless it is a whole number of at least 1 */
export function count(option: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new BadOptionError(option, 'an integer of at least 1', value)
}

/**
 * The job in an address: `path/job`.
 * @returns nothing when the address is not below `path`; `job` is missing when it is `path` itself
 */
export function jobIn(pathname: string, path: string): { readonly job?: string } | undefined {
  if (pathname === path || pathname === `${path}/`) return {}
  if (!pathname.startsWith(`${path}/`)) return undefined
  try {
    const job = decodeURIComponent(pathname.slice(path.length + 1))
    return job.includes('/') ? undefined : { job }
  } catch {
    return undefined
  }
}

function checkedPath(path: string): string {
  if (/^\/[^?#]*[^/?#]$/.test(path)) return path
  throw new BadOptionError('path', 'a path like "/ws/progress"', path)
}

function jobOf({ meta, payload }: BusEvent): string | undefined {
  const said = (payload ?? {}) as { readonly jobId?: unknown; readonly runId?: unknown }
  const job = meta.jobId ?? meta.runId ?? said.jobId ?? said.runId
  return typeof job === 'string' ? job : undefined
}

function progressOf({ type, payload }: BusEvent): string | undefined {
  if (type !== 'progress' && !type.endsWith('.progress')) return undefined
  const { step } = (payload ?? {}) as { readonly step?: unknown }
  return typeof step === 'string' ? `${type} ${step}` : type
}
