import type { Json } from '@pawl/state-store'
import type { GraphStep, GraphView } from '../define/graph.ts'
import type { GraphForm } from '../define/workflow.ts'

/** What is known of a graph's run when a decision is due. */
export interface GraphState {
  readonly input: Json
  readonly results: { readonly [step: string]: Json }
  readonly skipped: ReadonlySet<string>
  readonly failed: ReadonlySet<string>
  /** Steps that are under way in this process. */
  readonly running: ReadonlySet<string>
  /** Steps that wait until their agent may be asked: they take no place, and a failure does not wait for them. */
  readonly parked: ReadonlySet<string>
}

export interface Decision {
  /** Steps to start now. */
  readonly start: readonly GraphStep[]
  /** Steps that will not run: their `when` is false, or all that they come after was skipped. */
  readonly skip: readonly string[]
  /** `completed` once every step has a result or was skipped; `failed` once a step failed and none is under way. */
  readonly end: 'completed' | 'failed' | null
}

/**
 * What to do next in a graph. Pure: the same definition and state give the same decision; `when` functions are
 * the user's and must be pure too. Throws what a `when` function throws.
 */
export function decide(form: GraphForm, state: GraphState): Decision {
  if (state.failed.size > 0) return { start: [], skip: [], end: state.running.size === 0 ? 'failed' : null }
  const skipped = new Set(state.skipped)
  const ready: GraphStep[] = []
  let found = true
  // A skip can make the next step skippable, or ready: look again until nothing changes.
  while (found) {
    found = false
    for (const step of form.steps) {
      if (hasEnded(step.name, state, skipped) || isTaken(step.name, state) || ready.includes(step)) continue
      if (!step.after.every((name) => hasEnded(name, state, skipped))) continue
      found = true
      if (isSkipped(step, state, skipped)) skipped.add(step.name)
      else ready.push(step)
    }
  }
  const start = ready.slice(0, Math.max(0, form.concurrency - state.running.size))
  const skip = [...skipped].filter((name) => !state.skipped.has(name))
  const open = form.steps.some((step) => !hasEnded(step.name, state, skipped))
  return { start, skip, end: open ? null : 'completed' }
}

const isTaken = (name: string, { running, parked }: GraphState): boolean =>
  running.has(name) || parked.has(name)

const hasEnded = (name: string, state: GraphState, skipped: ReadonlySet<string>): boolean =>
  Object.hasOwn(state.results, name) || skipped.has(name)

function isSkipped(step: GraphStep, state: GraphState, skipped: ReadonlySet<string>): boolean {
  if (step.after.length > 0 && step.after.every((name) => skipped.has(name))) return true
  return step.when !== undefined && !step.when(viewOf(step, state))
}

/** What a step's functions see: the input, and the results of the steps that it comes after. */
export function viewOf(step: GraphStep, state: Pick<GraphState, 'input' | 'results'>): GraphView {
  const results: { [step: string]: Json } = {}
  for (const name of step.after) if (Object.hasOwn(state.results, name)) results[name] = state.results[name]!
  return { input: state.input, results }
}
