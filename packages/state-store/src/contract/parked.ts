/** How many runs wait for one thing, such as an agent that is out of reach. */
export interface Parked {
  readonly waitsFor: string
  readonly runs: number
  /** When the first of them becomes ready by itself, in the store's time; `null` if none does. */
  readonly nextAt: number | null
}

export interface Unpark {
  readonly waitsFor: string
  /** The oldest runs first. Default and most: 1,000. */
  readonly limit?: number
}
