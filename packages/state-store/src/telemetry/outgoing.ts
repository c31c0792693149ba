import { v7 as uuidv7 } from 'uuid'
import type { Outcome } from '../engine/engine.ts'
import type { LogRow, SampleRow, TelemetryOperation, TelemetryResult } from '../engine/writes.ts'
import type { Rider } from '../store/group-commit.ts'
import { type WaitingRow, weightOf } from './rows.ts'

/** Rows, and characters of them, that travel in one batch: the commits beside them wait that long. */
const MAX_ROWS = 200
const MAX_LENGTH = 256 * 1024

/** How long a store that fails is left alone, doubled each time. */
const RETRY_FROM_MS = 500
const RETRY_TO_MS = 10_000

/** How rows leave: with the next batch, or at once. */
export interface Departure {
  later(rider: Rider): void
  now(operation: TelemetryOperation): Promise<TelemetryResult>
}

export interface Bounds {
  readonly maxWaiting: number
  readonly maxWaitingBytes: number
}

export interface Counts {
  readonly logs: number
  readonly samples: number
}

type Waiting = WaitingRow & { readonly since: number; readonly weight: number }

const NONE: Counts = { logs: 0, samples: 0 }

/**
 * Rows that wait to be written. One operation with rows is under way at a time; rows whose answer was lost go again, with
 * the same ids. What does not fit is dropped, the newest first, and a line says how much.
 */
export class Outgoing {
  readonly #departure: Departure
  readonly #bounds: Bounds
  /** Called when rows were written. */
  readonly #onWritten: () => void
  #waiting: Waiting[] = []
  #underWay: readonly Waiting[] = []
  /** The drops that the operation under way tells of. */
  #telling = NONE
  #untold = NONE
  #dropped = NONE
  #bytes = 0
  /** The last time that the store gave to rows. */
  #lastAt: number | null = null
  #accepted = 0
  #settled = 0
  #asked = false
  #failures = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #flushing = 0
  #landed: (() => void)[] = []
  #closed = false

  constructor(departure: Departure, bounds: Bounds, onWritten: () => void) {
    this.#departure = departure
    this.#bounds = bounds
    this.#onWritten = onWritten
  }

  get dropped(): Counts {
    return this.#dropped
  }

  /** Whether a row more would be dropped, however small it is. */
  get isFull(): boolean {
    const count = this.#waiting.length + this.#underWay.length
    return this.#closed || count >= this.#bounds.maxWaiting
  }

  push(row: WaitingRow): void {
    const weight = weightOf(row)
    if (this.isFull || this.#bytes + weight > this.#bounds.maxWaitingBytes) {
      this.drop(row.kind)
      return
    }
    this.#waiting.push({ ...row, since: performance.now(), weight })
    this.#bytes += weight
    this.#accepted += 1
    this.#go()
  }

  drop(kind: WaitingRow['kind'], count = 1): void {
    const more = kind === 'log' ? { logs: count, samples: 0 } : { logs: 0, samples: count }
    this.#dropped = sum(this.#dropped, more)
    this.#untold = sum(this.#untold, more)
    this.#go()
  }

