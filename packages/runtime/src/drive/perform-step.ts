import {
  decodePayload,
  encodePayload,
  type Json,
  type NewEntry,
  type Next,
  type Transaction,
} from '@pawl/state-store'
import type { Declared } from '../decide/declared.ts'
import type { Refusal } from '../decide/parking.ts'
import type { StepContext } from '../define/step.ts'
import type { CallRules } from '../enter/call-rules.ts'
import { type ErrorRecord, recordError } from '../errors.ts'
import { AttemptContext } from './attempt-context.ts'
import type { Execution } from './execution.ts'
import { StepOutput } from './step-output.ts'
import { StepTransaction } from './step-transaction.ts'

/** One step to do now. */
export interface StepJob {
  /** Its full name in the journal. */
  readonly name: string
  readonly agent: string | null
  readonly rules: CallRules
  readonly work: (step: StepContext) => unknown
  /** Done in a transaction of the store together with the step's entry, instead of `work`. */
  readonly transaction?: ((tx: Transaction, step: StepContext) => unknown) | undefined
  readonly declared: Declared | undefined
}

export type StepOutcome =
  | { readonly ok: true; readonly output: Json }
  | { readonly ok: false; readonly error: ErrorRecord }

/** The step's agent may not be asked now: nothing was recorded. */
export interface Refused {
  readonly refusal: Refusal
}

/** What to write once the outcome is known: the step's entry alone, or with what follows from it. */
export type Plan = (
  outcome: StepOutcome,
  entry: NewEntry,
) => { readonly entries: readonly NewEntry[]; readonly next?: Next }

const alone: Plan = (_outcome, entry) => ({ entries: [entry] })

const MAX_KEPT_ERRORS = 10

/**
 * Does a step under its policy and records its outcome: at least once done, exactly once recorded. Resolves
 * after the commit, with the output as the journal keeps it; or with a refusal, and then nothing was recorded. Never
 * settles if the run is lost, cancelled, or given back meanwhile.
 */
export function performStep(
  execution: Execution,
  job: StepJob,
  plan: Plan = alone,
): Promise<StepOutcome | Refused> {
  return execution.during(async () => {
    const { emit, ports } = execution.parts
    const { runId, type: workflow } = execution.run
    emit('step.started', { runId, workflow, step: job.name, agent: job.agent })
    const began = ports.now()
    const span = execution.span?.step(job.name, job.agent)
    const call = new StepCall(execution, job, span?.traceparent)
    const done = await (span === undefined ? call.run() : span.within(() => call.run()))
    span?.end(done.ok ? undefined : done.error, call.attempts)
    call.output.close()
    if (execution.ended) return new Promise<never>(() => {})
    if (!done.ok && done.refusal !== undefined) return { refusal: done.refusal }
    const entry = call.entry(done, ports.now() - began)
    const outcome: StepOutcome = done.ok
      ? { ok: true, output: decodePayload(done.text) }
      : { ok: false, error: done.error }
    try {
      const { entries: planned, next } = plan(outcome, entry)
      const entries = call.isCommitted ? planned.filter((one) => one !== entry) : planned
      if (entries.length > 0) await execution.append(entries, next)
      call.output.end()
      return outcome
    } catch (error) {
      if (plan !== alone || !isTooLarge(error)) throw error
      const failure = recordError(error)
      // Recorded, so that code which lives with the failure does so again on replay.
      const { encoded: _tooLarge, ...rest } = entry
      await execution.append([{ ...rest, kind: 'step_failed', payload: failure }])
      return { ok: false, error: failure }
    }
  })
}

const isTooLarge = (error: unknown): boolean =>
  (error as { readonly code?: unknown } | null)?.code === 'ENTRY_TOO_LARGE'

type Done =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly error: ErrorRecord; readonly refusal: Refusal | undefined }

type AttemptOf = { readonly attempt: number; readonly signal: AbortSignal }

/** One call of a step's function with all its attempts. */
class StepCall {
  attempts = 0
  readonly output: StepOutput
  readonly #execution: Execution
  readonly #job: StepJob
  readonly #errors: { attempt: number; message: string; code?: string }[] = []
  #tokens = 0
  #lastError: unknown
  readonly #traceparent: string | undefined
  readonly #began: number
  readonly #transaction: StepTransaction | undefined

  constructor(execution: Execution, job: StepJob, traceparent: string | undefined) {
    this.#traceparent = traceparent
    this.#execution = execution
    this.#job = job
    this.output = new StepOutput(execution, job.name)
    this.#began = execution.parts.ports.now()
    this.#transaction = job.transaction === undefined ? undefined : new StepTransaction(execution)
  }

  /** Whether the step's entry stands in the journal already. */
  get isCommitted(): boolean {
    return this.#transaction?.committed !== undefined
  }

