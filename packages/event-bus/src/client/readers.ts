import type { ServerMessage } from '../wire/message.ts'
import type { JobReader } from './subscription.ts'
import { furthestBehind, type Wanted } from './transport.ts'

/** Everybody who reads on one client, by job. */
export class Readers {
  readonly #byJob = new Map<string, Set<JobReader>>()

  get isEmpty(): boolean {
    return this.#byJob.size === 0
  }

  add(reader: JobReader): void {
    const together = this.#byJob.get(reader.job) ?? new Set()
    this.#byJob.set(reader.job, together.add(reader))
  }

  /** @returns whether it was the last one of its job */
  remove(reader: JobReader): boolean {
    const together = this.#byJob.get(reader.job)
    if (!together?.delete(reader) || together.size > 0) return false
    return this.#byJob.delete(reader.job)
  }

  all(): JobReader[] {
    return [...this.#byJob.values()].flatMap((together) => [...together])
  }

  of(job: string): JobReader[] {
    return [...(this.#byJob.get(job) ?? [])]
  }

  /** What to ask the server for. */
  wanted(): Wanted[] {
    return [...this.#byJob.keys()].map((job) => this.wantedOf(job))
  }

  /** Several readers of a job share its subscription: it begins where the one begins that is furthest behind. */
  wantedOf(job: string): Wanted {
    return { job, after: furthestBehind(this.of(job).map(({ after }) => after)) }
  }

  /** Hands on what the server said about a job, or about all of them. */
  tell(bus: string, message: ServerMessage): void {
    if (message.kind === 'beat') for (const reader of this.all()) reader.onBeat(bus, message.at)
    if (!('job' in message)) return
    for (const reader of this.of(message.job)) tellOne(reader, bus, message)
  }
}

function tellOne(reader: JobReader, bus: string, message: ServerMessage): void {
  if (message.kind === 'event') reader.onEvent(bus, message.event)
  else if (message.kind === 'gap') reader.onGap(bus, message.gap, message.timestamp)
  else if (message.kind === 'subscribed') reader.onSubscribed(bus, message.at)
}
