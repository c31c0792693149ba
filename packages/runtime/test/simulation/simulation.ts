import { createHash } from 'node:crypto'
import { createMemoryMessageBus, type MessageBus, type ResultMessage } from '@pawl/message-bus'
import { openStateStore, type StateStore } from '@pawl/state-store'
import { ClockedStore } from './clocked-store.ts'
import { Fates } from './fates.ts'
import type { Machine, World } from './machine.ts'
import type { PlantedBug } from './planted-bugs.ts'
import { SimulatedProcess } from './process.ts'
import { drawProgram, type Program } from './program.ts'
import { Random } from './random.ts'
import { drawServices, type Service } from './services.ts'
import { type Owner, VirtualTime } from './virtual-time.ts'
import { Witness, WitnessedStore } from './witness.ts'

/** A lifecycle message as a subscriber in another process got it. */
interface Heard {
  readonly id: string
  readonly runId: string
  readonly event: string
  readonly traceparent: string | undefined
}

/** Everything that one seed makes: a store, a bus, time, and what was seen. */
export class Simulation implements Owner, World {
  readonly alive = true
  readonly frozenUntil = 0
  readonly seed: number
  readonly time: VirtualTime
  readonly fates: Fates
  /** Shapes of processes and runs, and the choices of clients. */
  readonly shape: Random
  readonly traces: Random
  readonly programs: readonly Program[]
  readonly services: readonly Service[]
  readonly witness: Witness
  /** The store without faults: the eye of the checker. */
  readonly truth: StateStore
  /** Runs whose fragile steps work by now. */
  readonly mended = new Set<string>()
  readonly heard: Heard[] = []
  readonly counts = new Map<string, number>()
  readonly processes: SimulatedProcess[] = []
  /** The last things that happened, for people. */
  readonly recent: string[] = []
  readonly #parts: { readonly store: StateStore; readonly bus: MessageBus }
  readonly #truthBus: MessageBus
  readonly #hash = createHash('sha256')
  readonly #ids: Random
  readonly #listeners = new Map<Machine, Set<() => void>>()
  readonly #verbose: boolean

  static async open(seed: number, options: SimulationOptions = {}): Promise<Simulation> {
    const store = await openStateStore({ path: ':memory:' })
    return new Simulation(seed, store, options)
  }

  private constructor(seed: number, store: StateStore, { plant, verbose = false }: SimulationOptions) {
    this.seed = seed
    this.#verbose = verbose
    this.time = new VirtualTime(new Random(seed, 'turns').next)
    this.fates = new Fates(new Random(seed, 'fates'))
    this.shape = new Random(seed, 'shape')
    this.traces = new Random(seed, 'traces')
    this.#ids = new Random(seed, 'ids')
    const programs = new Random(seed, 'programs')
    const count = programs.int(2, 4)
    this.programs = Array.from({ length: count }, (_, index) => drawProgram(programs, `type-${index}`))
    this.services = drawServices(new Random(seed, 'services'))
    this.truth = new ClockedStore(plant?.engine?.(store) ?? store, this.time)
    this.witness = new Witness(this.truth)
    this.#truthBus = this.#openBus()
    const planted = plant?.store?.(this.truth) ?? this.truth
    const bus = plant?.bus?.(this.#truthBus) ?? this.#truthBus
    this.#parts = { store: new WitnessedStore(planted, this.witness), bus }
  }

  /** Listens to all lifecycle messages, as another process would. */
  async listenToBus(): Promise<void> {
    await this.#truthBus.subscribeToResults('workflow:*', (message, { envelope }) =>
      this.#hear(message, envelope.id),
    )
  }

  spawn(): SimulatedProcess {
    const process = new SimulatedProcess(this, `p${this.processes.length}`, this.#parts)
    this.processes.push(process)
    this.trace(`${process.id} is born`)
    return process
  }

  /** Processes that take calls of clients. */
  get working(): readonly SimulatedProcess[] {
    return this.processes.filter(({ alive, ready, leaving }) => alive && ready && !leaving)
  }

  sleep(ms: number): Promise<void> {
    return this.time.sleep(this, ms)
  }

  later(fn: () => void, ms: number): void {
    this.time.setTimer(this, fn, ms)
  }

  /** A UUIDv7 of the virtual time (RFC 9562, section 5.7). */
  uuid(): string {
    const time = this.time.now.toString(16).padStart(12, '0')
    const bits = (count: number) => this.#ids.int(0, 2 ** count - 1).toString(16)
    const variant = (8 + this.#ids.int(0, 3)).toString(16)
    const tail = bits(24).padStart(6, '0') + bits(24).padStart(6, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7${bits(12).padStart(3, '0')}-${variant}${bits(12).padStart(3, '0')}-${tail}`
  }

  began(process: Machine, runId: string, step: string): void {
    this.count('steps run')
    this.witness.began(runId, process.fenceOf(runId), step)
  }

  listen(process: Machine, listener: () => void): () => void {
    const listeners = this.#listeners.get(process) ?? new Set()
    this.#listeners.set(process, listeners.add(listener))
    return () => listeners.delete(listener)
  }

  /** Somebody wrote; some of the others hear of it. */
  wrote(writer: Machine): void {
    for (const [process, listeners] of this.#listeners) {
      if (process === writer || !process.alive || !this.fates.hints()) continue
      for (const listener of listeners) process.later(listener, this.shape.int(1, 300))
    }
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1)
  }

  trace(line: string): void {
    const timed = `${this.time.elapsed} ${line}`
    this.#hash.update(`${timed}\n`)
    if (this.#verbose) this.recent.push(timed)
  }

  /** A digest of everything that was traced. */
  digest(): string {
    return this.#hash.copy().digest('hex')
  }

  async close(): Promise<void> {
    await this.#truthBus.close()
    await this.truth.close()
  }

  #hear(message: ResultMessage, id: string): void {
    const { event_type, traceparent } = message.metadata
    const event = String(event_type)
    this.trace(`heard ${id.slice(-8)} ${event}`)
    this.heard.push({ id, runId: message.taskId, event, traceparent: traceparent as string | undefined })
  }

  #openBus(): MessageBus {
    const { time } = this
    return createMemoryMessageBus({
      ports: {
        now: () => time.now,
        setTimer: (fn, ms) => time.setTimer(this, fn, ms),
        newId: () => this.uuid(),
      },
    })
  }
}

export interface SimulationOptions {
  /** A bug to be found. */
  readonly plant?: PlantedBug
  /** Keep the trace. */
  readonly verbose?: boolean
}