  async run(): Promise<Done> {
    const { rules, work, transaction } = this.#job
    const { signal } = this.#execution
    try {
      const output = await rules.execute(
        (attempt) =>
          transaction === undefined ? work(this.#context(attempt)) : this.#transact(transaction, attempt),
        { signal, onAttempt: (record) => this.#note(record), onRetry: (retry) => this.#tellRetry(retry) },
      )
      return { ok: true, text: this.#transaction?.committed ?? this.#encode(output) }
    } catch (error) {
      // A transaction whose time was up may have been past recall.
      const text = await this.#transaction?.settled()
      if (text !== undefined) return { ok: true, text }
      return { ok: false, error: recordError(this.#ownOf(error)), refusal: await rules.refusal?.(error) }
    }
  }

  entry(done: Done, durationMs: number): NewEntry {
    const { name, declared } = this.#job
    // Before the entry leaves: a reader then has the text when he hears of the outcome.
    this.output.flush()
    return {
      kind: done.ok ? 'step_completed' : 'step_failed',
      step: name,
      ...(done.ok ? { encoded: done.text } : { payload: done.error }),
      ...(declared === undefined ? {} : { hash: declared.hash }),
      meta: this.#meta(durationMs),
    }
  }

  async #transact(work: NonNullable<StepJob['transaction']>, attempt: AttemptOf): Promise<unknown> {
    this.attempts = attempt.attempt
    return this.#transaction?.attempt({
      work: (tx) => work(tx, this.#context(attempt)),
      signal: attempt.signal,
      entryOf: (output) => {
        const text = this.#encode(output)
        return {
          text,
          entry: this.entry({ ok: true, text }, this.#execution.parts.ports.now() - this.#began),
        }
      },
    })
  }

  #encode(output: unknown): string {
    return encodePayload(output, `The output of step '${this.#job.name}'`, 2_000)
  }

  #meta(durationMs: number) {
    const { agent, declared } = this.#job
    return {
      attempts: this.attempts,
      durationMs,
      ...(agent === null ? {} : { agent }),
      ...(this.#errors.length === 0 ? {} : { errors: this.#errors }),
      ...(this.output.length === 0 ? {} : { outputLength: this.output.length }),
      ...(this.#tokens === 0 ? {} : { tokens: this.#tokens }),
      ...(declared === undefined ? {} : { declared: declared.text }),
    }
  }

  /**
   * What the step itself failed with. That its attempts are used up goes without saying: how many there were stands in the
   * entry. What its function says of retries of its own is the last error, and stays.
   */
  #ownOf(error: unknown): unknown {
    if (error === this.#lastError) return error
    const { code, cause } = (error ?? {}) as { readonly code?: unknown; readonly cause?: unknown }
    return code === 'POLICY_RETRIES_EXHAUSTED' && cause === this.#lastError ? cause : error
  }

  #note(record: { readonly attempt: number; readonly error?: unknown }): void {
    this.attempts = record.attempt
    this.#lastError = record.error
    if (!('error' in record) || record.error === undefined) return
    const { message, code } = recordError(record.error)
    // The agent was not asked, and is not asked again before the run was parked.
    if (this.#job.rules.refuses?.(record.error) === true) return
    if (this.#errors.length < MAX_KEPT_ERRORS) {
      this.#errors.push({ attempt: record.attempt, message, ...(code === undefined ? {} : { code }) })
    }
  }

  #tellRetry({ attempt, error }: { readonly attempt: number; readonly error: unknown }): void {
    if (this.#job.rules.refuses?.(error) === true) return
    const { runId, type: workflow } = this.#execution.run
    const { name: step, agent } = this.#job
    this.#execution.parts.emit('step.retried', {
      runId,
      workflow,
      step,
      agent,
      attempt,
      error: recordError(error),
    })
  }

  /** A count that is none is left out and told of: what was paid for already must not fail for it. */
  #useTokens(count: number): void {
    if (Number.isFinite(count) && count >= 0 && Number.isFinite(this.#tokens + count)) {
      this.#tokens += count
      return
    }
    const { run, parts } = this.#execution
    const given = typeof count === 'number' ? String(count) : `a value of type ${typeof count}`
    parts.emit('runtime.warning', {
      code: 'INVALID_TOKENS',
      message:
        `Run ${run.runId}: step '${this.#job.name}' of workflow '${run.type}' called useTokens with ${given}, which is ` +
        'not counted. Give it a finite number, 0 or more.',
      cause: undefined,
    })
  }

  #context(attempt: AttemptOf): StepContext {
    const { run, parts } = this.#execution
    const step = this.#job.name
    const turn = this.output.begin(attempt.attempt)
    return new AttemptContext(attempt, {
      runId: run.runId,
      step,
      attempt: attempt.attempt,
      idempotencyKey: `${run.runId}/${step}/${run.epoch}`,
      traceparent: this.#traceparent,
      write: (text) => this.output.write(turn, text),
      progress: (percent) => this.output.progress(percent, this.#job.agent),
      log: (message, details, level = 'info') => {
        const said = { step, agent: this.#job.agent, level, message, details, replayed: false }
        parts.emit('run.log', { runId: run.runId, workflow: run.type, ...said })
      },
      useTokens: (count) => this.#useTokens(count),
    })
  }
}
