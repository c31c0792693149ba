import type { Claimable } from '@pawl/state-store'
import { agentOf, taskType } from '../define/task-type.ts'
import type { AnyWorkflow } from '../define/workflow.ts'
import type { AgentRegistry } from './agent-registry.ts'

/** How urgent a submitted task is. */
export type TaskPriority = 'low' | 'normal' | 'high' | 'critical'

/** From the most urgent to the least. */
export const PRIORITIES = ['critical', 'high', 'normal', 'low'] as const satisfies readonly TaskPriority[]

/** The one step of a task. */
const STEP = 'run'

/** The definition version of a submitted task holds its priority, so that a claim can prefer it without looking at the run. */
const VERSIONS: Readonly<Record<TaskPriority, string>> = {
  critical: '1:critical',
  high: '1:high',
  normal: '1',
  low: '1:low',
}

/** Of a task that is not in the queue: somebody waits for it, as for a workflow. */
export const EXECUTED = '1:now'

export const versionOf = (priority: TaskPriority): string => VERSIONS[priority]

/** The priority of a task in the queue; `undefined` for one that is not in it. */
export const priorityOf = (version: string): TaskPriority | undefined =>
  PRIORITIES.find((priority) => VERSIONS[priority] === version)

/**
 * A task as a graph of one step: its outcome and the run's end are one commit. The agent is found when the step starts,
 * so one that was replaced meanwhile does it, and is given the input as it was handed in.
 */
export const taskDefinition = (agentId: string, version: string): AnyWorkflow => ({
  type: taskType(agentId),
  version,
  inputSchema: undefined,
  expectedSteps: 1,
  form: {
    kind: 'graph',
    steps: [{ name: STEP, after: [], agent: agentId, input: ({ input }) => input }],
    output: ({ results }) => results[STEP],
    concurrency: 1,
  },
})

/** What a worker can run. */
export interface Definitions {
  /** Asked at each claim: it may grow. */
  definitions(): readonly Claimable[]
  get(type: string, version: string): AnyWorkflow | undefined
}

/** The tasks that this process can do: those of its agents. */
export class TaskDefinitions {
  readonly #agents: AgentRegistry

  constructor(agents: AgentRegistry) {
    this.#agents = agents
  }

  /** Of the queue, the most urgent first, whatever waits below. */
  get queued(): Definitions {
    return this.#definitions(
      PRIORITIES.map((priority, place) => ({ version: VERSIONS[priority], rank: PRIORITIES.length - place })),
    )
  }

  /** Of those beside the queue, together with what else a worker runs. */
  besides(workflows: Definitions): Definitions {
    const executed = this.#definitions([{ version: EXECUTED, rank: 0 }])
    return {
      definitions: () => [...workflows.definitions(), ...executed.definitions()],
      get: (type, version) => workflows.get(type, version) ?? executed.get(type, version),
    }
  }

  #definitions(classes: readonly { readonly version: string; readonly rank: number }[]): Definitions {
    return {
      definitions: () =>
        this.#agents
          .ids()
          .flatMap((id) =>
            classes.map(({ version, rank }) => ({ type: taskType(id), definitionVersion: version, rank })),
          ),
      get: (type, version) => {
        const agentId = agentOf(type)
        return agentId === undefined ? undefined : taskDefinition(agentId, version)
      },
    }
  }
}
