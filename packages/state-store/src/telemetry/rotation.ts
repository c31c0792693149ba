import type { RotateOperation, RotateResult } from '../engine/writes.ts'
import type { Rider } from '../store/group-commit.ts'

/** Rows of each table that go in one transaction, and the pause before the next ones: about 10,000 rows a second. */
const LIMIT = 500
const PAUSE_MS = 50

/** How often a process looks whether something is too old, on average. */
const EVERY_MS = 3_600_000

export interface Keeping {
  readonly keepLogsMs: number | null
  readonly keepSamplesMs: number | null
}

/**
 * Deletes what is too old, a few rows at a time, travelling with other writes. Every process that has the store open
 * looks once an hour, at a moment of its own, and once after the first rows that it wrote: so that programs which live for
 * seconds do it too. A look that finds nothing is one statement.
 */
export class Rotation {
  readonly #keeping: Keeping
  readonly #later: (rider: Rider) => void
  #timer: ReturnType<typeof setTimeout> | undefined
  #looked = false
  #closed = false

  constructor(keeping: Keeping, later: (rider: Rider) => void) {
    this.#keeping = keeping
    this.#later = later
    this.#lookIn(EVERY_MS * Math.random())
  }

  /** Rows were written. */
  written(): void {
    if (this.#looked) return
    this.#looked = true
    this.#lookIn(0)
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  #lookIn(ms: number): void {
    const { keepLogsMs, keepSamplesMs } = this.#keeping
    if (this.#closed || (keepLogsMs === null && keepSamplesMs === null)) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#look(), ms)
    // Only known inside Node: rotation alone does not keep a program alive.
    ;(this.#timer as { unref?: () => void }).unref?.()
  }

  #look(): void {
    this.#looked = true
    const { keepLogsMs, keepSamplesMs } = this.#keeping
    const operation: RotateOperation = { op: 'rotate', keepLogsMs, keepSamplesMs, limit: LIMIT }
    this.#later({
      board: () => (this.#closed ? undefined : operation),
      left: (outcome) => {
        const isMore = outcome.ok && hasMore(outcome.value as RotateResult)
        this.#lookIn(isMore ? PAUSE_MS : EVERY_MS * (0.5 + Math.random()))
      },
    })
  }
}

const hasMore = ({ logs, samples }: RotateResult): boolean => logs === LIMIT || samples === LIMIT
