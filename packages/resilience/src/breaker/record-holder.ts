import { type BreakerRecord, CLOSED, type Transition, type Viewpoint } from './breaker-record.ts'

/** Holds a breaker's record and changes it by the rules. */
export interface RecordHolder {
  /** The record as far as it is known here. */
  readonly record: BreakerRecord
  /**
   * Changes the record, at once or by the time the promise resolves; what came of it is in `record` then. It never
   * rejects. Not even a store is asked if nothing changes.
   * @param visible whether the change counts here before a store has confirmed it: right for what refuses calls
   */
  change(transition: Transition, visible: boolean): Promise<void> | undefined
  /** Sees to it that the record is not too old: a promise if it is, and has to be waited for. It never rejects. */
  freshen(now: number): Promise<void> | undefined
  /** Reads the record anew, if it is not only here. It never rejects. */
  refresh(): Promise<void> | undefined
}

/** What a holder needs of its breaker. */
export interface RecordOwner {
  /** How the owner reads this record now. */
  viewpoint(): Viewpoint
  /** The record changed, or was looked at in a store. @param last when it was looked at before, by our clock */
  changed(record: BreakerRecord, last: number): void
}

/** A record that nobody else knows. */
export class OwnRecord implements RecordHolder {
  record = CLOSED
  readonly #owner: RecordOwner

  constructor(owner: RecordOwner) {
    this.#owner = owner
  }

  change(transition: Transition): undefined {
    const next = transition(this.record, this.#owner.viewpoint())
    if (next === undefined) return
    this.record = next
    this.#owner.changed(next, Number.NEGATIVE_INFINITY)
  }

  freshen(): undefined {}

  refresh(): undefined {}
}
