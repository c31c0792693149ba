import type { Json, NewEntry, Next } from '@pawl/state-store'
import { type Decision, decide, type GraphState, viewOf } from '../decide/decide.ts'
import type { RecordedRun } from '../decide/recorded.ts'
import type { GraphStep, GraphView } from '../define/graph.ts'
import { validate } from '../define/schema.ts'
import type { StepContext } from '../define/step.ts'
import type { GraphForm } from '../define/workflow.ts'
import { type ErrorRecord, recordError, StepFailedError } from '../errors.ts'
import { endingOf } from './ending.ts'
import type { Execution } from './execution.ts'
import { untilAdmitted } from './parking.ts'
import { performStep, type Refused, type StepJob, type StepOutcome } from './perform-step.ts'
import type { RunResult } from './run-result.ts'

/** Stands for the graph itself among what failed; no step can have this name. */
const NO_STEP = ''

/**
 * One graph under way. Whenever a step's outcome is known, the pure `decide` says what follows; what follows is
 * written in the same commit as the outcome, so a graph of ten steps costs ten commits.
 */
export class GraphRun {
  readonly #execution: Execution
  readonly #form: GraphForm
  readonly #input: Json
  readonly #results: { [step: string]: Json } = {}
  readonly #skipped = new Set<string>()
  readonly #failed = new Map<string, ErrorRecord>()
  readonly #running = new Set<string>()
  readonly #parked = new Set<string>()
  /** Entries of failed steps; written last, so that what their siblings finish stands before them. */
  readonly #failures: NewEntry[] = []
  #ending = false
  #resolve: (result: RunResult) => void = () => {}
  #reject: (error: unknown) => void = () => {}

  constructor(execution: Execution, form: GraphForm, recorded: RecordedRun) {
    this.#execution = execution
    this.#form = form
    this.#input = recorded.input
    for (const { family, name, ok, skipped, payload } of recorded.outcomes) {
      if (family !== 'step') continue
      if (skipped) this.#skipped.add(name)
      else if (ok) this.#results[name] = payload
      else this.#failed.set(name, payload as unknown as ErrorRecord)
    }
  }

  /** Resolves with the result once its ending is committed. */
  run(): Promise<RunResult> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      void this.#begin()
    })
  }

  /** Goes on from the state as it is now, without the outcome of a step. */
  async #begin(): Promise<void> {
    if (this.#ending) return
    try {
      const { entries, next, after } = this.#follow()
      if (entries.length > 0) await this.#execution.append(entries, next)
      after()
    } catch (error) {
      this.#reject(error)
    }
  }

  /** What follows from the state as it is now: entries to write, and what to do once they are written. */
  #follow(): { entries: NewEntry[]; next?: Next; after: () => void } {
    let decision: Decision
    try {
      decision = decide(this.#form, this.#state())
    } catch (error) {
      // A `when` that throws fails the run once its running steps have ended.
      this.#failed.set(NO_STEP, recordError(error))
      decision = { start: [], skip: [], end: this.#running.size === 0 ? 'failed' : null }
    }
    for (const name of decision.skip) this.#skipped.add(name)
    const skips = decision.skip.map((step): NewEntry => ({ kind: 'step_skipped', step }))
    if (decision.end === null) {
      // Marked before the commit, so that the next decision does not start them again.
      for (const step of decision.start) this.#running.add(step.name)
      return {
        entries: skips,
        after: () => {
          for (const step of decision.start) this.#start(step)
        },
      }
    }
    this.#ending = true
    const { entry, next, result } = endingOf(this.#result(decision.end))
    // So that whoever reads the journal knows it, also without the definition.
    const isBare = result.status === 'completed' && this.#form.output === undefined
    const ending: NewEntry = isBare ? { ...entry, meta: { outputIs: 'results' } } : entry
    return {
      entries: [...skips, ...this.#failures, ending],
      next,
      after: () => this.#resolve(result),
    }
  }

  #state(): GraphState {
    return {
      input: this.#input,
      results: this.#results,
      skipped: this.#skipped,
      failed: new Set(this.#failed.keys()),
      running: this.#running,
      parked: this.#parked,
    }
  }

  #result(end: 'completed' | 'failed'): RunResult {
    if (end === 'failed') {
      const [step, failure] = [...this.#failed][0]!
      const failedSteps = [...this.#failed.keys()].filter((name) => name !== NO_STEP)
      const error = failedSteps.includes(step) ? recordError(new StepFailedError(step, failure)) : failure
      return { status: 'failed', error, failedSteps }
    }
    try {
      const { output } = this.#form
      // Without an output of its own a graph's results are its output; they stand in the journal already.
      return { status: 'completed', output: output?.({ input: this.#input, results: this.#results }) ?? null }
    } catch (error) {
      return { status: 'failed', error: recordError(error), failedSteps: [] }
    }
  }

  /** The results of all steps so far. */
  get results(): { readonly [step: string]: Json } {
    return this.#results
  }

  #start(step: GraphStep): void {
    let after: () => void = () => {}
    const plan = (outcome: StepOutcome, entry: NewEntry) => {
      this.#running.delete(step.name)
      const own = this.#take(step.name, outcome, entry)
      const follow = this.#follow()
      after = follow.after
      const entries = [...own, ...follow.entries]
      return { entries, ...(follow.next === undefined ? {} : { next: follow.next }) }
    }
    const job = this.#job(step)
    performStep(this.#execution, job, plan)
      .then((done) => ('refusal' in done ? this.#park(step, job, done) : after()))
      .catch((error) => this.#reject(error))
  }

  /** Its place is free for other steps; afterwards it is ready like any other, and its agent is looked up anew. */
  async #park({ name }: GraphStep, job: StepJob, { refusal }: Refused): Promise<void> {
    this.#running.delete(name)
    this.#parked.add(name)
    const admitted = untilAdmitted(this.#execution, job, refusal)
    await this.#begin()
    await admitted
    this.#parked.delete(name)
    await this.#begin()
  }

  #take(name: string, outcome: StepOutcome, entry: NewEntry): NewEntry[] {
    if (outcome.ok) {
      this.#results[name] = outcome.output
      return [entry]
    }
    this.#failed.set(name, outcome.error)
    this.#failures.push(entry)
    return []
  }

  #job(step: GraphStep): StepJob {
    const { agents } = this.#execution.parts
    const { type } = this.#execution.run
    const view = viewOf(step, { input: this.#input, results: this.#results })
    if (step.agent === undefined) {
      const { run, transaction } = step
      const work = (context: StepContext) => run?.(view, context)
      return {
        name: step.name,
        agent: null,
        rules: agents.rulesOf(step, undefined),
        work,
        ...(transaction && { transaction: (tx, context) => transaction(view, tx, context) }),
        declared: undefined,
      }
    }
    const agent = agents.find(step.agent, `Step '${step.name}' of workflow '${type}'`)
    const work = async (context: StepContext) => {
      const input = inputOf(step, view)
      const checked = await validate(agent.input, input, `agent '${agent.id}' in step '${step.name}'`)
      return agent.run(checked as never, context)
    }
    return { name: step.name, agent: agent.id, rules: agents.rulesOf(step, agent), work, declared: undefined }
  }
}

const inputOf = (step: GraphStep, view: GraphView): unknown =>
  step.input === undefined ? view : step.input(view)
