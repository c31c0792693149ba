import type { BusEvent } from '../event.ts'
import type { Gap } from '../gap.ts'

/** Version of what is said over WebSocket and SSE: one JSON object a message, the same on both. */
export const PROTOCOL = 1
/** The WebSocket subprotocol that the bridge answers with when it is offered. */
export const SUBPROTOCOL = 'pawl.v1'
/** A browser cannot set headers on a WebSocket: its token travels as a subprotocol with this prefix, base64url. */
export const TOKEN_SUBPROTOCOL = 'pawl.token.'

/** A place on a bus. Numbers of another bus, or of the same program before a restart, mean nothing. */
export interface Position {
  readonly bus: string
  readonly seq: number
}

/** Why a subscription was refused while the connection stays. */
export type Refusal = 'FORBIDDEN' | 'TOO_MANY_SUBSCRIPTIONS' | 'BAD_JOB' | 'UNAVAILABLE'

/** What a refused subscriber is told. */
export const REFUSALS: { readonly [code in Refusal]: string } = {
  FORBIDDEN: 'This job is not for you.',
  TOO_MANY_SUBSCRIPTIONS: 'This connection has as many jobs as it may have. Unsubscribe from one first.',
  BAD_JOB: 'The name of a job has 1 to 256 characters.',
  UNAVAILABLE: 'It could not be found out whether you may see this job. Try again.',
}

export type ServerMessage =
  /** First of all. `at` is the newest `seq`; a beat comes every `beatMs`. */
  | {
      readonly kind: 'hello'
      readonly protocol: number
      readonly bus: string
      readonly at: number
      readonly beatMs: number
    }
  | { readonly kind: 'event'; readonly job: string; readonly event: BusEvent }
  | { readonly kind: 'gap'; readonly job: string; readonly gap: Gap; readonly timestamp: number }
  /** What was kept has been sent; from `at` on the job is live. */
  | { readonly kind: 'subscribed'; readonly job: string; readonly at: number }
  | { readonly kind: 'unsubscribed'; readonly job: string }
  | { readonly kind: 'refused'; readonly job: string; readonly code: Refusal; readonly message: string }
  /** A sign of life. Everything up to `at` of the jobs that are live has been sent. */
  | { readonly kind: 'beat'; readonly at: number }
  /** Last message of an SSE stream, with what would be the close code on a WebSocket. */
  | { readonly kind: 'closing'; readonly code: number; readonly reason: string }

export type ClientMessage =
  /**
   * `after` with `bus`: events behind that number. `now`: only what comes. Without `after`: whatever is kept.
   * Subscribing twice to a job begins it anew.
   */
  | {
      readonly kind: 'subscribe'
      readonly job: string
      readonly after?: number | 'now'
      readonly bus?: string
    }
  | { readonly kind: 'unsubscribe'; readonly job: string }

/** Longest name of a job. */
export const MAX_JOB_LENGTH = 256

export const isJob = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= MAX_JOB_LENGTH

/** Reads what a client said. Nothing when it is not a message of this protocol. */
export function readClientMessage(text: string): ClientMessage | undefined {
  const said = parsed(text)
  if (said === undefined || typeof said.job !== 'string') return undefined
  const { kind, job, after, bus } = said
  if (kind === 'unsubscribe') return { kind, job }
  if (kind !== 'subscribe') return undefined
  if (after === undefined || after === 'now') return { kind, job, ...(after && { after }) }
  if (!Number.isSafeInteger(after) || (after as number) < 0 || typeof bus !== 'string') return undefined
  return { kind, job, after: after as number, bus }
}

/** Reads what a server said. Nothing when it is not a message of this protocol; unknown kinds come from newer servers. */
export function readServerMessage(text: string): ServerMessage | undefined {
  const said = parsed(text)
  return said !== undefined && typeof said.kind === 'string' ? (said as unknown as ServerMessage) : undefined
}

/** `bus:seq`, as SSE's `id` and `Last-Event-ID` carry it. */
export const positionText = ({ bus, seq }: Position): string => `${bus}:${seq}`

/** Reads `bus:seq`. */
export function readPosition(text: string): Position | undefined {
  const colon = text.lastIndexOf(':')
  const seq = Number(text.slice(colon + 1))
  return colon > 0 && colon < text.length - 1 && Number.isSafeInteger(seq) && seq >= 0
    ? { bus: text.slice(0, colon), seq }
    : undefined
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
