import type { MessageBus } from '@pawl/message-bus'
import type { StateStore } from '@pawl/state-store'
import { createRuntime, type Ports, type Runtime } from '../../src/index.ts'
import { faultyBus } from './faulty-bus.ts'
import { FaultyStore } from './faulty-store.ts'
import type { Simulation } from './simulation.ts'
import type { Owner } from './virtual-time.ts'
import { workflowsOf } from './workflows.ts'

/** One process: a runtime with a clock of its own, behind ports that fail. Dead, it touches nothing any more. */
export class SimulatedProcess implements Owner {
  readonly id: string
  readonly simulation: Simulation
  readonly store: StateStore
  readonly runtime: Runtime
  /** Resolves when the process dies. */
  readonly died: Promise<void>
  alive = true
  /** It was told to shut down, and takes no more calls of clients. */
  leaving = false
  ready = false
  frozenUntil = 0
  readonly #fences = new Map<string, number>()
  #resolveDied: () => void = () => {}

  constructor(simulation: Simulation, id: string, parts: { store: StateStore; bus: MessageBus }) {
    this.id = id
    this.simulation = simulation
    this.died = new Promise((resolve) => {
      this.#resolveDied = resolve
    })
    this.store = new FaultyStore(parts.store, this)
    const { workflows, agents } = workflowsOf(simulation.programs, this)
    this.runtime = createRuntime({
      workflows,
      agents,
      stateStore: this.store,
      messageBus: faultyBus(parts.bus, this),
      ports: this.#ports(),
      worker: id,
      lease: '30s',
      sweep: '4s',
      concurrency: simulation.shape.pick([2, 5, 100]),
    })
    this.runtime.events.on('runtime.warning', ({ payload }) =>
      simulation.trace(`${id} warns ${payload.code}`),
    )
  }

  async start(): Promise<void> {
    await this.runtime.initialize()
    this.ready = true
  }

  crash(why: string): void {
    if (!this.alive) return
    this.alive = false
    this.simulation.trace(`${this.id} dies ${why}`)
    this.simulation.count(`crashes ${why}`)
    this.simulation.count('crashes')
    this.#resolveDied()
  }

  freeze(ms: number): void {
    this.simulation.trace(`${this.id} freezes`)
    this.simulation.count('freezes')
    this.frozenUntil = Math.max(this.frozenUntil, this.simulation.time.now + ms)
  }

  /** Resolves after a while, and not while the process is frozen; never once it died. */
  pause(ms: number): Promise<void> {
    const { time } = this.simulation
    if (!this.alive) return new Promise(() => {})
    return ms === 0 && this.frozenUntil <= time.now ? Promise.resolve() : time.sleep(this, ms)
  }

  later(fn: () => void, ms: number): void {
    this.simulation.time.setTimer(this, fn, ms)
  }

  /** The process learned that it holds a run. */
  given(runId: string, fence: number): void {
    this.#fences.set(runId, Math.max(fence, this.#fences.get(runId) ?? 0))
  }

  fenceOf(runId: string): number | undefined {
    return this.#fences.get(runId)
  }

  #ports(): Ports {
    const { time, shape } = this.simulation
    // No two machines agree on the time.
    const skew = shape.int(-5_000, 5_000)
    return {
      now: () => time.now + skew,
      setTimer: (fn, ms) => time.setTimer(this, fn, ms),
      random: shape.next,
      turn: () => time.turn(this),
      id: () => this.simulation.uuid(),
    }
  }
}
