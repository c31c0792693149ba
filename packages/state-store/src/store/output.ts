import { invalidArgument } from '../contract/errors.ts'
import type { KeptChunk, Output, OutputChunk } from '../contract/output.ts'
import type { Outcome } from '../engine/engine.ts'
import type { KeptOutputRow } from '../engine/rows.ts'
import type { OutputRow, WriteOutputOperation, WriteOutputResult } from '../engine/writes.ts'
import { OutgoingRun } from '../output/outgoing-run.ts'
import type { Access } from './access.ts'
import { checkLimit, checkName, checkWhole, lookupId } from './checks.ts'
import type { Encoder } from './encode.ts'
import type { GroupCommit } from './group-commit.ts'
import { runNotFound } from './refusals.ts'

/** How long a store that fails is left alone. */
const RETRY_MS = 500

/** The largest whole number of the columns. */
const MAX_COUNT = 2_147_483_647

export interface OutputBounds {
  readonly maxOutputPerRun: number
  readonly maxWaitingOutput: number
}

/** What a store gives to its output. */
interface Parts {
  readonly writes: Pick<GroupCommit, 'add' | 'later'>
  readonly read: Access['read']
  readonly encoder: Encoder
  readonly namespace: string
}

interface Departing {
  readonly operation: WriteOutputOperation
  readonly land: (outcome: Outcome) => void
}

/**
 * Output in front of the group commit. Chunks of a run ride with its next commit, or alone after a while: a rider is about
 * its run, so that what was written before a commit was issued is in the store no later than that.
 */
export class StoredOutput implements Output {
  readonly #parts: Parts
  readonly #bounds: OutputBounds
  readonly #runs = new Map<string, OutgoingRun>()
  #weight = 0
  #dropped = 0
  #flushing = 0
  readonly #underWay = new Set<Promise<void>>()
  #closed = false

  constructor(parts: Parts, bounds: OutputBounds) {
    this.#parts = parts
    this.#bounds = bounds
  }

  write(chunk: OutputChunk): void {
    const size = typeof chunk?.text === 'string' ? chunk.text.length : 0
    try {
      const checked = checkChunk(chunk)
      if (this.#closed || this.#weight + size > this.#bounds.maxWaitingOutput) this.#dropped += size
      else this.#push(checked)
    } catch {
      this.#dropped += size
    }
  }

  async read(request: Parameters<Output['read']>[0]): Promise<readonly KeptChunk[]> {
    const runId = lookupId(request.runId)
    const after = checkWhole('after', request.after ?? 0, 0)
    const limit = checkLimit(request.limit, 500, 1_000)
    const rows = await this.#parts.read({ op: 'output', runId, after, limit })
    if (rows === null) throw runNotFound(request.runId, this.#parts.namespace)
    return rows.map((row) => this.#chunkOf(row))
  }

  dropped(): number {
    return this.#dropped
  }

  async flush(): Promise<void> {
    this.#flushing += 1
    for (const run of [...this.#runs.values()]) this.#sendNow(run)
    await Promise.all(this.#underWay)
    this.#flushing -= 1
  }

  /** Takes nothing more; what waits leaves with the last batch. */
  close(): void {
    this.#closed = true
    for (const run of this.#runs.values()) if (run.retry !== undefined) this.#ask(run)
  }

  #push(chunk: OutputChunk): void {
    const run = this.#runs.get(chunk.runId) ?? new OutgoingRun(chunk.runId)
    this.#runs.set(chunk.runId, run)
    this.#weigh(run, () => {
      run.push(chunk)
      this.#dropped += run.lighten(this.#bounds.maxOutputPerRun)
    })
    if (run.retry === undefined) this.#ask(run)
  }

  /** Does something to a run that may change how much waits. */
  #weigh<T>(run: OutgoingRun, change: () => T): T {
    const before = run.weight
    const result = change()
    this.#weight += run.weight - before
    return result
  }

  #ask(run: OutgoingRun): void {
    clearTimeout(run.retry)
    run.retry = undefined
    if (run.asked || run.isEmpty) return
    run.asked = true
    let land: (outcome: Outcome) => void = () => {}
    this.#parts.writes.later({
      runId: run.runId,
      board: () => {
        run.asked = false
        if (run.queued > 0) return undefined
        const departing = this.#depart(run)
        if (departing === undefined) return undefined
        land = departing.land
        return departing.operation
      },
      left: (outcome) => land(outcome),
    })
  }

