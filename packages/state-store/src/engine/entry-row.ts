/** One row of the journal before it has a version, an epoch and a time. */
export interface EntryRow {
  readonly kind: string
  readonly step: string | null
  /** The family of names that the entry occupies (its step, its timer set or fired, its signal), or `null`. */
  readonly slot: number | null
  readonly hash: string | null
  readonly format: number
  readonly payload: string
  readonly meta: string
  /** Whether it becomes a message to other processes. */
  readonly lifecycle: boolean
}
