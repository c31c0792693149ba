import type { Rule } from '../rule.ts'
import type { Bindings } from './bindings.ts'
import type { SyntaxNode } from './syntax.ts'
import type { Place } from './traverse.ts'

/** A rule about source code. */
export interface CodeRule extends Rule {
  /** The types of node it looks at. */
  readonly on: readonly string[]
  /** Whether this node is what the rule is about. Pure. */
  readonly matches: (
    node: SyntaxNode,
    around: { readonly bindings: Bindings; readonly place: Place },
  ) => boolean
}

/** The node types of a call. */
export const CALLS: readonly string[] = ['CallExpression', 'OptionalCallExpression']
