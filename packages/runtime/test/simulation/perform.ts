import type { Branch, StepContext, WorkflowContext } from '../../src/index.ts'
import type { CodeNode, StepNode } from './program.ts'
import { hashOf, mix } from './random.ts'
import type { ServiceCall } from './services.ts'

/** Does one step: whoever runs the program says how. */
export type Work = (node: Omit<StepNode, 'kind'>, value: number) => (step: StepContext) => Promise<number>

/** The signal that a place of a program waits for: one for each place, so that every sender knows its receiver. */
const signalName = (path: string): string => `go-${path}`

/** The step that records in which order the branches of a race went on. */
export const RACE = 'order'

/** What somebody sends with the n-th signal of a name. */
export const signalPayload = (input: number, name: string, nth: number): number =>
  mix(mix(input, hashOf(name)), nth)

/**
 * Runs a code program on a context. What comes out depends on the place and on everything before it, so an outcome
 * that went to the wrong place shows in the output.
 */
export class Performance {
  readonly #work: Work

  constructor(work: Work) {
    this.#work = work
  }

  async sequence(
    ctx: WorkflowContext,
    nodes: readonly CodeNode[],
    acc: number,
    path: string,
  ): Promise<number> {
    let value = acc
    for (const [index, node] of nodes.entries())
      value = await this.#node(ctx, node, value, `${path}.${index}`)
    return value
  }

  async #node(ctx: WorkflowContext, node: CodeNode, acc: number, path: string): Promise<number> {
    const here = mix(acc, hashOf(path))
    switch (node.kind) {
      case 'step':
        return mix(acc, await this.#step(ctx, node, here))
      case 'sleep':
        await ctx.sleep(node.name, node.ms)
        return here
      case 'share':
        await ctx.share({ [path.replaceAll('.', '_')]: here })
        return here
      case 'signal':
        return mix(acc, await this.#signal(ctx, node, path))
      case 'letters':
        return this.#letters(ctx, node.count, acc, path)
      case 'repeat':
        return this.#repeat(ctx, node, acc, path)
      case 'choose':
        return this.sequence(ctx, acc & 1 ? node.odd : node.even, here, `${path}${acc & 1 ? 'o' : 'e'}`)
      case 'all':
        return this.#all(ctx, node, acc, path)
      case 'map':
        return this.#map(ctx, node, acc, path)
      case 'race':
        await this.#race(ctx, node.branches, here)
        return here
      case 'catch':
        return this.#catch(ctx, node, acc, path)
    }
  }

  async #step(ctx: WorkflowContext, node: StepNode, value: number): Promise<number> {
    const retry = { retries: node.retries, minDelayMs: 200, maxDelayMs: 2_000 }
    if (node.agent !== null) {
      const input: ServiceCall = { value, ms: node.ms }
      return ctx.step(node.name, { agent: node.agent, input, retry }) as Promise<number>
    }
    try {
      return await ctx.step(node.name, this.#work(node, value), {
        retry,
        ...(value & 4 ? { input: value } : {}),
      })
    } catch (error) {
      if (node.fails <= node.retries || (error as { code?: string }).code !== 'STEP_FAILED') throw error
      if (node.name === 'break') throw error
      return mix(value, hashOf('failed'))
    }
  }

  async #signal(
    ctx: WorkflowContext,
    { timeoutMs }: Extract<CodeNode, { kind: 'signal' }>,
    path: string,
  ): Promise<number> {
    try {
      return await ctx.signal<number>(signalName(path), timeoutMs === null ? {} : { timeout: timeoutMs })
    } catch (error) {
      if ((error as { code?: string }).code !== 'SIGNAL_TIMEOUT') throw error
      return hashOf('timeout')
    }
  }

  /** Signals of one name are read in the order in which they were sent. */
  async #letters(ctx: WorkflowContext, count: number, acc: number, path: string): Promise<number> {
    let value = acc
    for (let left = count; left > 0; left--) value = mix(value, await ctx.signal<number>(signalName(path)))
    return value
  }

  async #repeat(
    ctx: WorkflowContext,
    { times, body }: Extract<CodeNode, { kind: 'repeat' }>,
    acc: number,
    path: string,
  ): Promise<number> {
    let value = acc
    for (let time = 0; time < times; time++) value = await this.sequence(ctx, body, value, `${path}t${time}`)
    return value
  }

  async #all(
    ctx: WorkflowContext,
    { named, branches }: Extract<CodeNode, { kind: 'all' }>,
    acc: number,
    path: string,
  ): Promise<number> {
    const started = this.#branches(branches, acc, path)
    if (!named) return fold(acc, (await ctx.all(started)) as number[])
    const byName = Object.fromEntries(started.map((branch, index) => [`b${index}`, branch]))
    const results = (await ctx.all(byName)) as { [name: string]: number }
    return fold(
      acc,
      Object.keys(results).map((name) => results[name]!),
    )
  }

  async #map(
    ctx: WorkflowContext,
    { count, concurrency, keyed, body }: Extract<CodeNode, { kind: 'map' }>,
    acc: number,
    path: string,
  ): Promise<number> {
    const items = Array.from({ length: count }, (_, index) => index)
    const results = await ctx.map(
      items,
      (branch, item) => this.sequence(branch, body, mix(acc, item), `${path}m${item}`),
      {
        ...(keyed ? { key: (item: number) => `item/${item}` } : {}),
        ...(concurrency === undefined ? {} : { concurrency }),
      },
    )
    return fold(acc, results)
  }

  async #catch(
    ctx: WorkflowContext,
    { branches }: Extract<CodeNode, { kind: 'catch' }>,
    acc: number,
    path: string,
  ): Promise<number> {
    try {
      return fold(acc, (await ctx.all(this.#branches(branches, acc, path))) as number[])
    } catch (error) {
      if ((error as { code?: string }).code !== 'STEP_FAILED') throw error
      return mix(acc, hashOf('caught'))
    }
  }

  /** What comes out is nobody's guess; that it is the journal's order, and the same on replay, is. */
  async #race(
    ctx: WorkflowContext,
    branches: readonly (readonly StepNode[])[],
    value: number,
  ): Promise<void> {
    const seen: string[] = []
    const run = (nodes: readonly StepNode[], index: number) => async (branch: WorkflowContext) => {
      for (const node of nodes) {
        const work = this.#work(node, value)
        const named = async (step: StepContext) => {
          await work(step)
          return step.step
        }
        const name = await branch.step(node.name, named)
        // The first branch takes longest to react; still its turn ends before that of the next begins.
        for (let left = 10 * (branches.length - index); left > 0; left--) await undefined
        seen.push(name)
      }
    }
    await ctx.all(branches.map(run))
    await ctx.step(RACE, () => [...seen], { input: seen })
  }

  #branches(branches: readonly (readonly CodeNode[])[], acc: number, path: string): Branch<number>[] {
    return branches.map(
      (body, index) => (branch) => this.sequence(branch, body, mix(acc, index), `${path}b${index}`),
    )
  }
}

const fold = (acc: number, results: readonly number[]): number => results.reduce(mix, acc)
