import type { EventBus } from '@pawl/event-bus'
import { noTracing } from '../drive/tracing.ts'
import { RuntimeError } from '../errors.ts'
import { type Emit, emitterOf, type RuntimeEvents } from '../leave/events.ts'
import { Logbook } from '../leave/logbook.ts'
import { AgentRegistry } from './agent-registry.ts'
import { checkOptions } from './check-options.ts'
import { type Fittings, type Live, openLive } from './live.ts'
import { openEvents } from './parts.ts'
import { realPorts } from './real-ports.ts'
import type { RuntimeOptions } from './runtime-options.ts'
import { settingsOf } from './settings.ts'
import { WorkflowRegistry } from './workflow-registry.ts'

/** A runtime from its options to its end: what it is made of, and whether that is open. */
export class Life {
  readonly events: EventBus<RuntimeEvents>
  readonly fittings: Fittings
  /** The open parts, if they are. */
  live: Live | undefined
  readonly #emit: Emit
  readonly #logbook: Logbook
  readonly #ownsEvents: boolean
  readonly #unwatch: (() => void) | undefined
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined

  constructor(options: RuntimeOptions) {
    checkOptions(options)
    const ports = options.ports ?? realPorts
    this.events = options.events ?? openEvents(ports)
    this.#ownsEvents = options.events === undefined
    this.#logbook = new Logbook(options.logs, () => ports.now())
    this.#emit = this.#logbook.around(emitterOf(this.events))
    this.fittings = {
      options,
      settings: settingsOf(options, ports.id),
      ports,
      agents: new AgentRegistry(ports),
      workflows: new WorkflowRegistry(),
      emit: this.#emit,
      tracing: options.telemetry?.tracing ?? noTracing,
    }
    this.#unwatch = options.telemetry?.watch(this.events)
    for (const agent of options.agents ?? []) this.fittings.agents.register(agent)
    for (const workflow of options.workflows ?? []) this.fittings.workflows.add(workflow)
    this.#checkAgents()
  }

  get worker(): string {
    return this.fittings.settings.worker
  }

  get isStopping(): boolean {
    return this.#stopping !== undefined
  }

  /** A second call waits for the first; after a failure it may be called again. */
  start(): Promise<void> {
    this.#starting ??= this.#begin().catch((error) => {
      this.#starting = undefined
      throw error
    })
    return this.#starting
  }

  /** A second call waits for the first. */
  stop(graceMs: number): Promise<void> {
    this.#stopping ??= this.#end(graceMs)
    return this.#stopping
  }

  async #begin(): Promise<void> {
    if (this.#stopping !== undefined) throw shutDown()
    const live = await openLive(this.fittings)
    this.live = live
    this.#logbook.open(live.parts.store.telemetry)
    live.outbox.start()
    await live.roster.start()
    await live.worker.start()
    const { store } = live.parts
    this.#emit('runtime.started', { worker: this.worker, store: `${store.engine} ${store.location}` })
  }

  async #end(graceMs: number): Promise<void> {
    await this.#starting?.catch(() => {})
    const live = this.live
    if (live === undefined) return
    const released = await live.worker.stop(graceMs)
    await live.roster.stop()
    live.results.close()
    await live.outbox.close()
    this.#emit('runtime.stopped', { worker: this.worker, released })
    this.fittings.agents.close()
    await live.parts.close()
    this.#unwatch?.()
    if (this.#ownsEvents) this.events.close()
    this.live = undefined
  }

  /** What is there between `initialize` and `shutdown`; throws `NOT_INITIALIZED` before, `SHUT_DOWN` after. */
  working(): Live {
    if (this.#stopping !== undefined) throw shutDown()
    if (this.live === undefined) {
      throw new RuntimeError('NOT_INITIALIZED', 'The runtime is not initialized. Await initialize() first.')
    }
    return this.live
  }

  #checkAgents(): void {
    for (const { type, form } of this.fittings.workflows.all()) {
      if (form.kind !== 'graph') continue
      for (const { name, agent } of form.steps) {
        if (agent === undefined) continue
        const { agents } = this.fittings
        agents.adopt(agents.find(agent, `Step '${name}' of workflow '${type}'`))
      }
    }
  }
}

const shutDown = (): RuntimeError =>
  new RuntimeError('SHUT_DOWN', 'The runtime was shut down. Create a new one.')
