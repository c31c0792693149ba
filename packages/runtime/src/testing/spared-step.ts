import type { AnyAgent } from '../define/agent.ts'
import type { AgentStep, Branch, StepOptions, WorkflowContext } from '../define/context.ts'
import type { GraphView } from '../define/graph.ts'
import type { StepContext } from '../define/step.ts'
import type { AnyWorkflow } from '../define/workflow.ts'
import type { Definitions } from './history.ts'

/** Calls a step's function, unless it is the spared one and was called before. */
type Spare = <T>(step: string, call: () => T) => T

/**
 * The same definitions, of which one step's function is called once: what it returned first it returns again, whatever
 * process asks. If a history comes right by that, the step is what made it go wrong.
 */
export function sparing<World>(
  define: (world: World) => Definitions,
  spared: string,
): (world: World) => Definitions {
  const returned: unknown[] = []
  const spare: Spare = (step, call) => {
    if (step !== spared) return call()
    if (returned.length === 0) returned.push(call())
    return returned[0] as never
  }
  return (world) => {
    const { workflow, workflows, agents } = define(world)
    const spareAll = agents.map((agent) => spareAgent(agent, spare))
    return { workflow: spareWorkflow(workflow, spare), workflows, agents: spareAll }
  }
}

const spareAgent = (agent: AnyAgent, spare: Spare): AnyAgent => ({
  ...agent,
  run: (input: unknown, step: StepContext) => spare(step.step, () => agent.run(input, step)),
})

function spareWorkflow(workflow: AnyWorkflow, spare: Spare): AnyWorkflow {
  const { form } = workflow
  if (form.kind === 'code') {
    const run = (ctx: WorkflowContext, input: unknown) => form.run(spareContext(ctx, spare), input)
    return { ...workflow, form: { kind: 'code', run } }
  }
  const steps = form.steps.map(({ run, agent, ...step }) => ({
    ...step,
    ...(typeof agent === 'object'
      ? { agent: spareAgent(agent, spare) }
      : agent === undefined
        ? {}
        : { agent }),
    ...(run === undefined
      ? {}
      : { run: (view: GraphView, context: StepContext) => spare(context.step, () => run(view, context)) }),
  }))
  return { ...workflow, form: { ...form, steps } }
}

type Work = ((step: StepContext) => unknown) | AgentStep

function spareContext(ctx: WorkflowContext, spare: Spare): WorkflowContext {
  const spareBranch =
    (branch: (ctx: WorkflowContext, ...rest: never[]) => unknown) =>
    (inner: WorkflowContext, ...rest: never[]) =>
      branch(spareContext(inner, spare), ...rest)
  const own = {
    step: (name: string, work: Work, options?: StepOptions) =>
      ctx.step(name, spareWork(work, spare) as (step: StepContext) => unknown, options),
    all: (branches: readonly Branch[] | { readonly [name: string]: Branch }) =>
      ctx.all(
        (Array.isArray(branches)
          ? branches.map(spareBranch)
          : Object.fromEntries(
              Object.entries(branches).map(([name, branch]) => [name, spareBranch(branch)]),
            )) as readonly Branch[],
      ),
    map: (items: readonly unknown[], branch: never, options?: object) =>
      ctx.map(items, spareBranch(branch) as () => Promise<unknown>, options),
  }
  return new Proxy(ctx, {
    get(target, name) {
      if (Object.hasOwn(own, name)) return own[name as keyof typeof own]
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function spareWork(work: Work, spare: Spare): Work {
  if (typeof work === 'function') return (step) => spare(step.step, () => work(step))
  return typeof work.agent === 'object' ? { ...work, agent: spareAgent(work.agent, spare) } : work
}
