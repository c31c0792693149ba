import type { GraphNode } from './program.ts'
import { hashOf, mix } from './random.ts'

type Results = { readonly [step: string]: unknown }

/** What a step of a graph returns: it depends on the input, its name, and what it comes after. */
export function graphValue(node: GraphNode, input: number, results: Results): number {
  const seen = node.after.filter((name) => results[name] !== undefined)
  return seen.reduce((value, name) => mix(value, results[name] as number), mix(input, hashOf(node.name)))
}

/** The condition of a step that has one. */
export const whenOdd = (node: GraphNode, input: number, results: Results): boolean =>
  (graphValue(node, input, results) & 1) === 1

/** The output of a graph that has one of its own. */
export const graphOutput = (input: number, results: Results): number =>
  Object.keys(results)
    .sort()
    .reduce((value, name) => mix(value, results[name] as number), input)
