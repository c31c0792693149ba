import { isFinished, type Run } from '@pawl/state-store'
import type { WorkflowHandle } from '../../src/index.ts'
import { type Expectation, expectationOf } from './model.ts'
import { signalPayload } from './perform.ts'
import type { SimulatedProcess } from './process.ts'
import type { Program } from './program.ts'
import type { Simulation } from './simulation.ts'

/** What somebody does to a run while it goes. */
interface Plan {
  readonly startInMs: number
  readonly key: string | undefined
  /** Whether somebody waits for the result. */
  readonly awaited: boolean
  /** Whether it is started a second time under the same id, while the first call may still be under way. */
  readonly startsTwice: boolean
  readonly cancelInMs: number | null
  readonly resumeCancelled: boolean
  readonly rollbacksInMs: readonly number[]
  readonly forkInMs: number | null
  /** Signals that nobody waits for. */
  readonly strays: number
}

/** Errors that say something about the run; all others say: try again, perhaps elsewhere. */
const ANSWERS: ReadonlySet<string> = new Set([
  'RUN_FINISHED',
  'RUN_NOT_RESUMABLE',
  'RUN_NOT_FOUND',
  'VERSION_NOT_FOUND',
])

const AGAIN: ReadonlySet<string> = new Set(['STORE_BUSY', 'SHUT_DOWN', 'NOT_INITIALIZED', 'VERSION_CONFLICT'])

/** The one who started a run and wants it done: sends its signals, resumes it, asks every process that lives. */
export class Client {
  readonly runId: string
  readonly program: Program
  readonly input: number
  readonly parent: { readonly runId: string; readonly version: number } | null
  expected: Expectation | undefined
  /** Nothing is left to do. */
  done = false
  cancelled = false
  /** What `result()` has come to, by process. */
  readonly results: { readonly process: SimulatedProcess; outcome: unknown }[] = []
  readonly #simulation: Simulation
  readonly #plan: Plan
  /** Signals that a cancelled run did not take. */
  readonly #givenUp: { readonly name: string; readonly nth: number }[] = []
  /** Things under way beside the main course. */
  #disturbances = 0
  /** Calls that a living process may still carry out, whether anybody waits for them or not. */
  #calls = 0

  constructor(
    simulation: Simulation,
    program: Program,
    input: number,
    parent: { readonly runId: string; readonly version: number } | null = null,
  ) {
    this.#simulation = simulation
    this.runId = simulation.uuid()
    this.program = program
    this.input = input
    this.parent = parent
    this.#plan = drawPlan(simulation, parent !== null)
  }

  /** Resolves once the run has come to its end and nothing more is planned for it. */
  async live(others: Client[]): Promise<void> {
    this.expected = await expectationOf(this.program, this.input)
    if (this.parent === null) await this.#start()
    const { cancelInMs, rollbacksInMs, forkInMs, strays } = this.#plan
    this.#disturb(cancelInMs, () => this.#cancel())
    for (const rollbackInMs of rollbacksInMs) this.#disturb(rollbackInMs, () => this.#rollback())
    this.#disturb(forkInMs, () => this.#fork(others))
    for (const [name, count] of this.expected.signals)
      this.#disturb(this.#ms(20_000), () => this.#signals(name, count))
    for (let stray = 0; stray < strays; stray++)
      this.#disturb(this.#ms(40_000), () => this.#stray(`stray-${stray}`))
    while (!(await this.#isOver())) await this.#simulation.sleep(3_000 + this.#ms(4_000))
    this.done = true
  }

  async #start(): Promise<void> {
    const { startInMs, key, awaited, startsTwice } = this.#plan
    await this.#simulation.sleep(startInMs)
    const options = { runId: this.runId, ...(key === undefined ? {} : { key }) }
    const start = () =>
      this.#attempt('start', (process) =>
        process.runtime.startWorkflow(this.program.type, this.input, options),
      )
    if (startsTwice) {
      this.#simulation.count('runs started twice')
      this.#disturb(this.#ms(2_000), async () => void (await start()))
    }
    const started = await start()
    if (awaited && 'value' in started) this.#await(started.process, started.value)
  }

