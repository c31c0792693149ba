import { createMemoryMessageBus } from '@pawl/message-bus'
import { openStateStore, type StateStore } from '@pawl/state-store'
import type { AnyAgent } from '../define/agent.ts'
import type { AnyWorkflow } from '../define/workflow.ts'
import type { Ports } from '../drive/ports.ts'
import { createRuntime, type Runtime } from '../enter/runtime.ts'
import { DueRuns, NEVER, untilEnded } from './due-runs.ts'
import { type Life, mortalStore, type Side } from './mortal-store.ts'
import type { Outcome } from './outcome.ts'
import { VirtualClock } from './virtual-clock.ts'
import { watchSteps } from './working-steps.ts'

/** What is played: one run of a workflow, from its start to its end, over as many processes as it takes. */
export interface Play<World> {
  readonly workflow: AnyWorkflow
  readonly input: unknown
  readonly workflows: readonly AnyWorkflow[]
  readonly agents: readonly AnyAgent[]
  readonly signals: Readonly<Record<string, unknown>>
  readonly setup: () => World | Promise<World>
  readonly observe: (world: World) => unknown
  readonly withinMs: number
}

type Asked = Omit<Play<unknown>, 'setup' | 'observe'>

export interface Crash {
  /** Which commit, counted from 1 over all processes. */
  readonly commit: number
  readonly side: Side
  /** The entries that the commit held, such as `step_completed charge`. */
  readonly entries: readonly string[]
}

/** What came of one history. */
export interface Played {
  readonly outcome: Outcome
  readonly commits: number
  readonly crashes: readonly Crash[]
  /** Steps that began more than once. */
  readonly repeated: readonly string[]
}

/** Whether, and where, the process dies at the n-th commit. */
export type Fates = (commit: number) => Side | undefined

const RUN_ID = '0197a000-0000-7000-8000-00000000c0de'

/** Plays one history on a store in memory: whenever a process dies, the next one takes up its run. */
export async function play<World>(asked: Play<World>, fates: Fates): Promise<Played> {
  await using store = await openStateStore({ path: ':memory:' })
  const clock = new VirtualClock()
  clock.onAdvance = (now) => store.setTestClock(now)
  await store.setTestClock(clock.now)
  const world = await asked.setup()
  const history = new History(asked, store, clock, fates)
  while (!(await history.live())) {
    // The next process takes up what the dead one left.
  }
  const { status, output, error, results, shared } = await store.stateAt({ runId: RUN_ID })
  return {
    outcome: { status, output, error, results, shared, world: await asked.observe(world) },
    commits: history.commits,
    crashes: history.crashes,
    repeated: [...history.starts].filter(([, times]) => times > 1).map(([step]) => step),
  }
}

class History {
  commits = 0
  readonly crashes: Crash[] = []
  /** How often each step began. */
  readonly starts = new Map<string, number>()
  readonly #asked: Asked
  readonly #store: StateStore
  readonly #clock: VirtualClock
  readonly #fates: Fates
  readonly #due: DueRuns

  constructor(asked: Asked, store: StateStore, clock: VirtualClock, fates: Fates) {
    this.#asked = asked
    this.#store = store
    this.#clock = clock
    this.#fates = fates
    this.#due = new DueRuns(store)
    clock.nextDue = () => this.#due.next()
    clock.onDue = () => this.#due.tell()
  }

  /** One process from its birth to its death, or to the end of the run: then true. */
  async live(): Promise<boolean> {
    const death = Promise.withResolvers<false>()
    const life: Life = {
      alive: true,
      fateOf: () => this.#fates(++this.commits),
      onDeath: ({ entries }, side) => {
        const names = entries.map(({ kind, step }) => (step === undefined ? kind : `${kind} ${step}`))
        this.crashes.push({ commit: this.commits, side, entries: names })
        death.resolve(false)
      },
      stir: () => this.#clock.stir(),
    }
    const { workflow, workflows, agents, withinMs } = this.#asked
    const ports = portsOf(life, this.#clock.ports)
    const messageBus = createMemoryMessageBus({ ports })
    const stateStore = mortalStore(this.#due.hinted(), life)
    const all = [workflow, ...workflows.filter((other) => other !== workflow)]
    const settings = { sweep: NEVER, lease: NEVER } as const
    const runtime = createRuntime({ ...settings, workflows: all, agents, stateStore, messageBus, ports })
    runtime.events.on('step.started', ({ payload: { step } }) => {
      this.starts.set(step, (this.starts.get(step) ?? 0) + 1)
    })
    this.#clock.isWorking = watchSteps(runtime)
    const ended = await this.#clock.until(Promise.race([this.#execute(runtime), death.promise]), withinMs)
    if (ended) await this.#clock.until(runtime.shutdown({ grace: 0 }), withinMs)
    life.alive = false
    // The next process finds at once what the dead one held: no time passes by a crash alone.
    await this.#store.release(runtime.worker)
    return ended
  }

  async #execute(runtime: Runtime): Promise<true> {
    await runtime.initialize()
    const { workflow, input, signals } = this.#asked
    const handle = await runtime.startWorkflow(workflow.type, input as never, { runId: RUN_ID })
    for (const [name, payload] of Object.entries(signals)) {
      // A run that has ended takes none, and needs none.
      await runtime.signalWorkflow(RUN_ID, name, payload, { id: name }).catch(() => {})
    }
    await untilEnded(runtime, this.#store, handle.runId)
    return true
  }
}

/** A dead process's timers never come. */
const portsOf = (life: Life, ports: Ports): Ports => ({
  ...ports,
  setTimer: (fn, ms, options) => ports.setTimer(() => (life.alive ? fn() : undefined), ms, options),
})
