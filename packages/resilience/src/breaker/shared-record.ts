import { BreakerStoreError } from '../errors.ts'
import { atLeast } from '../option.ts'
import type { Ports } from '../ports.ts'
import { type BreakerRecord, CLOSED, type Transition } from './breaker-record.ts'
import { type BreakerCell, type BreakerStore, recordIn } from './breaker-store.ts'
import { newId } from './new-id.ts'
import type { RecordHolder, RecordOwner } from './record-holder.ts'

/** How a breaker is shared with other processes. */
export interface SharingOptions {
  /** Where processes share their breakers' states. Default: nowhere. */
  readonly store?: BreakerStore | undefined
  /**
   * Milliseconds for which what the store said is good: a breaker in use asks again at half of that, one that was
   * idle for longer asks before it lets a call pass. One that is not used asks nothing. Default 1000.
   */
  readonly refreshMs?: number | undefined
  /** Milliseconds after which a store that gave no answer counts as out of reach. Default 1000. */
  readonly storeTimeoutMs?: number | undefined
}

interface Sharing {
  readonly store: BreakerStore
  readonly refreshMs: number
  readonly storeTimeoutMs: number
}

/** Fills in the defaults; `undefined` when nothing is shared. @throws BadOptionError */
export function sharingOf({
  store,
  refreshMs = 1000,
  storeTimeoutMs = 1000,
}: SharingOptions): Sharing | undefined {
  atLeast('refreshMs', refreshMs, 0)
  atLeast('storeTimeoutMs', storeTimeoutMs, 0)
  return store && { store, refreshMs, storeTimeoutMs }
}

interface Pending {
  readonly transition: Transition
  readonly visible: boolean
}

/** What the store said last. */
interface Stored {
  readonly record: BreakerRecord
  readonly revision: number | null
}

/** Each lost race is a change that another process made; so many in a row are a store that answers at random. */
const MOST_RACES = 1000
/** Changes kept for a store that cannot be reached; older ones are decisions that nobody waits for. */
const MOST_PENDING = 100

/**
 * A record that other processes change too, in a store. Changes are queued, and those that wait travel together: read
 * once, apply all, write if the revision is still the same, else again on what is there now. While the store cannot be
 * reached the changes count here alone; the next contact, at most one in half of `refreshMs`, makes up for it.
 */
export class SharedRecord implements RecordHolder {
  record = CLOSED
  readonly #key: string
  readonly #sharing: Sharing
  readonly #ports: Ports
  readonly #owner: RecordOwner
  readonly #onFailure: (error: BreakerStoreError, first: boolean) => void
  #stored: Stored | undefined
  #pending: readonly Pending[] = []
  #wantsReading = true
  #reading: Promise<void> | undefined
  /** When the store was asked last, and when it was asked what it answered last. */
  #askedAt = Number.NEGATIVE_INFINITY
  #seenAt = Number.NEGATIVE_INFINITY
  #alone = false
  #contact: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined

  /** @param onFailure hears of a store that could not be reached; `first` if the time before it could */
  constructor(
    key: string,
    sharing: Sharing,
    ports: Ports,
    owner: RecordOwner,
    onFailure: (error: BreakerStoreError, first: boolean) => void,
  ) {
    this.#key = key
    this.#sharing = sharing
    this.#ports = ports
    this.#owner = owner
    this.#onFailure = onFailure
  }

  change(transition: Transition, visible: boolean): Promise<void> | undefined {
    if (transition(this.record, this.#owner.viewpoint()) === undefined) return undefined
    this.#pending = [...this.#pending, { transition, visible }]
    if (!this.#alone) {
      this.#review(this.#seenAt)
      return this.#send()
    }
    this.#pending = this.#pending.slice(-MOST_PENDING)
    this.#review(this.#seenAt)
    return undefined
  }

  freshen(now: number): Promise<void> | undefined {
    const { refreshMs } = this.#sharing
    const age = Math.abs(now - this.#seenAt)
    if (age < refreshMs / 2) return undefined
    if (this.#alone && Math.abs(now - this.#askedAt) < refreshMs / 2) return undefined
    this.#reading ??= this.refresh().finally(() => {
      this.#reading = undefined
    })
    // A busy process reads ahead and never waits; one that was idle does, and not for a store that just failed it.
    return age < refreshMs || this.#alone ? undefined : this.#reading
  }

  refresh(): Promise<void> {
    this.#wantsReading = true
    return this.#send()
  }

  /** One contact at a time; whoever comes while one is under way shares the next. */
  #send(): Promise<void> {
    this.#next ??= this.#contact.then(() => {
      this.#next = undefined
      this.#contact = this.#meet()
      return this.#contact
    })
    return this.#next
  }

  async #meet(): Promise<void> {
    try {
      if (this.#wantsReading) await this.#read()
      for (let races = 0; this.#pending.length > 0; races++) {
        if (races === MOST_RACES) throw new BreakerStoreError(this.#key, 'refuses every write')
        await this.#write()
      }
      this.#alone = false
    } catch (error) {
      const first = !this.#alone
      this.#alone = true
      this.#review(this.#seenAt)
      this.#onFailure(BreakerStoreError.from(this.#key, error), first)
    }
  }

  async #read(): Promise<void> {
    const asked = this.#ports.now()
    const cell = await this.#answer((store) => store.read(this.#key))
    this.#wantsReading = false
    this.#take(cell, asked)
  }

  async #write(): Promise<void> {
    const sent = this.#pending
    const { record, revision } = this.#stored ?? { record: CLOSED, revision: null }
    const value = sent.reduce((last, one) => this.#after(last, one), record)
    const cell =
      value === record ? undefined : { key: this.#key, value, expected: revision, id: newId(this.#ports) }
    const asked = this.#ports.now()
    const answer = cell && (await this.#answer((store) => store.write(cell)))
    if (answer?.ok !== false) this.#pending = this.#pending.filter((one) => !sent.includes(one))
    if (answer === undefined) this.#review(this.#seenAt)
    else this.#take(answer.ok ? { value, revision: answer.revision } : answer.current, asked)
  }

  /** Asks the store, and waits no longer than it may take. */
  #answer<Answer>(ask: (store: BreakerStore) => Promise<Answer>): Promise<Answer> {
    const { store, storeTimeoutMs } = this.#sharing
    this.#askedAt = this.#ports.now()
    return new Promise((resolve, reject) => {
      const late = (): void =>
        reject(new BreakerStoreError(this.#key, `gave no answer within ${storeTimeoutMs} ms`))
      const cancel = this.#ports.setTimer(late, storeTimeoutMs)
      const asked = async (): Promise<Answer> => ask(store)
      asked().finally(cancel).then(resolve, reject)
    })
  }

  /** Takes over what the store holds. @param asked when it was asked for it */
  #take(cell: BreakerCell | undefined, asked: number): void {
    this.#stored = { record: recordIn(this.#key, cell) ?? CLOSED, revision: cell?.revision ?? null }
    const last = this.#seenAt
    this.#seenAt = asked
    this.#review(last)
  }

  /** The record as it is known here: what the store said, and our changes that count already. */
  #review(last: number): void {
    const counting = this.#pending.filter(({ visible }) => visible || this.#alone)
    this.record = counting.reduce((record, one) => this.#after(record, one), this.#stored?.record ?? CLOSED)
    this.#owner.changed(this.record, last)
  }

  #after(record: BreakerRecord, { transition }: Pending): BreakerRecord {
    return transition(record, this.#owner.viewpoint()) ?? record
  }
}
