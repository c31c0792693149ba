import type { CompactVerdict, FinishedStatus, Pruned, Retention } from '../contract/retention.ts'
import { isFinished, type Run } from '../contract/run.ts'
import type { Ended, FinishedRuns } from '../engine/retention.ts'
import type { RunState } from '../journal/fold.ts'
import type { Access } from './access.ts'
import { checkDuration, checkLimit, checkName, checkOneOf, checkWhole } from './checks.ts'
import type { Encoder } from './encode.ts'
import { movedOn, runNotFound } from './refusals.ts'

const FINISHED: readonly FinishedStatus[] = ['completed', 'failed', 'cancelled']
const STATUSES = new Set(FINISHED)
const KEEPS = new Set(['nothing', 'result'] as const)

/** What retention needs of the store in front of it. */
interface Runs {
  readonly namespace: string
  run(runId: string): Promise<Run | undefined>
  stateAt(at: { readonly runId: string; readonly version?: number }): Promise<RunState>
  now(): Promise<number>
}

interface Gone {
  readonly entries: number
  readonly messages: number
}

type FoundRun = FinishedRuns['runs'][number]

/** Takes away what a store need not keep of runs that have ended, batch by batch. */
export class RetentionOfRuns {
  readonly #engine: Access
  readonly #encoder: Encoder
  readonly #runs: Runs

  constructor(engine: Access, encoder: Encoder, runs: Runs) {
    this.#engine = engine
    this.#encoder = encoder
    this.#runs = runs
  }

  async prune(retention: Retention): Promise<Pruned> {
    const { signal } = retention
    const olderThan = checkDuration('olderThan', retention.olderThan)
    const keepLast = checkWhole('keepLast', retention.keepLast ?? 0, 0)
    const limit = checkLimit(retention.batchSize, 100, 500)
    const keep = checkOneOf('keep', retention.keep ?? 'nothing', KEEPS)
    const ended = checkEnded(retention)
    signal?.throwIfAborted()
    const before = (await this.#runs.now()) - olderThan
    const keepFrom =
      keepLast === 0 ? null : await this.#engine.read({ op: 'newest', count: keepLast, ...ended })
    const total = { runs: 0, entries: 0, messages: 0 }
    let after: number | null = 0
    while (after !== null) {
      signal?.throwIfAborted()
      const asked = {
        op: 'finished',
        before,
        keepFrom,
        whole: keep === 'result',
        after,
        limit,
        ...ended,
      } as const
      const found: FinishedRuns = await this.#engine.read(asked)
      for (const gone of await (keep === 'result' ? this.#shrink(found.runs) : this.#delete(found.runs))) {
        if (gone === null) continue
        total.runs += 1
        total.entries += gone.entries
        total.messages += gone.messages
      }
      after = found.next
    }
    return total
  }

  async compact(runId: string): Promise<CompactVerdict> {
    // A run that is resumed and ends again meanwhile is looked at again, a few times.
    for (let tries = 0; tries < 5; tries++) {
      const run = await this.#runs.run(runId)
      if (run === undefined) throw runNotFound(runId, this.#runs.namespace)
      if (!isFinished(run.status)) return { ok: false, reason: 'not_finished', status: run.status }
      if (run.compactedAt !== null) return { ok: true, entries: 0, messages: 0 }
      const result = await this.#compactAt(run.runId, run.version, run.bytes)
      if (result.ok || result.reason === 'unsent' || result.reason === 'not_finished') return result
      if (result.reason === 'unknown_run') throw runNotFound(runId, this.#runs.namespace)
    }
    throw movedOn(runId)
  }

  /** Weighed by their bytes, so that many large runs are not one transaction. */
  #delete(runs: readonly FoundRun[]): Promise<readonly (Gone | null)[]> {
    return Promise.all(
      runs.map(({ run_id, version, bytes }) =>
        this.#engine.write({ op: 'delete_run', runId: run_id, version }, bytes),
      ),
    )
  }

  /** One journal in memory at a time, so one transaction a run. */
  async #shrink(runs: readonly FoundRun[]): Promise<readonly (Gone | null)[]> {
    const gone: (Gone | null)[] = []
    for (const { run_id, version, bytes } of runs) {
      const result = await this.#compactAt(run_id, version, bytes).catch(passed)
      gone.push(result?.ok ? { entries: result.entries, messages: result.messages } : null)
    }
    return gone
  }

  async #compactAt(runId: string, version: number, bytes: number) {
    const entry = this.#encoder.compacted(await this.#runs.stateAt({ runId, version }))
    return this.#engine.write({ op: 'compact', runId, version, entry }, bytes)
  }
}

/** What becomes of a run that somebody else pruned or compacted since it was found. */
const PASSED: ReadonlySet<unknown> = new Set(['RUN_NOT_FOUND', 'RUN_COMPACTED'])

function passed(error: unknown): undefined {
  if (!PASSED.has((error as { readonly code?: unknown }).code)) throw error
}

const checkEnded = ({ statuses = FINISHED, types }: Retention): Ended => ({
  statuses: [...new Set(statuses.map((status) => checkOneOf('statuses', status, STATUSES)))],
  types: types === undefined ? null : [...new Set(types.map((type) => checkName('types', type)))],
})
