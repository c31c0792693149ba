import type { PostgresClient, PostgresPool } from './pool.ts'
import type { Watch } from './pulse.ts'

/** Of `pg_notify` in `sql/functions/write.sql`. */
const CHANNEL = 'pawl'

/** Of many writes in a row one is told at most so often, in milliseconds; the last one always is. */
const TELL_EVERY_MS = 50

/** How long after a lost connection the next one is tried, in milliseconds: doubled each time, up to the second. */
const RECONNECT_MS = [100, 5_000] as const

interface ListeningClient extends PostgresClient {
  on(event: 'notification', listener: (message: { readonly payload?: string }) => void): void
  on(event: 'error' | 'end', listener: () => void): void
  unref?(): void
}

/**
 * Hears at once of the writes of other stores that listen, over one connection of the pool, while somebody wants to
 * know. What it misses, such as writes while it has no connection, the slow look finds.
 */
export class Listener implements Watch {
  readonly #pool: PostgresPool
  readonly #sender: string
  readonly #namespace: string
  readonly #look: Watch
  readonly #listeners = new Set<() => void>()
  #client: ListeningClient | undefined
  #connecting: Promise<void> | undefined
  #failures = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #telling: ReturnType<typeof setTimeout> | undefined
  #again = false

  /** `sender` is who this store writes as; `look` is asked for what is not heard. */
  constructor(pool: PostgresPool, sender: string, namespace: string, look: Watch) {
    this.#pool = pool
    this.#sender = sender
    this.#namespace = namespace
    this.#look = look
  }

  watch(listener: () => void): () => void {
    const stopLooking = this.#look.watch(listener)
    this.#listeners.add(listener)
    if (this.#client === undefined && this.#timer === undefined) this.#connect()
    return () => {
      stopLooking()
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) void this.stop()
    }
  }

  async stop(): Promise<void> {
    this.#listeners.clear()
    clearTimeout(this.#timer)
    clearTimeout(this.#telling)
    this.#timer = undefined
    this.#telling = undefined
    await this.#look.stop()
    await this.#connecting
    // Somebody may want to know again by now.
    if (this.#listeners.size === 0) this.#hangUp()
  }

  #connect(): void {
    this.#timer = undefined
    this.#connecting ??= this.#listen()
      .catch(() => this.#lost())
      .finally(() => {
        this.#connecting = undefined
      })
  }

  async #listen(): Promise<void> {
    const client = (await this.#pool.connect()) as ListeningClient
    this.#client = client
    client.on('error', () => this.#lost(client))
    client.on('end', () => this.#lost(client))
    client.on('notification', ({ payload }) => this.#hear(payload ?? ''))
    await client.query({ text: `listen ${CHANNEL}` })
    // A connection that only listens does not keep the program alive.
    client.unref?.()
    // Something may have been written while nobody listened.
    if (this.#failures > 0) this.#tell()
    this.#failures = 0
  }

  #lost(client = this.#client): void {
    if (client !== this.#client) return
    this.#hangUp()
    if (this.#listeners.size === 0) return
    const [first, most] = RECONNECT_MS
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#connect(), Math.min(first * 2 ** this.#failures, most))
    this.#timer.unref?.()
    this.#failures += 1
  }

  /** The connection is closed, not given back: it listens. */
  #hangUp(): void {
    const client = this.#client
    this.#client = undefined
    client?.release(true)
  }

  #hear(payload: string): void {
    const space = payload.indexOf(' ')
    if (payload.slice(0, space) === this.#sender || payload.slice(space + 1) !== this.#namespace) return
    this.#tell()
  }

  #tell(): void {
    this.#again = this.#telling !== undefined
    if (this.#again) return
    for (const listener of this.#listeners) listener()
    this.#telling = setTimeout(() => {
      this.#telling = undefined
      if (this.#again) this.#tell()
    }, TELL_EVERY_MS)
    this.#telling.unref?.()
  }
}
