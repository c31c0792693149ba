import type { Declared } from '../decide/declared.ts'
import type { Family, Recorded, RecordedRun } from '../decide/recorded.ts'
import { NameScope } from '../decide/step-names.ts'
import type { CodeForm } from '../define/workflow.ts'
import { type NonDeterminismError, recordError } from '../errors.ts'
import { CodeContext } from './code-context.ts'
import { Delivery } from './delivery.ts'
import type { Execution } from './execution.ts'
import { Replay } from './replay.ts'
import type { RunResult } from './run-result.ts'
import { Waits } from './waits.ts'

/** One code workflow under way: its function, its replay, its waits. */
export class CodeRun {
  readonly execution: Execution
  readonly recorded: RecordedRun
  readonly waits: Waits
  readonly #delivery: Delivery
  readonly #replay: Replay

  constructor(execution: Execution, recorded: RecordedRun) {
    this.execution = execution
    this.recorded = recorded
    const { ports } = execution.parts
    this.#delivery = new Delivery(ports)
    this.#replay = new Replay(recorded.outcomes, {
      delivery: this.#delivery,
      ports,
      mismatch: (error) => this.#mismatch(error),
    })
    this.waits = new Waits(execution, () => this.#delivery.busy || !this.#replay.done)
    // The function is abandoned then, and never comes to its own end.
    void execution.halted.then(() => this.waits.close())
  }

  /** Calls the workflow's function; resolves with how the run ends. */
  async run(form: CodeForm): Promise<RunResult> {
    const context = new CodeContext(this, new NameScope())
    try {
      const output = await form.run(context, this.recorded.input)
      const mismatch = this.#replay.end()
      return mismatch === undefined ? { status: 'completed', output } : failed(mismatch)
    } catch (error) {
      return failed(this.#replay.end() ?? error)
    } finally {
      this.waits.close()
    }
  }

  async ask(family: Family, name: string, declared: Declared | undefined): Promise<Recorded | undefined> {
    try {
      return await this.#replay.ask(family, name, declared)
    } catch (error) {
      // Code that catches this must not go on: the journal is not its own.
      this.#mismatch(error as NonDeterminismError)
      return new Promise(() => {})
    }
  }

  /** Hands a live outcome to the code in its turn. */
  async deliver<T>(outcome: Promise<T>): Promise<T> {
    const value = await outcome
    return new Promise((resolve) => this.#delivery.add(() => resolve(value)))
  }

  #mismatch(error: NonDeterminismError): void {
    this.execution.halt({ why: 'failed', error })
  }
}

function failed(error: unknown): RunResult {
  const record = recordError(error)
  return { status: 'failed', error: record, failedSteps: record.step === undefined ? [] : [record.step] }
}
