import { openStateStore, type StateStore } from '@pawl/state-store'
import type { AnyAgent } from '../define/agent.ts'
import type { AnyWorkflow, InputOf, WorkflowOutput } from '../define/workflow.ts'
import type { WorkflowResult } from '../enter/results.ts'
import { createRuntime, type Runtime } from '../enter/runtime.ts'
import type { RuntimeOptions, StartOptions } from '../enter/runtime-options.ts'
import type { TaskInput, TaskOptions, TaskOutput, TaskResult } from '../enter/tasks.ts'
import { DueRuns, NEVER, untilEnded } from './due-runs.ts'
import { VirtualClock } from './virtual-clock.ts'
import { watchSteps } from './working-steps.ts'

export interface TestRuntimeOptions extends Omit<RuntimeOptions, 'ports'> {
  /** Where time begins, in epoch milliseconds. */
  readonly start?: number
}

/** A runtime for a test: in memory, with a clock that the test moves. */
export interface TestRuntime extends AsyncDisposable {
  readonly runtime: Runtime
  readonly clock: VirtualClock
  readonly store: StateStore
  /** Executes a workflow, and lets as much time pass as it needs: a sleep of a day takes no time. */
  execute<W extends AnyWorkflow>(
    workflow: W,
    input: InputOf<W>,
    options?: StartOptions,
  ): Promise<WorkflowResult<WorkflowOutput<W>>>
  /** Executes a task of an agent in the same way. */
  executeTask<A extends AnyAgent>(
    agent: A | A['id'],
    input: TaskInput<A>,
    options?: TaskOptions,
  ): Promise<TaskResult<TaskOutput<A>>>
}

/**
 * An initialized runtime on a store in memory, in one line; time stands still until the test lets it pass, by
 * `execute`, `clock.advance('1d')` or `clock.until(promise)`.
 */
export async function testRuntime(options: TestRuntimeOptions = {}): Promise<TestRuntime> {
  const { start, stateStore, ...rest } = options
  const own = stateStore === undefined || !('commit' in stateStore)
  const store = own ? await openStateStore(stateStore ?? { path: ':memory:' }) : stateStore
  const clock = new VirtualClock(start === undefined ? {} : { start })
  clock.onAdvance = (now) => store.setTestClock(now)
  await store.setTestClock(clock.now)
  const due = new DueRuns(store)
  clock.nextDue = () => due.next()
  clock.onDue = () => due.tell()
  const settings = { sweep: NEVER, lease: NEVER, ...rest } as const
  const runtime = createRuntime({ ...settings, stateStore: due.hinted(), ports: clock.ports })
  clock.isWorking = watchSteps(runtime)
  await runtime.initialize()
  return {
    runtime,
    clock,
    store,
    async execute(workflow, input, startOptions) {
      const handle = await clock.until(runtime.startWorkflow(workflow, input, startOptions))
      await clock.until(untilEnded(runtime, store, handle.runId))
      return clock.until(handle.result())
    },
    executeTask: (agent, input, taskOptions) => clock.until(runtime.executeTask(agent, input, taskOptions)),
    async [Symbol.asyncDispose]() {
      await clock.until(runtime.shutdown({ grace: 0 }))
      if (own) await store.close()
    },
  }
}
