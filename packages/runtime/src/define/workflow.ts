import type { Transaction } from '@pawl/state-store'
import { RuntimeError } from '../errors.ts'
import type { AnyAgent, CallPolicy, OutputOf } from './agent.ts'
import type { WorkflowContext } from './context.ts'
import { toMs } from './duration.ts'
import { checkNewStep, type GraphStep, type GraphView } from './graph.ts'
import type { Jsonify } from './jsonify.ts'
import { checkId, checkUserName } from './names.ts'
import type { Schema } from './schema.ts'
import type { StepContext } from './step.ts'

/** What a runtime needs to know of a workflow, whichever way it was written. */
export interface Workflow<Type extends string = string, Input = unknown, Output = unknown> {
  readonly type: Type
  /** The definition's version: a worker takes only runs of the version it has. Default `'1'`. */
  readonly version: string
  readonly inputSchema: Schema | undefined
  readonly form: GraphForm | CodeForm
  /** How many steps a run has, for the percentage of its progress; a graph knows by itself. */
  readonly expectedSteps: number | undefined
  /** Only for types: what goes in and what comes out. */
  readonly types?: { readonly input: Input; readonly output: Output }
}

export interface GraphForm {
  readonly kind: 'graph'
  readonly steps: readonly GraphStep[]
  readonly output: ((view: GraphView) => unknown) | undefined
  /** At most this many steps of a run at once. */
  readonly concurrency: number
}

export interface CodeForm {
  readonly kind: 'code'
  readonly run: (ctx: WorkflowContext, input: unknown) => unknown
}

// biome-ignore lint/suspicious/noExplicitAny: any workflow, whatever goes in and comes out.
export type AnyWorkflow = Workflow<string, any, any>
export type InputOf<W> = W extends { readonly types?: { readonly input: infer I } } ? I : unknown
export type WorkflowOutput<W> = W extends { readonly types?: { readonly output: infer O } } ? O : unknown

export interface WorkflowOptions<Input = unknown> {
  /** Validates the input before a run is opened. */
  readonly input?: Schema<Input, unknown>
  /** Default `'1'`. Change it when runs that are under way must not continue with the new code. */
  readonly version?: string
}

export interface GraphOptions<Input, Agents> extends WorkflowOptions<Input> {
  /** Agents that steps may name by their key here, with their types. */
  readonly agents?: Agents
  /** At most this many steps of a run at once. Default: no bound. */
  readonly concurrency?: number
}

export interface CodeOptions<Input> extends WorkflowOptions<Input> {
  /** How many steps a run has, roughly, for the percentage of its progress. */
  readonly expectedSteps?: number
}

type ParsedInput<Input, S> = S extends {
  readonly '~standard': { readonly types?: { readonly output: infer O } | undefined }
}
  ? O
  : Input

type OneOrMore<T> = T | readonly T[]

/** An agent by object, or by its key in the workflow's `agents`; any other string is looked up when it runs. */
type AgentRef<Agents> = AnyAgent | (keyof Agents & string) | (string & {})

type StepOutput<Agents, Step> = Step extends { readonly agent: infer A }
  ? Jsonify<A extends keyof Agents ? OutputOf<Agents[A]> : OutputOf<A>>
  : Step extends { readonly run: (...args: never[]) => infer R }
    ? Jsonify<Awaited<R>>
    : Step extends { readonly transaction: (...args: never[]) => infer R }
      ? Jsonify<Awaited<R>>
      : unknown

interface GraphStepOptions<Input, Results, Agents> extends CallPolicy {
  /** The steps that must have ended before: nothing, a name, or several. */
  readonly after?: OneOrMore<keyof Results & string> | undefined
  readonly agent?: AgentRef<Agents>
  readonly run?: (view: GraphView<Input, Results>, step: StepContext) => unknown
  /**
   * The step's own function in a transaction of the store: what it writes is committed together with its outcome. `tx`
   * as in `ctx.transaction`, and may be annotated with the engine that it is.
   */
  transaction?(view: GraphView<Input, Results>, tx: Transaction, step: StepContext): unknown
  readonly input?: (view: GraphView<Input, Results>) => unknown
  readonly when?: (view: GraphView<Input, Results>) => boolean
}

/** A graph under construction; it is a workflow at any time. Each call returns a new one. */
export interface GraphWorkflow<Type extends string, RawInput, Input, Results, Agents, Output>
  extends Workflow<Type, RawInput, Output> {
  /**
   * Adds a step: an agent, a function of its own, or a function in a transaction. It runs once all of `after` have ended; steps that do not
   * wait for one another run side by side.
   */
  step<const Name extends string, const Step extends GraphStepOptions<Input, Results, Agents>>(
    name: Name,
    step: Step,
  ): GraphWorkflow<
    Type,
    RawInput,
    Input,
    Results & { readonly [K in Name]: StepOutput<Agents, Step> },
    Agents,
    Results & { readonly [K in Name]: StepOutput<Agents, Step> }
  >
  /** What a run returns. Default: the results of all steps. */
  output<const O>(
    output: (view: GraphView<Input, Results>) => O,
  ): GraphWorkflow<Type, RawInput, Input, Results, Agents, Jsonify<O>>
}

