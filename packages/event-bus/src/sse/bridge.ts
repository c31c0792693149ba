import { CLOSING, Gatekeeper, NOT_FOUND, type Rejection } from '../bridge/gatekeeper.ts'
import { JobFeed } from '../bridge/job-feed.ts'
import { type BridgeOptions, jobIn, type Settings, settingsOf } from '../bridge/options.ts'
import { type Start, startIn } from '../bridge/start.ts'
import { tokenOf, type Visitor } from '../bridge/visitor.ts'
import type { EventBus } from '../event-bus.ts'
import { CLOSE } from '../wire/close-code.ts'
import { readPosition } from '../wire/message.ts'
import { SseBody, sseBlock } from './body.ts'

export interface SseBridgeOptions<Identity> extends BridgeOptions<Identity> {}

export interface SseBridgeStats {
  /** Open streams, and requests that are being authorized. */
  readonly connections: number
  readonly subscriptions: number
  /** Requests that were refused. */
  readonly refused: number
}

/** What the platform knows about a request beside the request. */
export interface RequestInfo {
  /** Remote address, for `authorize`. */
  readonly address?: string | undefined
}

/** Lets browsers and other clients see the events of their jobs over server-sent events. */
export interface SseBridge extends AsyncDisposable {
  /**
   * Answers a request: a stream of events, or a refusal. Takes `GET` of `path/:job`, or of `path` with one or several
   * `?job=`; resumes behind `Last-Event-ID`, or behind `?after=` and `?bus=`. Never rejects.
   */
  handle(request: Request, info?: RequestInfo): Promise<Response>
  stats(): SseBridgeStats
  /** Refuses new requests and ends the open streams, each with a `closing` message. A second call does nothing. */
  close(): Promise<void>
}

/**
 * Makes a bridge from a bus to server-sent events at `/sse/progress/:jobId`. It uses web standards alone, so it runs
 * on Node, Deno, Bun and edge runtimes.
 * @throws BadOptionError
 */
export function createSseBridge<Events extends object, Identity>(
  bus: EventBus<Events>,
  options: SseBridgeOptions<Identity>,
): SseBridge {
  return new Bridge(bus as unknown as EventBus<Record<string, unknown>>, options)
}

class Bridge<Identity> implements SseBridge {
  readonly #settings: Settings<Identity>
  readonly #feed: JobFeed
  readonly #gatekeeper: Gatekeeper<Identity>
  readonly #bodies = new Set<SseBody>()
  #heart: ReturnType<typeof setInterval> | undefined
  #closed = false

  constructor(bus: EventBus<Record<string, unknown>>, options: SseBridgeOptions<Identity>) {
    this.#settings = settingsOf(options, '/sse/progress')
    this.#feed = new JobFeed(bus, this.#settings, sseBlock)
    this.#gatekeeper = new Gatekeeper(this.#settings)
  }

  async handle(request: Request, info: RequestInfo = {}): Promise<Response> {
    const url = new URL(request.url)
    const header = (name: string): string | undefined => request.headers.get(name) ?? undefined
    const cors = crossOrigin(header)
    const place = jobIn(url.pathname, this.#settings.path)
    if (!place || this.#closed) return refusal(place ? CLOSING : NOT_FOUND, cors)
    const visitor: Visitor = { transport: 'sse', url, token: tokenOf(header), address: info.address, header }
    if (request.method === 'OPTIONS') return this.#preflight(visitor, cors)
    if (request.method !== 'GET')
      return new Response(null, { status: 405, headers: { allow: 'GET, OPTIONS' } })
    const jobs = [...new Set(place.job === undefined ? url.searchParams.getAll('job') : [place.job])]
    const answer = await this.#gatekeeper.admit(visitor, jobs)
    if ('rejection' in answer)
      return refusal(answer.rejection, answer.rejection.code === 'WRONG_ORIGIN' ? {} : cors)
    if (this.#closed || request.signal.aborted) {
      this.#gatekeeper.leave()
      return refusal(CLOSING, cors)
    }
    const body = this.#open(request.signal)
    const allowed = jobs.filter((job) => !answer.refusals.has(job))
    this.#feed.subscribe(body.subscriber, allowed, startOf(url, header))
    for (const [job, code] of answer.refusals) this.#feed.refuse(body.subscriber, job, code)
    return new Response(body.stream, { headers: { ...STREAM_HEADERS, ...cors } })
  }

  stats(): SseBridgeStats {
    const { inside: connections, refused } = this.#gatekeeper
    return { connections, subscriptions: this.#feed.subscriptions, refused }
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const body of this.#bodies) body.close(CLOSE.goingAway, 'the server stops')
    this.#feed.stop()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #open(signal: AbortSignal): SseBody {
    const body = new SseBody(this.#feed, () => {
      signal.removeEventListener('abort', abort)
      this.#gatekeeper.leave()
      this.#bodies.delete(body)
      if (this.#bodies.size === 0) clearInterval(this.#heart)
    })
    const abort = (): void => body.abandon()
    signal.addEventListener('abort', abort, { once: true })
    if (this.#bodies.size === 0) this.#heart = setInterval(() => this.#beat(), this.#settings.heartbeatMs)
    this.#bodies.add(body)
    return body
  }

  #beat(): void {
    const bytes = this.#feed.beat()
    for (const body of this.#bodies) body.beat(bytes)
  }

  /** Browsers ask before they send an `Authorization` header to another origin. */
  #preflight(visitor: Visitor, cors: Readonly<Record<string, string>>): Response {
    if (!this.#gatekeeper.isOriginAllowed(visitor)) return new Response(null, { status: 403 })
    const allow = {
      'access-control-allow-methods': 'GET',
      'access-control-allow-headers': 'authorization, last-event-id',
      'access-control-max-age': '600',
    }
    return new Response(null, { status: 204, headers: { ...cors, ...allow } })
  }
}

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  // Without it nginx collects the stream instead of passing it on.
  'x-accel-buffering': 'no',
}

/** What a page of another origin needs to read the answer; the gatekeeper has the last word on the origin. */
function crossOrigin(header: Visitor['header']): Readonly<Record<string, string>> {
  const origin = header('origin')
  if (origin === undefined) return {}
  return { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true', vary: 'origin' }
}

function startOf(url: URL, header: Visitor['header']): Start {
  return readPosition(header('last-event-id') ?? '') ?? startIn(url.searchParams)
}

function refusal({ status, code, message }: Rejection, headers: Readonly<Record<string, string>>): Response {
  const more = status === 503 ? { 'retry-after': '5' } : {}
  return Response.json({ code, message }, { status, headers: { ...headers, ...more } })
}
