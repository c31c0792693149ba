import type { WriteOperation } from './writes.ts'

/**
 * The runs that some operations are about. Operations that meet in none may change places: in either order they have the
 * same results and leave the same rows. An operation about more than a run that it names meets every other: it is about
 * a worker, a key, or whatever is ready.
 */
export class Subjects {
  readonly #runs = new Set<string>()
  #wide = false
  /** Whether telemetry is among them. */
  #apart = false

  add(operation: WriteOperation): void {
    if (isApart(operation)) {
      this.#apart = true
      return
    }
    const run = runOf(operation)
    if (run === null) this.#wide = true
    else this.#runs.add(run)
  }

  /** Whether the operation has to keep its place towards one of these. */
  meet(operation: WriteOperation): boolean {
    if (isApart(operation)) return this.#apart
    if (this.#wide) return true
    const run = runOf(operation)
    return run === null ? this.#runs.size > 0 : this.#runs.has(run)
  }

  /** Whether what is about a run has to keep its place towards one of these. */
  meetRun(runId: string): boolean {
    return this.#wide || this.#runs.has(runId)
  }
}

/** Rows of their own that nothing else writes or decides by: lines and their rotation meet one another alone. */
const isApart = ({ op }: WriteOperation): boolean => op === 'telemetry' || op === 'rotate'

/** The one run that an operation is about, if that is all. */
export function runOf(operation: WriteOperation): string | null {
  switch (operation.op) {
    case 'commit':
    case 'send':
    case 'confirm':
    case 'write_output':
      return operation.runId
    case 'open':
      return operation.key === null ? operation.runId : null
    default:
      return null
  }
}
