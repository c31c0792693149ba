import type { Transaction } from '@pawl/state-store'
import { RuntimeError } from '../errors.ts'
import type { AnyAgent, CallPolicy } from './agent.ts'
import type { StepContext } from './step.ts'

/** What `when`, `input` and `output` functions of a graph see. They must be pure. */
export interface GraphView<Input = unknown, Results = { readonly [step: string]: unknown }> {
  readonly input: Input
  readonly results: Results
}

/** One step of a graph. */
export interface GraphStep extends CallPolicy {
  readonly name: string
  /** The steps that must have ended before. */
  readonly after: readonly string[]
  /** An agent, or its id. */
  readonly agent?: AnyAgent | string
  /** The step's own function, instead of an agent. */
  readonly run?: (view: GraphView, step: StepContext) => unknown
  /** The step's own function in a transaction of the store, instead of either. */
  readonly transaction?: (view: GraphView, tx: Transaction, step: StepContext) => unknown
  /** The agent's input. Default: `{ input, results }` with the results of `after`. */
  readonly input?: (view: GraphView) => unknown
  /** The step is skipped when this is false. */
  readonly when?: (view: GraphView) => boolean
}

/** Throws `DUPLICATE_STEP` if the graph has a step of this name. */
export function checkNewStep(workflow: string, steps: readonly GraphStep[], name: string): void {
  if (!steps.some((step) => step.name === name)) return
  throw new RuntimeError(
    'DUPLICATE_STEP',
    `Workflow '${workflow}' has two steps named '${name}'. Give each step a name of its own.`,
  )
}

/**
 * Checks a whole graph. Throws `MISSING_STEP` (an `after` that no step has) or `CYCLE` (with its members in
 * order), each naming the workflow and the step.
 */
export function checkGraph(workflow: string, steps: readonly GraphStep[]): void {
  if (steps.length === 0) {
    throw new RuntimeError('INVALID_DEFINITION', `Workflow '${workflow}' has no steps. Add one with .step().`)
  }
  const byName = new Map(steps.map((step) => [step.name, step]))
  for (const step of steps) {
    for (const name of step.after) {
      if (byName.has(name)) continue
      throw new RuntimeError(
        'MISSING_STEP',
        `Step '${step.name}' of workflow '${workflow}' comes after '${name}', which does not exist. ` +
          `Its steps are: ${[...byName.keys()].join(', ')}.`,
      )
    }
  }
  const cycle = findCycle(byName)
  if (cycle === undefined) return
  throw new RuntimeError(
    'CYCLE',
    `The steps of workflow '${workflow}' wait for one another: ${cycle.join(' → ')}. Remove one 'after'.`,
  )
}

/** Depth-first search; returns the members of the first cycle found, the first one again at the end. */
function findCycle(steps: ReadonlyMap<string, GraphStep>): string[] | undefined {
  const done = new Set<string>()
  const path: string[] = []
  const visit = (name: string): string[] | undefined => {
    if (done.has(name)) return undefined
    const start = path.indexOf(name)
    if (start >= 0) return [...path.slice(start), name]
    path.push(name)
    for (const before of steps.get(name)?.after ?? []) {
      const cycle = visit(before)
      if (cycle !== undefined) return cycle
    }
    path.pop()
    done.add(name)
    return undefined
  }
  for (const name of steps.keys()) {
    const cycle = visit(name)
    if (cycle !== undefined) return cycle
  }
  return undefined
}
