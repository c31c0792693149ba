import {
  argument,
  bare,
  child,
  isCall,
  isMember,
  keyName,
  lastName,
  list,
  literalText,
  type SyntaxNode,
} from './syntax.ts'
import { traverse } from './traverse.ts'

/**
 * Local names that stand for a module or one of its exports, as `module.export`; `child_process.*` is the module
 * itself. Scopes are not told apart: a local name that shadows an import is taken for it.
 */
export type Bindings = ReadonlyMap<string, string>

function moduleName(node: SyntaxNode | undefined): string | undefined {
  return literalText(bare(node))?.replace(/^node:/, '')
}

/** The module that `require('x')` or `await import('x')` gives. */
function loadedModule(node: SyntaxNode | undefined): string | undefined {
  const call = bare(node)
  if (call?.type === 'ImportExpression') return moduleName(child(call, 'source'))
  if (!isCall(call)) return undefined
  const callee = child(call, 'callee')
  const loads = callee?.type === 'Import' || (callee?.type === 'Identifier' && callee.name === 'require')
  return loads ? moduleName(argument(call, 0)) : undefined
}

function bindImport(declaration: SyntaxNode, bindings: Map<string, string>): void {
  const module = moduleName(child(declaration, 'source'))
  if (module === undefined) return
  for (const specifier of list(declaration, 'specifiers')) {
    const local = lastName(child(specifier, 'local'))
    if (local === undefined) continue
    const imported = lastName(child(specifier, 'imported'))
    bindings.set(local, `${module}.${imported === undefined || imported === 'default' ? '*' : imported}`)
  }
}

function bindPattern(pattern: SyntaxNode, source: string, bindings: Map<string, string>): void {
  if (!source.endsWith('.*')) return
  for (const property of list(pattern, 'properties')) {
    const exported = keyName(property)
    const target = child(property, 'value')
    const local = lastName(target?.type === 'AssignmentPattern' ? child(target, 'left') : target)
    if (exported !== undefined && local !== undefined)
      bindings.set(local, `${source.slice(0, -1)}${exported}`)
  }
}

/** `promisify(exec)` is `exec` again. */
function unpromisified(node: SyntaxNode | undefined): SyntaxNode | undefined {
  const call = bare(node)
  return isCall(call) && lastName(child(call, 'callee')) === 'promisify' ? argument(call, 0) : call
}

function bindVariable(declarator: SyntaxNode, bindings: Map<string, string>): void {
  const id = child(declarator, 'id')
  const source = resolve(unpromisified(child(declarator, 'init')), bindings)
  if (id === undefined || source === undefined) return
  if (id.type === 'ObjectPattern') bindPattern(id, source, bindings)
  else if (id.type === 'Identifier') bindings.set(String(id.name), source)
}

function bindImportEquals(node: SyntaxNode, bindings: Map<string, string>): void {
  const local = lastName(child(node, 'id'))
  const module = moduleName(child(child(node, 'moduleReference'), 'expression'))
  if (local !== undefined && module !== undefined) bindings.set(local, `${module}.*`)
}

/** Reads a program's imports, requires and plain aliases, in source order. */
export function readBindings(program: SyntaxNode): Bindings {
  const bindings = new Map<string, string>()
  for (const { node } of traverse(program)) {
    if (node.type === 'ImportDeclaration') bindImport(node, bindings)
    else if (node.type === 'VariableDeclarator') bindVariable(node, bindings)
    else if (node.type === 'TSImportEqualsDeclaration') bindImportEquals(node, bindings)
  }
  return bindings
}

function member(object: string | undefined, name: string | undefined): string | undefined {
  if (object === undefined || name === undefined || !object.endsWith('.*')) return undefined
  return name === 'default' ? object : `${object.slice(0, -1)}${name}`
}

/** What an expression that is no member expression stands for. */
function resolveRoot(node: SyntaxNode | undefined, bindings: Bindings): string | undefined {
  if (node?.type === 'Identifier') return bindings.get(String(node.name))
  const module = loadedModule(node)
  return module === undefined ? undefined : `${module}.*`
}

/** What an expression stands for, as `module.export` (`child_process.exec`), if it is a module or an export of one. */
export function resolve(node: SyntaxNode | undefined, bindings: Bindings): string | undefined {
  const names: (string | undefined)[] = []
  let inner = bare(node)
  while (isMember(inner)) {
    names.push(lastName(inner))
    inner = bare(child(inner, 'object'))
  }
  return names.reduceRight(member, resolveRoot(inner, bindings))
}
