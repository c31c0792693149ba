/** How a fault program is run. */
export interface FaultOptions {
  /** How often it is repeated. */
  readonly rounds: number
  /** The first round's seed; each further round adds one. */
  readonly seed: number
  readonly print: (line: string) => void
}

export interface FaultReport {
  /** What should not have been, each with the command that replays it. */
  readonly violations: readonly string[]
}

/** Breaks something on purpose and says what did not hold. */
export interface Fault {
  readonly run: (options: FaultOptions) => Promise<FaultReport>
}
