import { createMemoryMessageBus } from '@pawl/message-bus'
import { type NewEntry, openStateStore, type StateStore } from '@pawl/state-store'
import type { AnyAgent } from '../define/agent.ts'
import { type Duration, toMs } from '../define/duration.ts'
import type { AnyWorkflow } from '../define/workflow.ts'
import type { Ports } from '../drive/ports.ts'
import { createRuntime, type Runtime } from '../enter/runtime.ts'
import { RuntimeError } from '../errors.ts'
import { DueRuns, NEVER, untilEnded } from './due-runs.ts'
import { type Life, mortalStore, type Side } from './mortal-store.ts'
import type { Outcome } from './outcome.ts'
import { VirtualClock } from './virtual-clock.ts'
import { watchSteps } from './working-steps.ts'

/** What a process has in its memory. */
export interface Definitions {
  readonly workflow: AnyWorkflow
  readonly workflows: readonly AnyWorkflow[]
  readonly agents: readonly AnyAgent[]
}

/** A signal that somebody gives to the run. */
export interface GivenSignal {
  readonly name: string
  readonly payload?: unknown
  /** How long after the start of the run, in virtual time. Default: at once. */
  readonly after?: Duration
}

/** What is played: one run of a workflow, from its start to its end, over as many processes as it takes. */
export interface Play<World> {
  /** Called for each process. */
  readonly define: (world: World) => Definitions
  readonly input: unknown
  /** In the order in which they are given. */
  readonly signals: readonly GivenSignal[]
  readonly setup: () => World | Promise<World>
  readonly observe: (world: World) => unknown
  readonly withinMs: number
}

type Asked = Pick<Play<unknown>, 'input' | 'signals' | 'withinMs'> & { readonly define: () => Definitions }

export interface Crash {
  /** Before or after a commit, or between two attempts of a step. */
  readonly side: Side | 'failed-attempt'
  /** Which commit, or which failed attempt, counted from 1 over all processes. */
  readonly nth: number
  /** The entries that the commit held, such as `step_completed charge`; or the step whose attempt failed. */
  readonly entries: readonly string[]
}

/** What came of one history. */
export interface Played {
  /** The workflow's name. */
  readonly workflow: string
  readonly outcome: Outcome
  readonly commits: number
  /** Those that others followed. */
  readonly failedAttempts: number
  readonly crashes: readonly Crash[]
  /** Steps that began again, and how often. */
  readonly repeated: ReadonlyMap<string, number>
  /** Which agent does a step, of those that an agent does. */
  readonly agents: ReadonlyMap<string, string>
}

/** Whether, and where, the process dies. */
export interface Fates {
  readonly atCommit: (nth: number) => Side | undefined
  readonly atFailure: (nth: number) => boolean
}

const RUN_ID = '0197a000-0000-7000-8000-00000000c0de'

/** Plays one history on a store in memory: whenever a process dies, the next one takes up its run. */
export async function play<World>(asked: Play<World>, fates: Fates): Promise<Played> {
  await using store = await openStateStore({ path: ':memory:' })
  const clock = new VirtualClock()
  clock.onAdvance = (now) => store.setTestClock(now)
  await store.setTestClock(clock.now)
  const world = await asked.setup()
  const { input, signals, withinMs } = asked
  const define = () => asked.define(world)
  const history = new History({ input, signals, withinMs, define }, store, clock, fates)
  while (!(await history.live())) {
    // The next process takes up what the dead one left.
  }
  const run = await store.run(RUN_ID)
  const { status, output, error, results, shared } = await store.stateAt({ runId: RUN_ID })
  return {
    workflow: run?.type ?? '',
    outcome: { status, output, error, results, shared, world: await asked.observe(world) },
    commits: history.commits,
    failedAttempts: history.failedAttempts,
    crashes: history.crashes,
    repeated: new Map([...history.starts].flatMap(([step, times]) => (times > 1 ? [[step, times - 1]] : []))),
    agents: history.agents,
  }
}

class History {
  commits = 0
  failedAttempts = 0
  readonly crashes: Crash[] = []
  /** How often each step began. */
  readonly starts = new Map<string, number>()
  readonly agents = new Map<string, string>()
  readonly #asked: Asked
  readonly #store: StateStore
  readonly #clock: VirtualClock
  readonly #fates: Fates
  readonly #due: DueRuns
  #startedAt: number | undefined
  /** Signals that this process has not given yet; `undefined` before it has come to that. */
  #toGive: { left: number } | undefined
  /** The signals that the run waits for, as far as it was heard. */
  #awaited: readonly string[] = []

