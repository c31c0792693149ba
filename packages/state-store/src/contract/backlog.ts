export interface BacklogFilter {
  /** Only runs whose type begins so. Default: all. */
  readonly typePrefix?: string
}

/** The runs of one definition that are to be worked on, each counted once. */
export interface BacklogPart {
  readonly type: string
  readonly definitionVersion: string
  /** May be claimed now. */
  readonly ready: number
  /** May be claimed for the first time, or after they were given back, at a time to come. */
  readonly delayed: number
  /** Went to sleep; may be claimed at a time to come. */
  readonly waiting: number
  /** Held by a worker. */
  readonly running: number
  /** Since when the first of the ready ones has been so, in the store's time; `null` if there is none. */
  readonly readySince: number | null
}

/** What there is to do on the store, whoever does it. */
export interface Backlog {
  /** The store's time of the count. */
  readonly at: number
  /** By type, then definition version, bytewise. A definition without such runs is not among them. */
  readonly parts: readonly BacklogPart[]
}
