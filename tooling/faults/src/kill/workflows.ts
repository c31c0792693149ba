import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AnyWorkflow, type StepContext, workflow } from '@pawl/runtime'

/** What every run is given. */
export interface KillInput {
  /** Each call of a step's function adds a line here, so that repetitions can be counted. */
  readonly effects: string
  /** The longest a step takes, in milliseconds. */
  readonly stepMs: number
}

/** A workflow, with what an undisturbed run of it looks like. */
export interface Victim {
  readonly workflow: AnyWorkflow
  /** Every step, by its name in the journal. */
  readonly steps: readonly string[]
  /** Sequences whose steps must stand in this order in the journal. */
  readonly orders: readonly (readonly string[])[]
  readonly output: unknown
}

const TEN = Array.from({ length: 10 }, (_none, index) => index)
const FIVE = TEN.slice(0, 5)

/** Work of a random length with a side effect that the parent counts. */
async function work<T>(step: StepContext, input: KillInput, output: T): Promise<T> {
  appendFileSync(input.effects, `${step.step}\n`)
  await sleep(Math.random() * input.stepMs)
  return output
}

const line = workflow('line', async (ctx, input: KillInput) => {
  let sum = 0
  for (const index of TEN) sum = await ctx.step(`step ${index}`, (step) => work(step, input, sum + index))
  return sum
})

const branches = workflow('branches', async (ctx, input: KillInput) => {
  const branch = (name: string) => async (own: typeof ctx) => {
    const seen: string[] = []
    for (const index of FIVE)
      seen.push(await own.step(`step ${index}`, (step) => work(step, input, `${name}${index}`)))
    return seen.join(' ')
  }
  const [left, right] = await ctx.all([branch('left'), branch('right')])
  return { left, right }
})

const own = (view: { readonly input: unknown }): KillInput => view.input as KillInput

/** Two steps fan out to six, which meet again in two. */
const graph = workflow('graph')
  .step('a', { run: (view, step) => work(step, own(view), 1) })
  .step('b', { run: (view, step) => work(step, own(view), 2) })
  .step('c', { after: 'a', run: (view, step) => work(step, own(view), view.results.a + 10) })
  .step('d', { after: 'a', run: (view, step) => work(step, own(view), view.results.a + 20) })
  .step('e', {
    after: ['a', 'b'],
    run: (view, step) => work(step, own(view), view.results.a + view.results.b),
  })
  .step('f', { after: 'b', run: (view, step) => work(step, own(view), view.results.b + 10) })
  .step('g', { after: 'b', run: (view, step) => work(step, own(view), view.results.b + 20) })
  .step('h', {
    after: ['e', 'f'],
    run: (view, step) => work(step, own(view), view.results.e + view.results.f),
  })
  .step('i', {
    after: ['c', 'd'],
    run: (view, step) => work(step, own(view), view.results.c + view.results.d),
  })
  .step('j', {
    after: ['g', 'h', 'i'],
    run: (view, step) => work(step, own(view), view.results.h + view.results.i),
  })
  .output(({ results }) => results.j + results.g)

const named = (prefix: string, count: readonly number[]) => count.map((index) => `${prefix}step ${index}`)
const sides = [named('all:0/', FIVE), named('all:1/', FIVE)]

export const VICTIMS: { readonly [name: string]: Victim } = {
  line: { workflow: line, steps: named('', TEN), orders: [named('', TEN)], output: 45 },
  branches: {
    workflow: branches,
    steps: sides.flat(),
    orders: sides,
    output: { left: 'left0 left1 left2 left3 left4', right: 'right0 right1 right2 right3 right4' },
  },
  graph: {
    workflow: graph,
    steps: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'],
    orders: [
      ['a', 'c', 'i', 'j'],
      ['b', 'f', 'h', 'j'],
      ['b', 'g', 'j'],
      ['a', 'e', 'h'],
    ],
    output: 69,
  },
}
