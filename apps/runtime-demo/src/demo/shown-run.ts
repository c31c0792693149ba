import { setTimeout as sleep } from 'node:timers/promises'
import type { Runtime, WorkflowHandle, WorkflowProgress } from '@pawl/runtime'
import type { StateStore } from '@pawl/state-store'
import type { News } from './crew.ts'
import { describeOrder, type Order, type Product, workflows } from './order.ts'
import type { Screen } from './screen.ts'

const BAR = 20

/** One order's run as the demo shows it: its lines are marked with the workflow's name. */
export class ShownRun {
  readonly order: Order
  readonly handle: WorkflowHandle<Product>
  readonly #screen: Screen
  readonly #runtime: Runtime
  #version = 0
  #percent = 0
  #doing = ''
  /** Workers may tell something of a run after it has ended. */
  #isGoingOn = false

  constructor(runtime: Runtime, order: Order, handle: WorkflowHandle<Product>, screen: Screen) {
    this.#runtime = runtime
    this.order = order
    this.handle = handle
    this.#screen = screen
    this.say(describeOrder(order), 'bold')
  }

  /** The version that was shown last. */
  get version(): number {
    return this.#version
  }

  say(text: string, style?: Parameters<Screen['line']>[1]): void {
    this.#screen.line(`${this.order.workflow.padEnd(NAME_WIDTH)}  ${text}`, style)
  }

  /** Shows the run until it has ended; called again, it goes on after what was shown. */
  async follow(): Promise<void> {
    this.#isGoingOn = true
    for await (const progress of this.#runtime.followWorkflow(this.handle.runId, { after: this.#version })) {
      this.#version = progress.version
      this.#show(progress)
    }
    this.#isGoingOn = false
    this.#screen.status(this.order.workflow, undefined)
  }

  /** Says what happened outside of the journal after all that the journal had by then. */
  async sayInOrder(text: string, store: StateStore): Promise<void> {
    const { version = 0 } = (await store.run(this.handle.runId)) ?? {}
    while (this.#isGoingOn && this.#version < version) await sleep(20)
    this.say(`      ${text}`, 'red')
  }

  /** What the worker says that is at it. */
  hear({ type, step, message }: News): void {
    if (!this.#isGoingOn) return
    this.#doing = type === 'started' ? `${step} …` : (message ?? '')
    this.#draw()
  }

  #show({ type, step, agent, percent }: WorkflowProgress): void {
    this.#percent = percent ?? this.#percent
    const done = `${String(this.#percent).padStart(3)}%`
    if (type === 'step_completed') this.say(`${done}  ✔ ${step} (${agent})`, 'green')
    else if (type === 'step_failed') this.say(`${done}  ✘ ${step} (${agent})`, 'red')
    else if (type === 'resumed') this.say(`${done}  ↻ resumed: every finished step is kept`, 'yellow')
    else if (type === 'completed') this.say('100%  completed', 'green')
    else if (type === 'failed') this.say('      failed', 'red')
    this.#draw()
  }

  #draw(): void {
    const full = Math.round((this.#percent / 100) * BAR)
    const bar = `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`
    const percent = String(this.#percent).padStart(3)
    this.#screen.status(
      this.order.workflow,
      `${this.order.workflow.padEnd(NAME_WIDTH)}  ${bar} ${percent}%  ${this.#doing}`,
    )
  }
}

const NAME_WIDTH = Math.max(...Object.keys(workflows).map((name) => name.length))