  /** Resolves once every row that was pushed before was written or dropped. */
  async flush(): Promise<void> {
    const until = this.#accepted
    this.#flushing += 1
    while (this.#settled < until) await this.#nextLanding()
    // What was dropped is told, if the store takes it; twice, since something else may have been under way.
    for (let turn = 0; turn < 2 && isSome(this.#untold) && !this.#closed; turn++) await this.#nextLanding()
    this.#flushing -= 1
  }

  #nextLanding(): Promise<void> {
    const landed = new Promise<void>((resolve) => this.#landed.push(resolve))
    this.#sendNow()
    return landed
  }

  #tellLanded(): void {
    const landed = this.#landed
    this.#landed = []
    for (const resolve of landed) resolve()
  }

  /** Takes nothing more, and sends what it has along with the last batch. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#retry)
    const now = performance.now()
    while (this.#waiting.length > 0) {
      const rows = this.#takeRows()
      const operation = operationOf(rows, NONE, this.#lastAt, now)
      this.#departure.later({ board: () => operation, left: (outcome) => this.#end(rows, outcome) })
    }
  }

  #go(): void {
    if (this.#closed || this.#underWay.length > 0 || this.#retry !== undefined) return
    if (this.#waiting.length >= MAX_ROWS) this.#sendNow()
    else if (!this.#asked && this.#hasNews()) {
      this.#asked = true
      this.#departure.later({ board: () => this.#board(), left: (outcome) => this.#land(outcome) })
    }
  }

  #hasNews(): boolean {
    return this.#waiting.length > 0 || isSome(this.#untold)
  }

  #board(): TelemetryOperation | undefined {
    this.#asked = false
    return this.#isUnderWay() || this.#closed ? undefined : this.#take()
  }

  #sendNow(): void {
    if (this.#isUnderWay() || this.#closed) return
    clearTimeout(this.#retry)
    this.#retry = undefined
    const operation = this.#take()
    if (operation === undefined) return
    this.#departure.now(operation).then(
      (value) => this.#land({ ok: true, value }),
      (error: unknown) => this.#land({ ok: false, error }),
    )
  }

  #isUnderWay(): boolean {
    return this.#underWay.length > 0 || isSome(this.#telling)
  }

  #take(): TelemetryOperation | undefined {
    if (!this.#hasNews()) return undefined
    this.#underWay = this.#takeRows()
    this.#telling = this.#untold
    this.#untold = NONE
    return operationOf(this.#underWay, this.#telling, this.#lastAt)
  }

  #takeRows(): readonly Waiting[] {
    let count = 0
    let length = 0
    for (const { weight } of this.#waiting) {
      if (count === MAX_ROWS || (count > 0 && length + weight / 2 > MAX_LENGTH)) break
      count += 1
      length += weight / 2
    }
    return this.#waiting.splice(0, count)
  }

  #land(outcome: Outcome): void {
    const rows = this.#underWay
    const told = this.#telling
    this.#underWay = []
    this.#telling = NONE
    if (isWritten(outcome)) {
      this.#lastAt = timeOf(outcome) ?? this.#lastAt
      this.#failures = 0
      this.#settle(rows)
      this.#onWritten()
    } else {
      this.#untold = sum(this.#untold, told)
      if (this.#closed || this.#flushing > 0 || !isWorthAnother(outcome)) this.#lose(rows)
      else this.#putBack(rows)
    }
    this.#tellLanded()
    this.#go()
  }

  #putBack(rows: readonly Waiting[]): void {
    this.#waiting.unshift(...rows)
    const pause = Math.min(RETRY_TO_MS, RETRY_FROM_MS * 2 ** this.#failures)
    this.#failures += 1
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      this.#go()
    }, pause)
    // Only known inside Node: what waits here alone does not keep a program alive.
    ;(this.#retry as { unref?: () => void }).unref?.()
  }

  /** What became of rows that left with the last batch. */
  #end(rows: readonly Waiting[], outcome: Outcome): void {
    if (isWritten(outcome)) this.#settle(rows)
    else this.#lose(rows)
    this.#tellLanded()
  }

  #settle(rows: readonly Waiting[]): void {
    this.#settled += rows.length
    for (const { weight } of rows) this.#bytes -= weight
  }

  #lose(rows: readonly Waiting[]): void {
    this.#settle(rows)
    for (const kind of ['log', 'sample'] as const) {
      const count = rows.filter((row) => row.kind === kind).length
      if (count > 0) this.drop(kind, count)
    }
  }
}

const sum = (a: Counts, b: Counts): Counts => ({ logs: a.logs + b.logs, samples: a.samples + b.samples })

const isSome = ({ logs, samples }: Counts): boolean => logs + samples > 0

const isWritten = (outcome: Outcome): boolean => outcome.ok && (outcome.value as TelemetryResult).ok

const timeOf = (outcome: Outcome): number | null =>
  outcome.ok ? (outcome.value as TelemetryResult & { readonly ok: true }).at : null

/** Whether the way there failed, not the rows. */
const isWorthAnother = (outcome: Outcome): boolean =>
  !outcome.ok && (outcome.error as { readonly retriable?: unknown } | null)?.retriable === true

function operationOf(
  rows: readonly Waiting[],
  dropped: Counts,
  notBefore: number | null,
  now = performance.now(),
): TelemetryOperation {
  const logs: LogRow[] = []
  const samples: SampleRow[] = []
  for (const waiting of rows) {
    const time = { agoMs: Math.round(now - waiting.since + waiting.agoMs), past: waiting.agoMs > 0 }
    if (waiting.kind === 'log') logs.push({ ...waiting.row, ...time })
    else samples.push({ ...waiting.row, ...time })
  }
  if (isSome(dropped)) logs.push(gapLine(dropped))
  return { op: 'telemetry', notBefore, logs, samples }
}

/** So that a reader sees where something is missing. */
const gapLine = (dropped: Counts): LogRow => ({
  id: uuidv7(),
  agoMs: 0,
  past: false,
  level: 'warn',
  message: `${dropped.logs} log lines and ${dropped.samples} samples were dropped here: the store could not take them.`,
  context: JSON.stringify({ dropped }),
  runId: null,
  step: null,
  agent: null,
})
