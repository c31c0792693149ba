import {
  type AnyAgent,
  type AnyWorkflow,
  type GraphView,
  type StepContext,
  workflow,
} from '../../src/index.ts'
import { graphOutput, graphValue, whenOdd } from './graph.ts'
import type { Machine } from './machine.ts'
import { Performance, type Work } from './perform.ts'
import type { GraphNode, Program } from './program.ts'
import { agentsOf } from './service-agents.ts'
import type { ServiceCall } from './services.ts'

interface Definitions {
  readonly workflows: readonly AnyWorkflow[]
  readonly agents: readonly AnyAgent[]
}

/** The programs as one process has them: the same definitions, with steps that live and die with the process. */
export function workflowsOf(programs: readonly Program[], process: Machine): Definitions {
  const work = workOf(process)
  const workflows = programs.map((program) =>
    program.kind === 'code' ? codeWorkflow(program, work) : graphWorkflow(program, work),
  )
  return { workflows, agents: agentsOf(process) }
}

/** A step as a process does it: it takes time, it fails as the program says, and the witness hears of it. */
const workOf =
  (process: Machine): Work =>
  (node, value) =>
  async ({ runId, step, attempt }) => {
    const { simulation } = process
    simulation.trace(`${process.id} runs ${runId.slice(-4)} ${step} ${attempt}`)
    simulation.began(process, runId, step)
    if (node.ms > 0) await process.pause(node.ms)
    if (node.fragile && !simulation.mended.has(runId)) throw new Error('The world is broken.')
    if (attempt <= node.fails) throw new Error(`Attempt ${attempt} fails.`)
    return value
  }

const codeWorkflow = (program: Extract<Program, { kind: 'code' }>, work: Work): AnyWorkflow =>
  workflow(program.type, (ctx, input: number) =>
    new Performance(work).sequence(ctx, program.body, input, 'r'),
  )

function graphWorkflow(program: Extract<Program, { kind: 'graph' }>, work: Work): AnyWorkflow {
  const { type, concurrency, summed } = program
  let graph = workflow(type, concurrency === undefined ? {} : { concurrency }) as unknown as Draft
  for (const node of program.nodes) graph = graph.step(node.name, stepOf(node, work))
  return summed ? graph.output(({ input, results }) => graphOutput(input as number, results as never)) : graph
}

/** The builder without its types: the steps of a random graph have none. */
interface Draft extends AnyWorkflow {
  step(name: string, step: object): Draft
  output(output: (view: GraphView) => unknown): Draft
}

function stepOf(node: GraphNode, work: Work): object {
  const value = ({ input, results }: GraphView) => graphValue(node, input as number, results as never)
  const shared = {
    after: node.after,
    ...(node.retries === 0 ? {} : { retry: { retries: node.retries, minDelayMs: 100, maxDelayMs: 5_000 } }),
    ...(node.whenOdd
      ? { when: (view: GraphView) => whenOdd(node, view.input as number, view.results as never) }
      : {}),
  }
  if (node.agent === null)
    return { ...shared, run: (view: GraphView, step: StepContext) => work(node, value(view))(step) }
  const input = (view: GraphView): ServiceCall => ({ value: value(view), ms: node.ms })
  return { ...shared, agent: node.agent, input }
}