  #await(process: SimulatedProcess, handle: WorkflowHandle): void {
    const result: Client['results'][number] = { process, outcome: undefined }
    this.results.push(result)
    handle.result().then(
      ({ output }) => {
        result.outcome = { output }
      },
      (error: { code?: string }) => {
        result.outcome = { code: error.code ?? String(error) }
      },
    )
  }

  /** Does something beside the rest, after a while; the run is not over before. */
  #disturb(ms: number | null, action: () => Promise<void>): void {
    if (ms === null) return
    this.#disturbances += 1
    void this.#simulation
      .sleep(ms)
      .then(action)
      .catch((error) => this.#simulation.witness.violate('client', `${this.runId}: ${String(error)}`))
      .finally(() => {
        this.#disturbances -= 1
      })
  }

  /** Sends signals of one name in their order: the next leaves when the one before is kept. */
  async #signals(name: string, count: number): Promise<void> {
    for (let nth = 1; nth <= count; nth++) {
      await this.#signal(name, nth)
      if (this.#simulation.shape.chance(0.15)) {
        this.#simulation.count('signals sent again')
        await this.#signal(name, nth)
      }
    }
  }

  async #signal(name: string, nth: number): Promise<void> {
    const payload = signalPayload(this.input, name, nth)
    this.#simulation.count('signals')
    while (true) {
      const sent = await this.#attempt('signal', (process) =>
        process.runtime.signalWorkflow(this.runId, name, payload, { id: `${name}#${nth}` }),
      )
      if ('value' in sent) return
      const run = await this.#simulation.truth.run(this.runId)
      if (run?.status === 'completed') return
      if (run?.status === 'cancelled' && !this.#plan.resumeCancelled) {
        this.#givenUp.push({ name, nth })
        return
      }
      await this.#simulation.sleep(5_000)
    }
  }

  async #stray(name: string): Promise<void> {
    this.#simulation.count('stray signals')
    await this.#attempt('signal', (process) => process.runtime.signalWorkflow(this.runId, name))
  }

  async #cancel(): Promise<void> {
    this.#simulation.count('cancels')
    this.cancelled = true
    await this.#attempt('cancel', (process) => process.runtime.cancelWorkflow(this.runId))
  }

  async #rollback(): Promise<void> {
    const run = await this.#simulation.truth.run(this.runId)
    if (run === undefined) return
    const toVersion = this.#simulation.shape.int(1, run.version)
    this.#simulation.count('rollbacks')
    await this.#attempt('rollback', ({ runtime }) => runtime.rollbackWorkflow(this.runId, { toVersion }))
  }

  async #fork(others: Client[]): Promise<void> {
    const run = await this.#simulation.truth.run(this.runId)
    if (run === undefined) return
    const version = this.#simulation.shape.int(1, run.version)
    const { runId } = this
    const child = new Client(this.#simulation, this.program, this.input, { runId, version })
    this.#simulation.count('forks')
    await this.#attempt('fork', ({ runtime }) =>
      runtime.forkWorkflow(runId, { version, newRunId: child.runId }),
    )
    others.push(child)
    void child.live(others)
  }

  async #isOver(): Promise<boolean> {
    const run = await this.#simulation.truth.run(this.runId)
    if (run === undefined || !isFinished(run.status)) {
      if (run?.status === 'waiting' && (await this.#isRolledBack(run))) await this.#resume()
      return false
    }
    const mayStay = run.status === 'completed' || (run.status === 'cancelled' && !this.#plan.resumeCancelled)
    if (mayStay) return this.#disturbances + this.#calls === 0
    this.#simulation.mended.add(this.runId)
    await this.#resume()
    return false
  }

  async #isRolledBack({ version }: Run): Promise<boolean> {
    const { items } = await this.#simulation.truth.entries(this.runId, { from: version, to: version })
    return items[0]?.kind === 'rolled_back'
  }

  async #resume(): Promise<void> {
    this.#simulation.count('resumes')
    await this.#attempt('resume', (process) => process.runtime.resumeWorkflow(this.runId))
    // A resume that was meant for a failure may have come after the cancellation, and undone it.
    const again = this.#givenUp.splice(0)
    if (again.length === 0) return
    this.#disturb(0, async () => {
      for (const { name, nth } of again) await this.#signal(name, nth)
    })
  }

  /** Asks one process after the other until one answers. */
  async #attempt<T>(
    what: string,
    call: (process: SimulatedProcess) => Promise<T>,
  ): Promise<{ readonly value: T; readonly process: SimulatedProcess } | { readonly code: string }> {
    const { shape } = this.#simulation
    while (true) {
      const { working } = this.#simulation
      if (working.length > 0) {
        const process = shape.pick(working)
        this.#simulation.trace(`client ${this.runId.slice(-4)} ${what} ${process.id}`)
        const nothing = { code: 'STORE_BUSY' }
        this.#calls += 1
        const called = Promise.race([settle(call(process)), process.died.then(() => nothing)])
        void called.then(() => {
          this.#calls -= 1
        })
        const answer = await Promise.race([called, this.#simulation.sleep(45_000).then(() => nothing)])
        if ('value' in answer) return { value: answer.value, process }
        if (ANSWERS.has(answer.code)) return answer
        if (!AGAIN.has(answer.code)) throw new Error(`${what} rejected with ${answer.code}`)
      }
      await this.#simulation.sleep(200 + this.#ms(3_000))
    }
  }

  #ms(most: number): number {
    return this.#simulation.shape.int(0, most)
  }
}

const settle = <T>(answer: Promise<T>): Promise<{ readonly value: T } | { readonly code: string }> =>
  answer.then(
    (value) => ({ value }),
    (error: { code?: string }) => ({ code: error.code ?? String(error) }),
  )

function drawPlan({ shape }: Simulation, isFork: boolean): Plan {
  const at = (probability: number) =>
    shape.chance(isFork ? probability / 2 : probability) ? shape.int(0, 60_000) : null
  const rollbacksInMs = [at(0.18), at(0.06), at(0.03)].filter((ms) => ms !== null)
  const forkInMs = at(0.12)
  return {
    startInMs: shape.int(0, 20_000),
    key: shape.chance(0.3) ? `key-${shape.int(0, 1_000_000)}` : undefined,
    awaited: shape.chance(0.3),
    startsTwice: shape.chance(0.15),
    cancelInMs: at(0.12),
    // Who rolls a run back wants it done, cancelled before or not.
    resumeCancelled: shape.chance(0.5) || rollbacksInMs.length > 0,
    rollbacksInMs,
    // A fork's fork is a fork like any other, and there must be an end to them.
    forkInMs: isFork ? null : forkInMs,
    strays: shape.chance(0.1) ? shape.int(1, 2) : 0,
  }
}
