import type { MessageBus } from '@pawl/message-bus'
import type { StateStore } from '@pawl/state-store'
import { createRuntime, type Ports, type Runtime } from '../../src/index.ts'
import { faultyBus } from './faulty-bus.ts'
import { FaultyStore } from './faulty-store.ts'
import { Machine, type World } from './machine.ts'
import { tracesOf } from './traces.ts'
import { workflowsOf } from './workflows.ts'

/** One process: a runtime with a clock of its own, behind ports that fail. */
export class SimulatedProcess extends Machine {
  readonly store: StateStore
  readonly runtime: Runtime
  /** It was told to shut down, and takes no more calls of clients. */
  leaving = false
  ready = false

  constructor(simulation: World, id: string, parts: { store: StateStore; bus: MessageBus }) {
    super(simulation, id)
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
      ...(simulation.shape.chance(0.7) ? { telemetry: tracesOf(simulation.traces) } : {}),
    })
    this.runtime.events.on('workflow.parked', () => simulation.count('runs parked'))
    this.runtime.events.on('runtime.warning', ({ payload }) =>
      simulation.trace(`${id} warns ${payload.code}`),
    )
  }

  async start(): Promise<void> {
    await this.runtime.initialize()
    this.ready = true
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
