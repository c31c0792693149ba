import type { MetricsOperation, MetricsPiece, MetricsPlace, RunCount, StepCount } from '../engine/metrics.ts'
import type { ReadScope } from './scope.ts'

interface FoundRun {
  readonly no: number
  readonly type: string
  readonly status: string
  readonly version: number
  readonly parent_version: number | null
  readonly created_at: number
  readonly updated_at: number
  readonly finished_at: number | null
}

interface FoundStep {
  readonly kind: string
  readonly meta: string
}

const PARTS = ['queued', 'running', 'waiting', 'later', 'ended'] as const

/**
 * What one piece looks at, at most, since the store's thread writes nothing meanwhile: 10,000 runs with 40,000 steps took it
 * 120 ms.
 */
const MAX_RUNS = 2_000
const MAX_ENTRIES = 10_000

/** Counts runs and outcomes of steps by their exact durations, piece by piece: see `sql/functions/read-metrics.sql`. */
export function prepareMetrics({ db, namespace }: ReadScope) {
  const columns = 'no, type, status, version, parent_version, created_at, updated_at, finished_at'
  const byStatus = db.prepare(
    `select ${columns} from run where namespace = ? and status = ? and no > ? order by no limit ?`,
  )
  const byTime = db.prepare(`
    select ${columns} from run indexed by run_finished
    where namespace = ? and finished_at is not null and (finished_at, no) > (?, ?) and finished_at < ?
    order by finished_at, no limit ?`)
  const outcomes = db.prepare(`
    select kind, meta from entry
    where run_no = ? and version > ? and at >= ? and at < ? and kind in ('step_completed', 'step_failed')`)

  function runsOf({ part, at, no }: MetricsPlace, read: MetricsOperation, limit: number): FoundRun[] {
    const name = PARTS[part - 1]!
    if (name !== 'later' && name !== 'ended')
      return byStatus.all(namespace, name, no, limit) as unknown as FoundRun[]
    const [from, to] = name === 'later' ? [read.until, Number.MAX_SAFE_INTEGER] : [read.since, read.until]
    return byTime.all(namespace, at ?? from, no, to, limit) as unknown as FoundRun[]
  }

  return (read: MetricsOperation): MetricsPiece => {
    const counts = new Counts(read)
    let place: MetricsPlace = read.after ?? { part: 1, at: null, no: 0 }
    let [runs, entries] = [MAX_RUNS, MAX_ENTRIES]
    while (place.part <= PARTS.length && runs > 0 && entries > 0) {
      const found = runsOf(place, read, runs)
      const isLast = found.length < runs
      let taken = 0
      for (const run of found) {
        if (entries <= 0) break
        taken += 1
        if (PARTS[place.part - 1] !== 'later') counts.addRun(run)
        place = { part: place.part, at: run.finished_at, no: run.no }
        if (!counts.hasWorked(run)) continue
        entries -= run.version
        const steps = outcomes.all(run.no, run.parent_version ?? 0, read.since, read.until)
        for (const step of steps) counts.addStep(run, step as unknown as FoundStep)
      }
      runs -= taken
      if (isLast && taken === found.length) place = { part: place.part + 1, at: null, no: 0 }
    }
    return counts.piece(place.part > PARTS.length ? null : place)
  }
}

type Growing<T extends readonly unknown[]> = { -readonly [K in keyof T]: T[K] }

class Counts {
  readonly #read: MetricsOperation
  readonly #runs = new Map<string, Growing<RunCount>>()
  readonly #steps = new Map<string, Growing<StepCount>>()

  constructor(read: MetricsOperation) {
    this.#read = read
  }

  hasWorked(run: FoundRun): boolean {
    return run.updated_at >= this.#read.since && this.#isAskedFor(run)
  }

  addRun(run: FoundRun): void {
    if (this.#read.agent !== null || !this.#isAskedFor(run)) return
    const durationMs = run.finished_at === null ? null : run.finished_at - run.created_at
    const row: Growing<RunCount> = [run.type, run.status, durationMs, 0]
    const key = JSON.stringify(row)
    const known = this.#runs.get(key) ?? row
    known[3] += 1
    this.#runs.set(key, known)
  }

  addStep(run: FoundRun, { kind, meta }: FoundStep): void {
    const { agent, durationMs, attempts, tokens } = JSON.parse(meta) as { readonly [name: string]: unknown }
    const name = textOf(agent)
    if (this.#read.agent !== null && name !== this.#read.agent) return
    const row: Growing<StepCount> = [run.type, name, kind === 'step_completed', wholeOf(durationMs), 0, 0, 0]
    const key = JSON.stringify(row)
    const known = this.#steps.get(key) ?? row
    known[4] += 1
    known[5] += wholeOf(attempts) ?? 1
    known[6] += wholeOf(tokens) ?? 0
    this.#steps.set(key, known)
  }

  piece(next: MetricsPlace | null): MetricsPiece {
    return { runs: [...this.#runs.values()], steps: [...this.#steps.values()], next }
  }

  #isAskedFor({ type }: FoundRun): boolean {
    return this.#read.type === null || type === this.#read.type
  }
}

// As the views read metadata (`text_of` and `whole_of` in `sql/functions/json.sql`).

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && !value.includes('\u0000') && value.isWellFormed() ? value : null

const wholeOf = (value: unknown): number | null =>
  typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? Math.trunc(value) : null
