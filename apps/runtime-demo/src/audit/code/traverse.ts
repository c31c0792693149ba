import { isNode, type SyntaxNode } from './syntax.ts'

/** A node with the way back to the root. */
export interface Place {
  readonly node: SyntaxNode
  readonly parent: Place | undefined
}

/** Fields that hold no part of the program. */
const ASIDE: ReadonlySet<string> = new Set(['loc', 'extra', 'errors', 'tokens', 'comments'])

function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = []
  for (const [field, value] of Object.entries(node)) {
    if (ASIDE.has(field)) continue
    // Not push(...value): an array literal may have more elements than a call may have arguments.
    for (const item of Array.isArray(value) ? value : [value]) if (isNode(item)) found.push(item)
  }
  return found
}

/** Every node below and including `root`, parents before children. Keeps its own stack: depth costs no call stack. */
export function* traverse(root: SyntaxNode): Generator<Place, void, void> {
  const stack: Place[] = [{ node: root, parent: undefined }]
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    yield place
    const below = children(place.node)
    for (let index = below.length - 1; index >= 0; index -= 1) {
      const node = below[index]
      if (node !== undefined) stack.push({ node, parent: place })
    }
  }
}
