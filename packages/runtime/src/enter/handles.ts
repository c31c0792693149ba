import type { Run } from '@pawl/state-store'
import { agentOf } from '../define/task-type.ts'
import type { AnyWorkflow } from '../define/workflow.ts'
import { RuntimeError } from '../errors.ts'
import type { Life } from './life.ts'
import type { OfType, WorkflowResult } from './results.ts'
import type { WaitOptions, WorkflowHandle } from './runtime-options.ts'
import { taskDefinition } from './task-definitions.ts'
import type { OpenedTask, TaskHandle, TaskResult } from './tasks.ts'

/** Finds runs and tasks, and makes what their callers hold of them. */
export class Handles {
  readonly #life: Life

  constructor(life: Life) {
    this.#life = life
  }

  async run(runId: string): Promise<Run> {
    const run = await this.#life.working().parts.store.run(runId)
    if (run !== undefined) return run
    throw new RuntimeError(
      'RUN_NOT_FOUND',
      `There is no run ${String(runId).slice(0, 80)}. Check the id and the namespace.`,
    )
  }

  /** The definition of a run, as far as this process has it; its latest version will do to tell of progress. */
  definitionOf(run: { readonly type: string; readonly definitionVersion: string }): AnyWorkflow | undefined {
    const { workflows } = this.#life.fittings
    const agentId = agentOf(run.type)
    if (agentId !== undefined) return taskDefinition(agentId, run.definitionVersion)
    return workflows.get(run.type, run.definitionVersion) ?? workflows.newest(run.type)
  }

  of<Output>(runId: string, { type }: OfType, created: boolean): WorkflowHandle<Output> {
    const result = async (options: WaitOptions = {}) =>
      this.#life.working().results.wait(runId, { type }, options.signal) as Promise<WorkflowResult<Output>>
    return { runId, created, result }
  }

  ofTask<Output>({ taskId, definition, created }: OpenedTask): TaskHandle<Output> {
    const run = this.of<Output>(taskId, definition, created)
    const result = async (options: WaitOptions = {}): Promise<TaskResult<Output>> => {
      const { runId, ...ended } = await run.result(options)
      return { taskId: runId, ...ended }
    }
    return { taskId, created, result }
  }
}