  constructor(asked: Asked, store: StateStore, clock: VirtualClock, fates: Fates) {
    this.#asked = asked
    this.#store = store
    this.#clock = clock
    this.#fates = fates
    this.#due = new DueRuns(store)
    clock.nextDue = () => this.#due.next()
    clock.onDue = () => this.#due.tell()
    clock.onIdle = () => this.#checkSignals()
  }

  /** One process from its birth to its death, or to the end of the run: then true. */
  async live(): Promise<boolean> {
    const death = Promise.withResolvers<false>()
    const die = (crash: Crash) => {
      this.crashes.push(crash)
      death.resolve(false)
    }
    const life: Life = {
      alive: true,
      fateOf: () => this.#fates.atCommit(++this.commits),
      onDeath: ({ entries }, side) => die({ side, nth: this.commits, entries: entries.map(nameOfEntry) }),
      stir: () => this.#clock.stir(),
    }
    const { withinMs } = this.#asked
    const { runtime, workflow, ports } = this.#born(life)
    this.#watch(runtime, life, die)
    this.#clock.isWorking = watchSteps(runtime)
    this.#toGive = undefined
    const executed = this.#execute(runtime, workflow, ports)
    const ended = await this.#clock.until(Promise.race([executed, death.promise]), withinMs)
    if (ended) await this.#clock.until(runtime.shutdown({ grace: 0 }), withinMs)
    life.alive = false
    // The next process finds at once what the dead one held: no time passes by a crash alone.
    await this.#store.release(runtime.worker)
    return ended
  }

  #born(life: Life) {
    const { workflow, workflows, agents } = this.#asked.define()
    const ports = portsOf(life, this.#clock.ports)
    const messageBus = createMemoryMessageBus({ ports })
    const stateStore = mortalStore(this.#due.hinted(), life)
    const all = [workflow, ...workflows.filter((other) => other !== workflow)]
    const settings = { sweep: NEVER, lease: NEVER, taskConcurrency: 0 } as const
    const runtime = createRuntime({ ...settings, workflows: all, agents, stateStore, messageBus, ports })
    return { runtime, workflow, ports }
  }

  /** Nothing is left that could wake the run. */
  async #checkSignals(): Promise<void> {
    if (this.#toGive?.left !== 0 || this.#awaited.length === 0) return
    const run = await this.#store.run(RUN_ID)
    if (run?.status === 'waiting' && run.readyAt === null) throw waitsInVain(run.type, this.#awaited)
  }

  /** Counts what begins, and ends a life between two attempts. */
  #watch(runtime: Runtime, life: Life, die: (crash: Crash) => void): void {
    runtime.events.on('step.started', ({ payload: { step, agent } }) => {
      if (!life.alive) return
      this.starts.set(step, (this.starts.get(step) ?? 0) + 1)
      if (agent !== null) this.agents.set(step, agent)
    })
    runtime.events.on('workflow.waiting', ({ payload: { signals } }) => {
      this.#awaited = signals
    })
    runtime.events.on('step.retried', ({ payload: { step } }) => {
      if (!life.alive || !this.#fates.atFailure(++this.failedAttempts)) return
      life.alive = false
      die({ side: 'failed-attempt', nth: this.failedAttempts, entries: [step] })
    })
  }

  async #execute(runtime: Runtime, { type }: AnyWorkflow, ports: Ports): Promise<true> {
    await runtime.initialize()
    const handle = await runtime.startWorkflow(type, this.#asked.input as never, { runId: RUN_ID })
    this.#startedAt ??= this.#clock.now
    const toGive = { left: this.#asked.signals.length }
    this.#toGive = toGive
    for (const [index, { name, payload, after = 0 }] of this.#asked.signals.entries()) {
      // A run that has ended takes none, and needs none.
      const give = async () => {
        await runtime.signalWorkflow(RUN_ID, name, payload, { id: `${index}` }).catch(() => {})
        toGive.left -= 1
      }
      const inMs = this.#startedAt + toMs(after) - this.#clock.now
      if (inMs > 0) ports.setTimer(() => void give(), inMs)
      else await give()
    }
    await untilEnded(runtime, this.#store, handle.runId)
    return true
  }
}

const waitsInVain = (workflow: string, signals: readonly string[]): RuntimeError =>
  new RuntimeError(
    'TEST_STUCK',
    `Workflow '${workflow}' waits for signal ${signals.map((name) => `'${name}'`).join(', ')}, and nobody gives it. ` +
      "Give it with the option 'signals' of crashTest.",
  )

const nameOfEntry = ({ kind, step }: NewEntry): string => (step === undefined ? kind : `${kind} ${step}`)

/** A dead process's timers never come. */
const portsOf = (life: Life, ports: Ports): Ports => ({
  ...ports,
  setTimer: (fn, ms, options) => ports.setTimer(() => (life.alive ? fn() : undefined), ms, options),
})
