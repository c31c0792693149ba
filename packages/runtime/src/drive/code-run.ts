import type { Declared } from '../decide/declared.ts'
import type { Family, Recorded, RecordedRun } from '../decide/recorded.ts'
import type { NonDeterminismError } from '../errors.ts'
import { Delivery } from './delivery.ts'
import type { Execution } from './execution.ts'
import { Replay } from './replay.ts'
import type { Waits } from './waits.ts'

/** One code workflow under way: its replay, its deliveries, its waits. */
export class CodeRun {
  readonly execution: Execution
  readonly recorded: RecordedRun
  readonly waits: Waits
  readonly #delivery: Delivery
  readonly #replay: Replay
  #asksForNew = false
  #expected = 0

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
    this.waits = execution.waits
    this.waits.isBusy = () => this.#delivery.busy || !this.#replay.done
  }

  /**
   * Whether the code runs where an execution before this one ran, as far as one can tell: until it asks for something that
   * is not recorded.
   */
  get isReplaying(): boolean {
    const { outcomes, timers } = this.recorded
    return !this.#asksForNew && outcomes.length + timers.size > 0
  }

  /** The code has ended; a mismatch if it never asked for what is recorded. */
  end(): NonDeterminismError | undefined {
    this.waits.close()
    return this.#replay.end()
  }

  /** What the code asked for that would be recorded, and that is not under way yet. */
  get expected(): number {
    return this.#expected
  }

  /** Counts it from the call on, because it begins some turns later. Call what is returned once it is under way. */
  expect(family: Family, name: string): () => void {
    const leavesNothing = family === 'timer' || family === 'signal'
    if (leavesNothing || this.#replay.isRecorded(family, name)) return () => {}
    this.#expected += 1
    return () => {
      this.#expected -= 1
    }
  }

  async ask(family: Family, name: string, declared: Declared | undefined): Promise<Recorded | undefined> {
    try {
      const recorded = await this.#replay.ask(family, name, declared)
      if (recorded === undefined) this.#asksForNew = true
      return recorded
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
