import type { EventBus } from '@pawl/event-bus'
import type { At, Entry, EntryFilter, LogFilter, LogRecord, Page, Patch } from '@pawl/state-store'
import type { AgentHealth } from '../agents/agent-health.ts'
import { type AgentInfo, type AgentListFilter, findAgent, listAgents } from '../agents/listing.ts'
import type { AnyAgent } from '../define/agent.ts'
import { type Duration, toMs } from '../define/duration.ts'
import { validate } from '../define/schema.ts'
import type { AnyWorkflow, InputOf, WorkflowOutput } from '../define/workflow.ts'
import { RuntimeError } from '../errors.ts'
import type { RuntimeEvents } from '../leave/events.ts'
import type { HealthReport } from '../leave/health.ts'
import type { WorkflowProgress } from '../leave/progress.ts'
import { type FollowOptions, followRun } from '../leave/stream.ts'
import type { TimelineEvent } from '../leave/timeline.ts'
import { forgetAgent, knownAgent, switchAgent } from './agent-verbs.ts'
import {
  type ForkOptions,
  forkRun,
  type RollbackOptions,
  type RolledBack,
  resumeRun,
  rollBackRun,
} from './going-back.ts'
import { Handles } from './handles.ts'
import { diffStates, type EventFilter, readTimeline } from './history.ts'
import { Life } from './life.ts'
import { readLogs } from './logs.ts'
import { type CancelOptions, requestCancel, type SignalOptions, sendSignal } from './mail.ts'
import { type MetricsFilter, type RuntimeMetrics, readMetrics } from './metrics.ts'
import { openRun } from './open-run.ts'
import type { QueueStatus } from './queue-status.ts'
import { isHealthy, reportHealth } from './report-health.ts'
import type { WorkflowResult } from './results.ts'
import type { RuntimeOptions, StartOptions, WaitOptions, WorkflowHandle } from './runtime-options.ts'
import { translateStoreError } from './store-errors.ts'
import {
  checkIsTask,
  openExecuted,
  openSubmitted,
  readQueueStatus,
  type SubmitTaskOptions,
  type TaskHandle,
  type TaskInput,
  type TaskOptions,
  type TaskOutput,
  type TaskResult,
} from './tasks.ts'

/**
 * Runs workflows: opens them, drives those that it holds, lets their news leave. Several runtimes, in one process
 * or many, may stand on the same store; each run is driven by one of them at a time.
 */
export class Runtime implements AsyncDisposable {
  readonly #life: Life
  readonly #handles: Handles

  constructor(options: RuntimeOptions = {}) {
    this.#life = new Life(options)
    this.#handles = new Handles(this.#life)
  }

  /** Everything that happens here, as events. */
  get events(): EventBus<RuntimeEvents> {
    return this.#life.events
  }

  /** This process's name among the workers of the store. */
  get worker(): string {
    return this.#life.worker
  }

  /**
   * Opens the parts, then takes up work: runs whose process died are found and finished from here on. A second
   * call waits for the first. Rejects with the store's error if it cannot be opened; then it may be called again.
   */
  initialize(): Promise<void> {
    return this.#life.start()
  }

  /**
   * Ends in order: takes no more work, lets steps under way finish for `grace` (default 10 s), gives its runs to
   * other workers, sends what is to leave, closes what it opened. A second call waits for the first.
   */
  shutdown(options: { readonly grace?: Duration } = {}): Promise<void> {
    return this.#life.stop(toMs(options.grace ?? '10s'))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown()
  }

  /**
   * Makes an agent known, or replaces one, for steps and tasks that start from now on; steps under way finish with the old one.
   * It counts here at once. Resolves once other processes can find it; what the store did not hear now it hears later.
   */
  async registerAgent(agent: AnyAgent): Promise<void> {
    this.#life.fittings.agents.register(agent)
    void this.#life.live?.worker.claim()
    await this.#life.live?.roster.tell(agent)
  }

