import type { Entry, Json } from '@pawl/state-store'
import { type RecordedRun, readRecorded } from '../decide/recorded.ts'
import { recordError } from '../errors.ts'
import { endingOf } from './ending.ts'
import type { Execution, Halt } from './execution.ts'
import { GraphRun } from './graph-run.ts'
import { runCode } from './run-code.ts'
import type { RunResult } from './run-result.ts'

/** How a run was claimed. */
export interface Taken {
  /** The input, if this process opened the run just now: then its journal need not be read. */
  readonly fresh: { readonly input: Json; readonly traceparent: string | undefined } | undefined
  /** Another worker held the run before and did not end it. */
  readonly recovered: boolean
  /** Messages in its inbox. */
  readonly inbox: number
}

/** How an execution ended: with the run's result, or because this process holds it no more. */
export type Driven = { readonly result: RunResult; readonly version: number } | { readonly halt: Halt }

/**
 * Drives one claimed run as far as it goes. Rejects only if its journal cannot be read; then the run stays
 * claimable by the lease's end.
 */
export async function driveRun(execution: Execution, taken: Taken): Promise<Driven> {
  // What waits for a write that will never be accepted would wait for ever.
  const lost = execution.lost.then((): Driven => ({ halt: { why: 'lost' } }))
  try {
    const driven = await Promise.race([drive(execution, taken), lost])
    execution.span?.end('halt' in driven ? driven.halt.why : driven.result.status)
    return driven
  } catch (error) {
    execution.span?.end('unreadable')
    throw error
  }
}

async function drive(execution: Execution, taken: Taken): Promise<Driven> {
  const recorded = await recordedOf(execution, taken)
  const { runId, type: workflow } = execution.run
  execution.startedAt = recorded.startedAt
  execution.traceparent = recorded.traceparent
  execution.span = execution.parts.tracing.run({ runId, workflow, parent: recorded.traceparent })
  execution.earlierLeft = taken.fresh !== undefined
  execution.finishedSteps = recorded.outcomes.filter(
    (outcome) => outcome.family === 'step' && outcome.ok,
  ).length
  await execution.openMailbox(recorded.consumed, taken.inbox)
  if (taken.recovered && !execution.ended) await tellResumed(execution, recorded)
  const halted = execution.halted.then((halt) => ({ halt }))
  const ended = await Promise.race([halted, work(execution, recorded)])
  return 'halt' in ended ? settleHalt(execution, ended.halt) : ended
}

async function recordedOf(execution: Execution, taken: Taken): Promise<RecordedRun> {
  if (taken.fresh !== undefined) return freshRun(taken.fresh, execution.storeNow())
  const { runId, version } = execution.run
  // As it was claimed: what somebody else wrote since is not this execution's to continue.
  const journal: readonly Entry[] = await execution.parts.store.journal({ runId, version })
  return readRecorded(journal)
}

const freshRun = (fresh: NonNullable<Taken['fresh']>, startedAt: number): RecordedRun => ({
  input: fresh.input,
  traceparent: fresh.traceparent,
  outcomes: [],
  timers: new Map(),
  consumed: new Set(),
  lastStep: null,
  startedAt,
})

async function tellResumed(execution: Execution, recorded: RecordedRun): Promise<void> {
  const fromStep = recorded.lastStep === null ? {} : { fromStep: recorded.lastStep }
  const meta = { toVersion: execution.version, reason: 'the worker before ended', ...fromStep }
  await execution.append([{ kind: 'resumed', meta }])
}

async function work(execution: Execution, recorded: RecordedRun): Promise<Driven> {
  if (execution.ended) return new Promise(() => {})
  const { form } = execution.workflow
  try {
    if (form.kind === 'graph')
      return await workGraph(new GraphRun(execution, form, recorded), execution, form.output === undefined)
    const result = await runCode(execution, recorded, form)
    return execution.ended ? await new Promise<never>(() => {}) : await finish(execution, result)
  } catch (error) {
    return finish(execution, { status: 'failed', error: recordError(error), failedSteps: [] })
  }
}

async function workGraph(graph: GraphRun, execution: Execution, bare: boolean): Promise<Driven> {
  const result = await graph.run()
  const whole = result.status === 'completed' && bare ? { ...result, output: graph.results } : result
  return { result: whole, version: execution.version }
}

async function finish(execution: Execution, made: RunResult): Promise<Driven> {
  const { entry, next, result } = endingOf(made)
  await execution.append([entry], next)
  return { result, version: execution.version }
}

/** A cancelled or mismatched run is ended here; otherwise there is nothing left to write. */
async function settleHalt(execution: Execution, halt: Halt): Promise<Driven> {
  if (halt.why === 'cancelled') {
    return finish(execution, { status: 'cancelled', reason: halt.reason, inbox: halt.inbox })
  }
  if (halt.why === 'failed') {
    return finish(execution, { status: 'failed', error: recordError(halt.error), failedSteps: [] })
  }
  return { halt }
}
