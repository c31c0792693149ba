// What an engine is asked about runs that wait for something that has a name.

export interface UnparkOperation {
  readonly op: 'unpark'
  readonly waitsFor: string
  readonly limit: number
}

export interface UnparkResult {
  readonly unparked: number
}

export interface ParkedRow {
  readonly waits_for: string
  readonly runs: number
  readonly next_at: number | null
}
