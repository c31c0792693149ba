/** A node of the syntax tree as the rules see it: Babel's, with its fields unchecked until looked at. */
export interface SyntaxNode {
  readonly type: string
  readonly start?: number | null
  readonly end?: number | null
  readonly loc?: { readonly start: { readonly line: number; readonly column: number } } | null
  readonly [field: string]: unknown
}

/** Whether a field's value is a node. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/** The node in `field`, if there is one. */
export function child(node: SyntaxNode | undefined, field: string): SyntaxNode | undefined {
  const value = node?.[field]
  return isNode(value) ? value : undefined
}

/** The nodes in a list field such as `arguments`; holes and other values are left out. */
export function list(node: SyntaxNode | undefined, field: string): readonly SyntaxNode[] {
  const value = node?.[field]
  return Array.isArray(value) ? value.filter(isNode) : []
}

/** Wrappers that do not change a value: parentheses and TypeScript's assertions. */
const WRAPPERS: ReadonlySet<string> = new Set([
  'ParenthesizedExpression',
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TypeCastExpression',
  'AwaitExpression',
])

/** The expression inside its wrappers; of a sequence `(0, f)` the last one. */
export function bare(node: SyntaxNode | undefined): SyntaxNode | undefined {
  let current = node
  while (current !== undefined) {
    if (current.type === 'SequenceExpression') current = list(current, 'expressions').at(-1)
    else if (current.type === 'AwaitExpression') current = child(current, 'argument')
    else if (WRAPPERS.has(current.type)) current = child(current, 'expression')
    else return current
  }
  return undefined
}

/** The argument at `index` of a call, bare; nothing when it is absent. */
export function argument(call: SyntaxNode, index: number): SyntaxNode | undefined {
  return bare(list(call, 'arguments')[index])
}

/** The text of a string literal, or of a template without expressions. */
export function literalText(node: SyntaxNode | undefined): string | undefined {
  if (node?.type === 'StringLiteral' && typeof node.value === 'string') return node.value
  if (node?.type === 'TemplateLiteral' && list(node, 'expressions').length === 0) return staticText(node)
  return undefined
}

/** The operands of a chain such as `a + b + c`, in order. A loop, since the parser accepts chains of any length. */
function operands(node: SyntaxNode | undefined): SyntaxNode[] {
  const found: SyntaxNode[] = []
  const stack = [bare(node)]
  while (stack.length > 0) {
    const inner = stack.pop()
    if (inner?.type === 'BinaryExpression')
      stack.push(bare(child(inner, 'right')), bare(child(inner, 'left')))
    else if (inner !== undefined) found.push(inner)
  }
  return found
}

function isFixed(operand: SyntaxNode): boolean {
  if (operand.type === 'TemplateLiteral') return list(operand, 'expressions').every(isLiteral)
  return operand.type.endsWith('Literal') && operand.type !== 'RegExpLiteral'
}

/** Whether the value is fixed in the source: a string, number, boolean, null or bigint, or some of them added up. */
export function isLiteral(node: SyntaxNode | undefined): boolean {
  return operands(node).every(isFixed)
}

function operandText(operand: SyntaxNode): string {
  if (operand.type === 'StringLiteral') return String(operand.value)
  return operand.type === 'TemplateLiteral' ? list(operand, 'quasis').map(quasiText).join(' ') : ' '
}

/** The parts of a string expression that are fixed in the source, in order, with a space for each that is not. */
export function staticText(node: SyntaxNode | undefined): string {
  return operands(node).map(operandText).join('')
}

function quasiText(quasi: SyntaxNode): string {
  const value = quasi.value
  return typeof value === 'object' && value !== null && 'raw' in value ? String(value.raw) : ''
}

/** Whether the expression is a string put together from text and something that is not fixed in the source. */
export function isBuiltString(node: SyntaxNode | undefined): boolean {
  const inner = bare(node)
  if (inner?.type !== 'TemplateLiteral' && inner?.type !== 'BinaryExpression') return false
  return !isLiteral(inner) && staticText(inner).trim() !== ''
}

/** The name that an identifier, a plain key or a member expression ends in: `c` for `a.b.c`, `b` for `a['b']`. */
export function lastName(node: SyntaxNode | undefined): string | undefined {
  const inner = bare(node)
  switch (inner?.type) {
    case 'Identifier':
    case 'JSXIdentifier':
      return String(inner.name)
    case 'PrivateName':
      return lastName(child(inner, 'id'))
    case 'StringLiteral':
      return String(inner.value)
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return inner.computed === true
        ? literalText(bare(child(inner, 'property')))
        : lastName(child(inner, 'property'))
    default:
      return undefined
  }
}

/** The name of an object property's or class member's key; nothing for a computed key that is not a string. */
export function keyName(property: SyntaxNode): string | undefined {
  const key = child(property, 'key')
  return property.computed === true ? literalText(bare(key)) : lastName(key)
}

/** Whether the node is a call, with or without `?.`. */
export function isCall(node: SyntaxNode | undefined): node is SyntaxNode {
  return node?.type === 'CallExpression' || node?.type === 'OptionalCallExpression'
}

/** Whether the node is a member expression, with or without `?.`. */
export function isMember(node: SyntaxNode | undefined): node is SyntaxNode {
  return node?.type === 'MemberExpression' || node?.type === 'OptionalMemberExpression'
}
