import { isJob, type Refusal } from '../wire/message.ts'
import type { Settings } from './options.ts'
import { isOriginAllowed, type Visitor } from './visitor.ts'

/** Why nobody was let in, as HTTP says it. */
export interface Rejection {
  readonly status: 400 | 401 | 403 | 404 | 500 | 503
  readonly code: string
  readonly message: string
}

/** Who was let in, and the jobs that they asked for and may not see. */
export interface Admission<Identity> {
  readonly identity: Identity
  readonly refusals: ReadonlyMap<string, Refusal>
}

/** Decides who comes in and who sees what, and counts those who are inside or at the door. */
export class Gatekeeper<Identity> {
  readonly #settings: Settings<Identity>
  #inside = 0
  #refused = 0

  constructor(settings: Settings<Identity>) {
    this.#settings = settings
  }

  /** Connections, and requests that are being authorized. */
  get inside(): number {
    return this.#inside
  }

  /** Requests that were turned away. */
  get refused(): number {
    return this.#refused
  }

  /**
   * Lets somebody in, or says why not. Who is let in must `leave` once. The cheap questions come first: origin and
   * room, before anybody is asked about a token. Who may see some of the jobs is let in, and hears of the others.
   */
  async admit(
    visitor: Visitor,
    jobs: readonly string[],
  ): Promise<Admission<Identity> | { readonly rejection: Rejection }> {
    const early = this.#atTheDoor(visitor, jobs)
    if (early) return this.#refuse(early)
    this.#inside++
    try {
      const answer = await this.#inTime(() => this.#settings.authorize(visitor))
      const admission = isNo(answer) ? undefined : await this.#admission(answer, jobs)
      const rejection = admission === undefined ? UNAUTHORIZED : rejectionOf(admission, jobs)
      if (admission !== undefined && rejection === undefined) return admission
      this.leave()
      return this.#refuse(rejection ?? UNAUTHORIZED)
    } catch (error) {
      this.leave()
      this.#settings.onError(error)
      return this.#refuse(BROKEN)
    }
  }

  /** May pages of the visitor's origin connect at all? */
  isOriginAllowed({ header }: Visitor): boolean {
    return isOriginAllowed(header, this.#settings.origins)
  }

  /** Somebody who was let in is gone. */
  leave(): void {
    this.#inside--
  }

  /** Why a job may not be subscribed to; nothing when it may. */
  async refusal(identity: Identity, job: string): Promise<Refusal | undefined> {
    try {
      return (await this.#inTime(() => this.#settings.maySee(identity, job))) === true
        ? undefined
        : 'FORBIDDEN'
    } catch (error) {
      this.#settings.onError(error)
      return 'UNAVAILABLE'
    }
  }

  #atTheDoor({ header }: Visitor, jobs: readonly string[]): Rejection | undefined {
    const { origins, maxConnections, maxSubscriptions } = this.#settings
    if (!isOriginAllowed(header, origins)) return WRONG_ORIGIN
    if (!jobs.every(isJob)) return BAD_JOB
    if (jobs.length > maxSubscriptions) return TOO_MANY_JOBS
    return this.#inside >= maxConnections ? FULL : undefined
  }

  async #admission(identity: Identity, jobs: readonly string[]): Promise<Admission<Identity>> {
    const refusals = new Map<string, Refusal>()
    for (const job of jobs) {
      const refusal = await this.refusal(identity, job)
      if (refusal) refusals.set(job, refusal)
    }
    return { identity, refusals }
  }

  #refuse(rejection: Rejection): { readonly rejection: Rejection } {
    this.#refused++
    return { rejection }
  }

  async #inTime<T>(ask: () => T | Promise<T>): Promise<T> {
    const answer = ask()
    if (!(answer instanceof Promise)) return answer
    const { authorizeTimeoutMs: ms } = this.#settings
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`Authorization took longer than ${ms} ms.`)), ms)
    })
    return Promise.race([answer, late]).finally(() => clearTimeout(timer))
  }
}

/** Whoever asks for jobs and may see none of them need not come in. */
function rejectionOf({ refusals }: Admission<unknown>, jobs: readonly string[]): Rejection | undefined {
  if (jobs.length === 0 || refusals.size < jobs.length) return undefined
  return [...refusals.values()].includes('UNAVAILABLE') ? BROKEN : FORBIDDEN
}

const isNo = (answer: unknown): answer is false | null | undefined =>
  answer === false || answer === null || answer === undefined

const rejection = (status: Rejection['status'], code: string, message: string): Rejection => ({
  status,
  code,
  message,
})

const UNAUTHORIZED = rejection(401, 'UNAUTHORIZED', 'The token is missing or wrong.')
const WRONG_ORIGIN = rejection(403, 'WRONG_ORIGIN', 'Pages of this origin may not connect.')
const FORBIDDEN = rejection(403, 'FORBIDDEN', 'This job is not for you.')
const BAD_JOB = rejection(400, 'BAD_JOB', 'The name of a job has 1 to 256 characters.')
const TOO_MANY_JOBS = rejection(400, 'TOO_MANY_SUBSCRIPTIONS', 'Too many jobs for one connection.')
const BROKEN = rejection(500, 'AUTHORIZATION_FAILED', 'It could not be found out who you are. Try again.')
const FULL = rejection(
  503,
  'TOO_MANY_CONNECTIONS',
  'There is no room for another connection. Try again later.',
)
export const NOT_FOUND = rejection(404, 'NOT_FOUND', 'There is nothing at this address.')
export const CLOSING = rejection(503, 'CLOSING', 'The server is about to stop. Try again later.')