  /**
   * Forgets an agent in this process, and in the store once no live process runs it; steps under way finish. Resolves to
   * whether it was known here.
   */
  async unregisterAgent(id: string): Promise<boolean> {
    return forgetAgent(this.#life.working(), id)
  }

  /** The agents of all processes on the store, by id: what they are, who runs them, how they do. */
  async listAgents(filter: AgentListFilter = {}): Promise<readonly AgentInfo[]> {
    return listAgents(this.#life.working().listing, filter)
  }

  /** One agent, whichever process runs it; `undefined` if none ever registered it. */
  async getAgent(id: string): Promise<AgentInfo | undefined> {
    return findAgent(this.#life.working().listing, id)
  }

  /** How an agent does, over all processes. Rejects with `UNKNOWN_AGENT`. */
  async agentHealth(id: string): Promise<AgentHealth> {
    return (await knownAgent(this.#life.working(), id)).health
  }

  /**
   * Gives an agent no more work, in any process: here at once, elsewhere within 15 s. It is not probed; runs that need it
   * are parked or fail with `AGENT_DISABLED`, as its `whenOpen` says. Rejects with `UNKNOWN_AGENT`.
   */
  async disableAgent(id: string, reason?: string): Promise<void> {
    const why = reason === undefined ? {} : { reason }
    return switchAgent(this.#life.working(), { name: id, enabled: false, ...why })
  }

  /** Gives an agent work again, whoever or whatever disabled it; runs that are parked for it go on. Rejects with `UNKNOWN_AGENT`. */
  async enableAgent(id: string, reason?: string): Promise<void> {
    const why = reason === undefined ? {} : { reason }
    return switchAgent(this.#life.working(), { name: id, enabled: true, ...why })
  }

  /**
   * Starts a run and waits for its result. Rejects with `UNKNOWN_WORKFLOW`, `INVALID_INPUT`, `KEY_IN_USE`,
   * `WORKFLOW_FAILED`, `WORKFLOW_CANCELLED`.
   */
  async executeWorkflow<W extends AnyWorkflow>(
    workflow: W | W['type'],
    input: InputOf<W>,
    options: StartOptions & WaitOptions = {},
  ): Promise<WorkflowResult<WorkflowOutput<W>>> {
    const handle = await this.startWorkflow<W>(workflow, input, options)
    return handle.result(options)
  }

  /** Starts a run and returns as soon as that is durable. Rejects as `executeWorkflow` does before it waits. */
  async startWorkflow<W extends AnyWorkflow>(
    workflow: W | W['type'],
    input: InputOf<W>,
    options: StartOptions = {},
  ): Promise<WorkflowHandle<WorkflowOutput<W>>> {
    const live = this.#life.working()
    const definition = this.#life.fittings.workflows.latest(
      typeof workflow === 'string' ? workflow : workflow.type,
    )
    const checked = await validate(definition.inputSchema, input, `workflow '${definition.type}'`)
    const { settings, ports } = this.#life.fittings
    const opened = await openRun(live, settings, definition, checked, { ...options, newId: ports.id() })
    return this.#handles.of(opened.runId, definition, opened.created)
  }

  /**
   * The handle of a run that was started before, here or elsewhere; this process need not have its workflow. Rejects with `RUN_NOT_FOUND`.
   */
  async getWorkflow(runId: string): Promise<WorkflowHandle> {
    const run = await this.#handles.run(runId)
    return this.#handles.of(runId, run, false)
  }

  /**
   * Makes a failed, cancelled or rolled-back run go on: finished steps keep their outcomes, failed ones run again.
   * Rejects with `RUN_NOT_FOUND`, and with `RUN_NOT_RESUMABLE` while the run goes on by itself or once it completed.
   */
  async resumeWorkflow(runId: string, options: { readonly reason?: string } = {}): Promise<WorkflowHandle> {
    const run = await this.#handles.run(runId)
    await resumeRun(this.#life.working(), run, options.reason)
    return this.#handles.of(runId, run, false)
  }

  /**
   * Makes the state of an earlier version count again. Nothing is deleted: the journal says that it went back, steps
   * after that version run again after the resume, with new idempotency keys. Whoever drives the run is stopped; the
   * run waits for `resumeWorkflow`. A second call goes back from there. Rejects with `RUN_NOT_FOUND`,
   * `VERSION_NOT_FOUND`, and `KEY_IN_USE` if the run had ended and another open run has its key by now.
   */
  async rollbackWorkflow(runId: string, options: RollbackOptions): Promise<RolledBack> {
    const run = await this.#handles.run(runId)
    return rollBackRun(this.#life.working(), run, options)
  }

  /**
   * Copies the journal up to a version into a new run, which goes on from there by itself; the old one stays as it
   * is. Rejects with `RUN_NOT_FOUND`, `VERSION_NOT_FOUND`, `KEY_IN_USE`.
   */
  async forkWorkflow(runId: string, options: ForkOptions = {}): Promise<WorkflowHandle> {
    const run = await this.#handles.run(runId)
    const newRunId = options.newRunId ?? this.#life.fittings.ports.id()
    const forked = await forkRun(this.#life.working(), runId, { ...options, newRunId })
    return this.#handles.of(forked.runId, run, forked.created)
  }

  /**
   * Asks for the run's end; durable once it resolves. The holder, in whatever process, aborts the step under way. A run
   * that has ended stays as it is. Resolves to the status as of the request.
   */
  async cancelWorkflow(runId: string, options: CancelOptions = {}): Promise<{ readonly status: string }> {
    return { status: await requestCancel(this.#life.working(), runId, options) }
  }

  /**
   * Gives a signal to a run; it is kept until the run asks for it. The same `id` again counts once. Rejects with
   * `RUN_NOT_FOUND`, `RUN_FINISHED` if the run has ended, and `INVALID_NAME`.
   */
  async signalWorkflow(
    runId: string,
    name: string,
    payload?: unknown,
    options: SignalOptions = {},
  ): Promise<void> {
    return sendSignal(this.#life.working(), runId, name, payload, options)
  }

  /**
   * Gives one agent something to do and waits for its output. A task is a run with one step, `run`, under the agent's
   * rules: all that holds for runs holds for it, and every verb about runs takes its id. It begins here at once, like a
   * workflow, and counts among the runs of this process, not among those of the queue. After a crash whoever has the
   * agent takes it up. Rejects with `UNKNOWN_AGENT`, `INVALID_INPUT`, `KEY_IN_USE`, `WORKFLOW_FAILED`,
   * `WORKFLOW_CANCELLED`.
   */
  async executeTask<A extends AnyAgent>(
    agent: A | A['id'],
    input: TaskInput<A>,
    options: TaskOptions & WaitOptions = {},
  ): Promise<TaskResult<TaskOutput<A>>> {
    const opened = await openExecuted(this.#life.working(), this.#life.fittings, agent, input, options)
    return this.#handles.ofTask<TaskOutput<A>>(opened).result(options)
  }

  /**
   * Puts a task into the store's queue and returns as soon as that is durable. It is done in its turn by any process that
   * has the agent, `taskConcurrency` of them at once in each: the most urgent first, of one priority the longest ready.
   *
   * An agent that is given by its id need not be known here: the task waits until a process has it. The input is checked
   * where the agent is known, here before the task is made, and in any case before the agent is called. Rejects with
   * `INVALID_NAME`, `INVALID_INPUT`, `NOT_JSON`, `KEY_IN_USE`.
   */
  async submitTask<A extends AnyAgent>(
    agent: A | A['id'],
    input: TaskInput<A>,
    options: SubmitTaskOptions = {},
  ): Promise<TaskHandle<TaskOutput<A>>> {
    return this.#handles.ofTask(
      await openSubmitted(this.#life.working(), this.#life.fittings, agent, input, options),
    )
  }

  /** The handle of a task that was handed in before, here or elsewhere. Rejects with `RUN_NOT_FOUND`. */
  async getTask(taskId: string): Promise<TaskHandle> {
    const run = await this.#handles.run(taskId)
    checkIsTask(run)
    return this.#handles.ofTask({ taskId, definition: run, created: false })
  }

  /**
   * Asks for a task's end, as `cancelWorkflow` does: the agent at work, in whatever process, has its signal fire; one that
   * has not begun never begins. Rejects with `RUN_NOT_FOUND`.
   */
  async cancelTask(taskId: string, options: CancelOptions = {}): Promise<{ readonly status: string }> {
    checkIsTask(await this.#handles.run(taskId))
    return this.cancelWorkflow(taskId, options)
  }

  /** How many submitted tasks the store has that are not over, by agent and priority, whichever process does them. */
  async queueStatus(): Promise<QueueStatus> {
    return readQueueStatus(this.#life.working(), this.#life.fittings)
  }

  /** Starts a run and tells its progress until it ends; see {@link WorkflowProgress}. */
  async *streamWorkflow<W extends AnyWorkflow>(
    workflow: W | W['type'],
    input: InputOf<W>,
    options: StartOptions & WaitOptions = {},
  ): AsyncGenerator<WorkflowProgress, void, undefined> {
    const { runId } = await this.startWorkflow<W>(workflow, input, options)
    yield* this.followWorkflow(runId, options)
  }

  /**
   * Gives one agent something to do, as `executeTask` does, and tells its progress until it ends. A task that was
   * submitted is followed by `followWorkflow(taskId)`. Throws as `executeTask` rejects before it waits.
   */
  async *streamTask<A extends AnyAgent>(
    agent: A | A['id'],
    input: TaskInput<A>,
    options: TaskOptions & WaitOptions = {},
  ): AsyncGenerator<WorkflowProgress, void, undefined> {
    const { taskId } = await openExecuted(this.#life.working(), this.#life.fittings, agent, input, options)
    yield* this.followWorkflow(taskId, options)
  }

  /**
   * Tells the progress of a run, whichever process drives it, from the start or after the `cursor` of an item: entries
   * of the journal, and the text that steps write, none of it twice; see {@link WorkflowProgress}. In a process that does
   * not have the run's workflow `percent` is `null` until the end. Throws
   * `RUN_INTERRUPTED` if this runtime is shut down meanwhile, and the run goes on elsewhere; `INVALID_CURSOR`.
   */
  async *followWorkflow(
    runId: string,
    options: FollowOptions = {},
  ): AsyncGenerator<WorkflowProgress, void, undefined> {
    const { parts, worker } = this.#life.working()
    const run = await this.#handles.run(runId)
    const stream = {
      store: parts.store,
      events: this.events,
      ports: this.#life.fittings.ports,
      holds: (id: string) => worker.holds(id),
    }
    try {
      yield* followRun(run, this.#handles.definitionOf(run), stream, options)
    } catch (cause) {
      if (!this.#life.isStopping) throw cause
      throw new RuntimeError('RUN_INTERRUPTED', interrupted(runId), { cause })
    }
  }

  /** The run's journal, oldest first, with filters by version, time and kind. Rejects with `RUN_NOT_FOUND`. */
  getStateHistory(runId: string, filter: EntryFilter = {}): Promise<Page<Entry>> {
    return translateStoreError(this.#life.working().parts.store.entries(runId, filter))
  }

  /**
   * The run's journal as a timeline: what began when, how long it took, which attempts failed, what a rollback took
   * away. Filters by version, time, kind, step and agent; go on with `cursor`. Rejects with `RUN_NOT_FOUND`.
   */
  async getEventHistory(runId: string, filter: EventFilter = {}): Promise<Page<TimelineEvent>> {
    return readTimeline(this.#life.working(), runId, filter)
  }

  /**
   * The RFC 6902 patch that turns one state into another: of two versions, of a run and its fork, or of two runs.
   * Without `version` the newest. Rejects with `RUN_NOT_FOUND`, `VERSION_NOT_FOUND`.
   */
  async diffState(from: At, to: At): Promise<Patch> {
    return diffStates(this.#life.working(), from, to)
  }

  /**
   * How workflows and agents did, over all processes on the store: counts, success, retries, tokens, durations with exact
   * percentiles. Of the last 24 hours unless told otherwise; it costs what happened in that time, and a look at each run
   * that is not over. Rolled-back steps count, since they were done; a run counts as it stands.
   */
  async getMetrics(filter: MetricsFilter = {}): Promise<RuntimeMetrics> {
    return readMetrics(this.#life.working(), filter)
  }

  /**
   * A page of the log lines that runs and runtimes on the store wrote, newest first unless told otherwise: of a run, a step,
   * an agent, from a level on, in a span of time; go on with `cursor`. Secrets were taken out before they were written. What
   * was said here before this call is in it; lines may be missing under pressure, and then one of them says how many.
   */
  async getLogs(filter: LogFilter = {}): Promise<Page<LogRecord>> {
    return readLogs(this.#life.working(), filter)
  }

  /**
   * Whether this process can do its work: initialized, store and bus answer, ready runs are claimed. An agent that is out
   * of reach does not make it unhealthy: restarting would not help. Never rejects.
   */
  isHealthy(): Promise<boolean> {
    return isHealthy(this.#life.live, this.#life.fittings.settings, this.#life.fittings.ports)
  }

  /** The report behind `isHealthy`, part by part and agent by agent, in words an operator can act on. Never rejects. */
  healthCheck(): Promise<HealthReport> {
    return reportHealth(this.#life.live, this.#life.fittings.settings, this.#life.fittings.ports)
  }
}

const interrupted = (runId: string): string =>
  `This runtime was shut down while run ${runId} was followed; the run goes on. Follow it from the next runtime.`

/** Makes a runtime. Nothing is opened before `initialize()`. Throws what is wrong with the definitions. */
export const createRuntime = (options: RuntimeOptions = {}): Runtime => new Runtime(options)