/**
 * Defines a workflow as a graph of steps (`workflow(name, options).step(…)`) or as code
 * (`workflow(name, async (ctx, input) => …)`). Both run on the same journal.
 *
 * Throws `INVALID_NAME`, `INVALID_DEFINITION` and `DUPLICATE_STEP`; `MISSING_STEP` and `CYCLE` are found when a
 * runtime is created with it, once the graph is whole.
 */
export function workflow<const Type extends string, Input, Output>(
  type: Type,
  run: (ctx: WorkflowContext, input: Input) => Promise<Output>,
): Workflow<Type, Input, Jsonify<Output>>
export function workflow<const Type extends string, const S extends CodeOptions<unknown>, Output>(
  type: Type,
  options: S,
  run: (ctx: WorkflowContext, input: ParsedInput<unknown, S['input']>) => Promise<Output>,
): Workflow<Type, RawInputOf<S>, Jsonify<Output>>
export function workflow<
  const Type extends string,
  const S extends GraphOptions<unknown, { readonly [name: string]: AnyAgent }> = Record<never, never>,
>(
  type: Type,
  options?: S,
): GraphWorkflow<
  Type,
  RawInputOf<S>,
  ParsedInput<unknown, S['input']>,
  Record<never, never>,
  AgentsOf<S>,
  Record<never, never>
>
export function workflow(type: string, second?: unknown, third?: unknown): AnyWorkflow {
  checkId('workflow', type)
  if (typeof second === 'function') return code(type, {}, second as CodeForm['run'])
  if (typeof third === 'function')
    return code(type, (second ?? {}) as CodeOptions<unknown>, third as CodeForm['run'])
  const { agents, ...options } = (second ?? {}) as GraphOptions<
    unknown,
    { readonly [name: string]: AnyAgent }
  >
  return graph({ type, options, agents: agents ?? {}, steps: [], output: undefined })
}

type RawInputOf<S> = S extends {
  readonly input: { readonly '~standard': { readonly types?: { readonly input: infer I } | undefined } }
}
  ? I
  : unknown
type AgentsOf<S> = S extends { readonly agents: infer A } ? A : Record<never, never>

function code(type: string, options: CodeOptions<unknown>, run: CodeForm['run']): AnyWorkflow {
  return {
    type,
    version: options.version ?? '1',
    inputSchema: options.input,
    form: { kind: 'code', run },
    expectedSteps: options.expectedSteps,
  }
}

interface Draft {
  readonly type: string
  readonly options: GraphOptions<unknown, never>
  readonly agents: { readonly [name: string]: AnyAgent }
  readonly steps: readonly GraphStep[]
  readonly output: GraphForm['output']
}

type AnyStepOptions = GraphStepOptions<
  unknown,
  { readonly [step: string]: unknown },
  { readonly [name: string]: AnyAgent }
>

function graph(draft: Draft): GraphWorkflow<string, unknown, unknown, never, never, unknown> {
  const { type, options, steps, output } = draft
  const form: GraphForm = {
    kind: 'graph',
    steps,
    output,
    concurrency: options.concurrency ?? Number.POSITIVE_INFINITY,
  }
  return {
    type,
    version: options.version ?? '1',
    inputSchema: options.input,
    form,
    expectedSteps: steps.length,
    step: (name: string, step: unknown) => {
      checkNewStep(type, steps, name)
      return graph({ ...draft, steps: [...steps, graphStep(draft, name, step as AnyStepOptions)] }) as never
    },
    output: (made: unknown) => graph({ ...draft, output: made as GraphForm['output'] }) as never,
  }
}

function graphStep(draft: Draft, name: string, options: AnyStepOptions): GraphStep {
  checkUserName('step', name)
  const { after, agent, ...rest } = options
  if ([agent, rest.run, rest.transaction].filter((way) => way !== undefined).length !== 1) {
    throw new RuntimeError(
      'INVALID_DEFINITION',
      `Step '${name}' of workflow '${draft.type}' needs one of 'agent', 'run' and 'transaction'.`,
    )
  }
  if (rest.timeout !== undefined) toMs(rest.timeout)
  const known = typeof agent === 'string' && Object.hasOwn(draft.agents, agent) ? draft.agents[agent] : agent
  return {
    ...rest,
    name,
    after: after === undefined ? [] : [after].flat(),
    ...(known === undefined ? {} : { agent: known }),
  }
}