  #sendNow(run: OutgoingRun): void {
    clearTimeout(run.retry)
    run.retry = undefined
    const departing = this.#depart(run)
    if (departing === undefined) return
    const { operation } = departing
    const land = (outcome: Outcome) => {
      run.queued -= 1
      departing.land(outcome)
      if (!run.isEmpty && run.retry === undefined) this.#ask(run)
    }
    run.queued += 1
    const length = operation.chunks.reduce((sum, { payload }) => sum + payload.length, 0)
    this.#parts.writes.add(operation, length).then(
      (value) => land({ ok: true, value }),
      (error: unknown) => land({ ok: false, error }),
    )
  }

  /** Takes what waits on its way; nothing if there is nothing to write. */
  #depart(run: OutgoingRun): Departing | undefined {
    const taken = this.#weigh(run, () => run.take())
    const chunks = taken.flatMap((chunk) => this.#rowsOf(chunk))
    if (chunks.length === 0) {
      this.#forget(run)
      return undefined
    }
    run.underWay += 1
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#underWay.add(promise)
    return {
      operation: { op: 'write_output', runId: run.runId, keep: this.#bounds.maxOutputPerRun, chunks },
      land: (outcome) => {
        this.#underWay.delete(promise)
        this.#land(run, taken, outcome)
        resolve()
      },
    }
  }

  /** What the codec does not take is dropped: nobody waits for it. */
  #rowsOf({ step, epoch, fence, attempt, offset, text }: OutputChunk): readonly OutputRow[] {
    try {
      const payload = this.#parts.encoder.payload(text, 'An output chunk')
      return [{ step, epoch, fence, attempt, start: offset, payload, weight: payload.length + 1 }]
    } catch {
      this.#dropped += text.length
      return []
    }
  }

  #land(run: OutgoingRun, taken: readonly OutputChunk[], outcome: Outcome): void {
    run.underWay -= 1
    if (!outcome.ok && this.#isWorthAnother(run, outcome.error)) {
      this.#weigh(run, () => run.putBack(taken))
      this.#tryLater(run)
    } else {
      const kept = outcome.ok ? (outcome.value as WriteOutputResult).kept : 0
      if (kept < taken.length) this.#dropped += lengthOf(taken.slice(kept))
      this.#forget(run)
    }
  }

  /** Whether the way there failed, not the chunks; what came after them must not be there already. */
  #isWorthAnother(run: OutgoingRun, error: unknown): boolean {
    if (this.#closed || this.#flushing > 0 || run.underWay > 0) return false
    return (error as { readonly retriable?: unknown } | null)?.retriable === true
  }

  #tryLater(run: OutgoingRun): void {
    run.retry = setTimeout(() => this.#ask(run), RETRY_MS)
    // Only known inside Node: what waits here alone does not keep a program alive.
    ;(run.retry as { unref?: () => void }).unref?.()
  }

  #forget(run: OutgoingRun): void {
    // A ride that was asked for is still to come: it is about this one.
    if (run.isIdle && !run.asked && this.#runs.get(run.runId) === run) this.#runs.delete(run.runId)
  }

  #chunkOf({ place, at, step, epoch, fence, attempt, start, payload }: KeptOutputRow): KeptChunk {
    const text = String(this.#parts.encoder.decode(payload))
    return { place, at, step, epoch, fence, attempt, offset: start, text }
  }
}

function checkChunk({ runId, step, epoch, fence, attempt, offset, text }: OutputChunk): OutputChunk {
  if (typeof text !== 'string') throw invalidArgument('The text of a chunk must be a string.')
  for (const count of [epoch, fence, attempt]) {
    if (checkWhole('epoch, fence and attempt', count, 0) > MAX_COUNT) throw invalidArgument('Too large.')
  }
  checkWhole('offset', offset, 0)
  return { runId: lookupId(runId), step: checkName('step', step), epoch, fence, attempt, offset, text }
}

const lengthOf = (chunks: readonly OutputChunk[]): number =>
  chunks.reduce((sum, { text }) => sum + text.length, 0)
